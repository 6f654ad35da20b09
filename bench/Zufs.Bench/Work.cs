namespace Zufs.Bench;

/// <summary>One kind of load: what the client does, on how many threads, where.</summary>
/// <param name="Operation">The client's operation: getattr, lookup, open, read, write.</param>
/// <param name="Size">Bytes a call; 0 where there are none.</param>
/// <param name="Threads">How many callers.</param>
/// <param name="Cpu">The CPU all callers are pinned to; -1 leaves them to the scheduler.</param>
internal sealed record Work(string Operation, int Size, int Threads, int Cpu)
{
    private const int Anywhere = -1;

    /// <summary>What the client calls it.</summary>
    public string ClientOperation => Size == 0 ? Operation : $"{Operation}:{Size}";

    /// <summary>Whether latency is what counts: with several callers it is the rate.</summary>
    public bool IsLatency => Threads == 1;

    /// <summary>For people.</summary>
    public string Name => $"{Operation}{(Size == 0 ? "" : $" {SizeName(Size)}")}, {Threads} thread{(Threads == 1 ? "" : "s")}{(Cpu < 0 ? "" : $", pinned to CPU {Cpu}")}";

    /// <summary>Every load, with who is held against whom under it.</summary>
    public static IEnumerable<(Work Work, IReadOnlyList<Contest> Contests)> All()
    {
        string[] libfuse = [Subjects.LibfuseHigh, Subjects.LibfuseLow, Subjects.LibfuseHighSingle, Subjects.LibfuseLowSingle];
        string[] single = [Subjects.LibfuseHighSingle, Subjects.LibfuseLowSingle];
        string[] debian = [Subjects.LibfuseHigh];
        string[] floor = [Subjects.Floor];

        // The same server in C is the measure of what C# costs.
        yield return (new("getattr", 0, 1, 0),
        [
            new(Subjects.Uring, [Subjects.RawUring], 1.10), new(Subjects.Fuse, [Subjects.RawFuse]),
            new(Subjects.Uring, floor, 1.05), new(Subjects.Uring, debian, 0.60),
        ]);
        yield return (new("getattr", 0, 1, Anywhere),
            [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Uring, debian, 0.62)]);
        foreach (var (threads, goal) in ((int, double)[])[(2, 1.9), (4, 2.3)])
        {
            Contest[] contests = [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Uring, libfuse, goal)];
            yield return (new("getattr", 0, threads, Anywhere),
                threads == 4 ? [.. contests, new(Subjects.UringBlocking, libfuse, 1.3), new(Subjects.UringSerial, single, 1.0)] : contests);
        }

        yield return (new("lookup", 0, 1, 0), [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Uring, debian)]);
        yield return (new("open", 0, 1, 0), [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Uring, debian)]);
        foreach (var operation in (string[])["read", "write"])
        {
            yield return (new(operation, 4 << 10, 1, 0),
            [
                new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]),
                new(Subjects.Uring, floor, 1.10), new(Subjects.Uring, debian, 0.60),
            ]);
            yield return (new(operation, 4 << 10, 4, Anywhere), [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Uring, libfuse)]);
            // docs/performance.md recommends fuse for one stream of megabytes.
            yield return (new(operation, 128 << 10, 1, 0), [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Uring, libfuse, 1.0)]);
            yield return (new(operation, 1 << 20, 1, 0),
                [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Fuse, libfuse, 1.0)]);
            yield return (new(operation, 1 << 20, 2, Anywhere),
                [new(Subjects.Uring, [Subjects.RawUring]), new(Subjects.Fuse, [Subjects.RawFuse]), new(Subjects.Uring, libfuse, operation == "read" ? 1.4 : 1.75)]);
        }
    }

    private static string SizeName(int size) => size >= 1 << 20 ? $"{size >> 20} MiB" : $"{size >> 10} KiB";
}
