namespace Zufs.Channels;

/// <summary>How the CPUs of a <see cref="ZufsTransport"/> are served.</summary>
public sealed record ZufsOptions
{
    /// <summary>Threads a CPU from the start. A request that finds all of them busy waits some microseconds, then goes by <c>/dev/fuse</c>.</summary>
    public int ThreadsPerCpu { get; init; } = 2;

    /// <summary>How many threads a CPU may get by <see cref="Transport.Grow"/>; at least <see cref="ThreadsPerCpu"/>.</summary>
    public int MaxThreadsPerCpu { get; init; } = 2;

    /// <summary>How many requests a CPU may have deferred at once, beside those that its threads serve.</summary>
    public int MaxDeferred { get; init; } = 6;

    /// <summary>Bytes of a slot's payload; what needs more goes by <c>/dev/fuse</c>. Raised to hold the largest extended attribute, cut at 4 MiB.</summary>
    public int PayloadSize { get; init; } = 1 << 20;

    /// <summary>Bytes that all payloads together may take, which are the kernel's memory: there are fewer slots then, but two a CPU.</summary>
    public long MaxMemory { get; init; } = 256L << 20;

    /// <summary>Whether an earlier server of the connection may still be alive: the connection is taken over from it.</summary>
    public bool IsSuccessor { get; init; }

    /// <summary>Whether INIT agreed on SETXATTR_EXT.</summary>
    public bool HasSetxattrExt { get; init; }
}
