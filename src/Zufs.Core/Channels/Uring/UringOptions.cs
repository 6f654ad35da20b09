namespace Zufs.Channels;

/// <summary>How the queues of a <see cref="UringTransport"/> are served.</summary>
public sealed record UringOptions
{
    /// <summary>
    /// Entries a thread registers on its queue, 1 to 64, where there is one thread a queue. With several threads each has one, since a
    /// thread that waits inside an operation would hold the requests of its other entries.
    /// </summary>
    public int Depth { get; init; } = 4;

    /// <summary>Threads a queue from the start: 1 for operations that never wait long, more for those that may.</summary>
    public int ThreadsPerQueue { get; init; } = 1;

    /// <summary>How many threads a queue may grow to by <see cref="Transport.Grow"/>; at least <see cref="ThreadsPerQueue"/>.</summary>
    public int MaxThreadsPerQueue { get; init; } = 1;

    /// <summary>
    /// Bytes of an entry's payload: at least max_write and max_pages * 4096, or the kernel refuses the entry. Raised to hold the largest
    /// extended attribute.
    /// </summary>
    public int PayloadSize { get; init; } = 1 << 20;

    /// <summary>
    /// Bytes that all payloads together may take; the depth is lowered to fit, never below one entry a queue and thread. Only touched pages cost memory.
    /// </summary>
    public long MaxMemory { get; init; } = 512L << 20;

    /// <summary>How many more entries a queue may be given for requests that are deferred, 0 or more.</summary>
    public int MaxDeferred { get; init; } = 64;
}
