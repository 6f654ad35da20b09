namespace Zufs.Bench;

/// <summary>All that is measured, by name: servers of the same null file system, and the floor below them.</summary>
internal static class Subjects
{
    /// <summary>Ours on io_uring, as a file system that never blocks.</summary>
    public const string Uring = "uring";

    /// <summary>Ours on io_uring, as one that may block: several rings a queue.</summary>
    public const string UringBlocking = "uring-blocking";

    /// <summary>Ours on io_uring, as one whose operations never overlap.</summary>
    public const string UringSerial = "uring-serial";

    /// <summary>Ours on /dev/fuse.</summary>
    public const string Fuse = "fuse";

    /// <summary>The twin in C on io_uring, without a library.</summary>
    public const string RawUring = "C-uring";

    /// <summary>The twin in C on /dev/fuse, without a library.</summary>
    public const string RawFuse = "C-fuse";

    /// <summary>libfuse's high level, with threads: what most file systems are, as the distribution ships it.</summary>
    public const string LibfuseHigh = "libfuse-hl";

    /// <summary>libfuse's high level with -s.</summary>
    public const string LibfuseHighSingle = "libfuse-hl-s";

    /// <summary>libfuse's low level, with threads.</summary>
    public const string LibfuseLow = "libfuse-ll";

    /// <summary>libfuse's low level with -s.</summary>
    public const string LibfuseLowSingle = "libfuse-ll-s";

    /// <summary>Two processes on one CPU that wake each other: no channel that sleeps is faster.</summary>
    public const string Floor = "floor";

    /// <summary>How each server is started.</summary>
    /// <param name="programs">The folder with the programs.</param>
    /// <param name="peers">The folder with the programs on libfuse: somebody's newer ones, or the same.</param>
    public static IEnumerable<(string Name, string Program, string[] Arguments)> Servers(string programs, string peers)
    {
        var ours = Path.Combine(programs, "zufs-null");
        yield return (Uring, ours, ["uring", "parallel"]);
        yield return (UringBlocking, ours, ["uring", "blocking"]);
        yield return (UringSerial, ours, ["uring", "serial"]);
        yield return (Fuse, ours, ["fuse", "parallel"]);
        yield return (RawUring, Path.Combine(programs, "null-uring"), []);
        yield return (RawFuse, Path.Combine(programs, "null-fuse"), []);
        foreach (var (name, level) in ((string, string)[])[(LibfuseHigh, "hl"), (LibfuseLow, "ll")])
        {
            var program = Path.Combine(peers, $"libfuse-null-{level}");
            yield return (name, program, ["-f"]);
            yield return (name + "-s", program, ["-f", "-s"]);
        }
    }
}
