namespace Zufs.Bench;

/// <summary>One kind of load: what the client does, on how many threads, where.</summary>
/// <param name="Operation">The client's operation: getattr, lookup, open, read, write.</param>
/// <param name="Size">Bytes a call; 0 where there are none.</param>
/// <param name="Threads">How many callers.</param>
/// <param name="Cpu">The CPU all callers are pinned to; -1 leaves them to the scheduler.</param>
/// <param name="Goal">The ratio that the project promises; null where it promises none.</param>
internal sealed record Work(string Operation, int Size, int Threads, int Cpu, double? Goal = null)
{
    private const int Anywhere = -1;

    /// <summary>What the client calls it.</summary>
    public string ClientOperation => Size == 0 ? Operation : $"{Operation}:{Size}";

    /// <summary>Whether latency is what counts: with several callers it is the rate.</summary>
    public bool IsLatency => Threads == 1;

    /// <summary>For people.</summary>
    public string Name => $"{Operation}{(Size == 0 ? "" : $" {SizeName(Size)}")}, {Threads} thread{(Threads == 1 ? "" : "s")}{(Cpu < 0 ? "" : $", pinned to CPU {Cpu}")}";

    /// <summary>Every load that is measured on each channel.</summary>
    /// <param name="channel">Goals differ by channel.</param>
    public static IEnumerable<Work> All(string channel)
    {
        // The same server in C is the measure of what C# costs.
        yield return new("getattr", 0, 1, 0, channel == "uring" ? 1.1 : null);
        yield return new("getattr", 0, 1, Anywhere);
        yield return new("getattr", 0, 2, Anywhere);
        yield return new("getattr", 0, 4, Anywhere);
        yield return new("lookup", 0, 1, 0);
        yield return new("open", 0, 1, 0);
        foreach (var operation in (string[])["read", "write"])
        {
            yield return new(operation, 4 << 10, 1, 0);
            yield return new(operation, 4 << 10, 4, Anywhere);
            yield return new(operation, 128 << 10, 1, 0);
            yield return new(operation, 1 << 20, 1, 0);
            yield return new(operation, 1 << 20, 2, Anywhere);
        }
    }

    private static string SizeName(int size) => size >= 1 << 20 ? $"{size >> 20} MiB" : $"{size >> 10} KiB";
}
