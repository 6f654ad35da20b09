using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <summary>How a session is to be run.</summary>
public sealed record SessionOptions
{
    /// <summary>1 MiB.</summary>
    public const int DefaultMaxWrite = 1 << 20;

    /// <summary><c>auto</c> (the best that is usable), <c>zufs</c>, <c>uring</c> or <c>fuse</c>. An asked-for channel that isn't usable is an error.</summary>
    public string Channel { get; init; } = "auto";

    /// <summary>Whether <c>auto</c> takes only a channel that loses nothing when the process dies and another one goes on.</summary>
    public bool Survives { get; init; }

    /// <summary>The largest READ and WRITE in bytes; cut to what the kernel allows (<c>/proc/sys/fs/fuse/max_pages_limit</c>).</summary>
    public int MaxWrite { get; init; } = DefaultMaxWrite;

    /// <summary>What is wanted of the kernel beside what the file system itself wants.</summary>
    public FileSystemFeatures AdditionalFeatures { get; init; }

    /// <summary>Requests in flight on each queue of <c>uring</c>, 1 to 64; a file system that may block gets threads instead.</summary>
    public int QueueDepth { get; init; } = 4;

    /// <summary>Server threads of the <c>fuse</c> channel; 0 chooses by the file system's concurrency.</summary>
    public int FuseThreads { get; init; }

    /// <summary>How many server threads a queue may grow to for a file system that may block.</summary>
    public int MaxThreadsPerQueue { get; init; } = 16;

    /// <summary>
    /// The stack of a server thread in bytes; 0: 512 KiB, which a file system that doesn't recurse deeply needs little of. Only reserved, not taken.
    /// </summary>
    public int StackSize { get; init; }

    /// <summary>How long names are trusted; null: as the file system says.</summary>
    public CacheTimeout? EntryTimeout { get; init; }

    /// <summary>How long attributes are trusted; null: as the file system says.</summary>
    public CacheTimeout? AttrTimeout { get; init; }

    /// <summary>
    /// When set, only root and this user are served, and requests of others get EACCES (libfuse's <c>allow_root</c>): the kernel itself lets in
    /// nobody, or everybody. Requests by a file that is open already are served for whoever has it. Null: everybody whom the kernel lets in.
    /// </summary>
    public uint? Owner { get; init; }

    /// <summary>
    /// Has another process ask something of the mount on a CPU, so that a request arrives on that CPU's queue: <c>uring</c> needs one when a queue grows
    /// before any file was opened. Gets the CPU's number; called by server threads, and must not wait. Null: such a queue waits for its next request.
    /// </summary>
    internal Action<int>? OutsideKick { get; init; }

    /// <summary>Where lines for people go; by default nowhere. Any thread.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
