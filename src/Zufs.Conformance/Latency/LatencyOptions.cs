namespace Zufs.Conformance.Latency;

/// <summary>What is measured, and for how long.</summary>
public sealed record LatencyOptions
{
    /// <summary>How many threads work at once.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [1, 2, 4];

    /// <summary>Sizes of reads and writes in bytes: multiples of 4096, at most 4 MiB.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [4096, 131_072, 1_048_576];

    /// <summary>How long one window is.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>How many windows each mount gets for each row.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Whether each thread is bound to a CPU; else the scheduler places them, as it does with most applications.</summary>
    public bool Pinned { get; init; }

    /// <summary>Change nothing: only operations that look, on what is there.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Fewer and shorter windows: enough to see a factor, not a tenth.</summary>
    public static LatencyOptions Quick { get; } = new() { Window = TimeSpan.FromMilliseconds(20), Rounds = 4 };
}
