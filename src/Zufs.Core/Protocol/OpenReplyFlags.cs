namespace Zufs.Protocol;

/// <summary>How the kernel is to treat a file that was opened: <c>FOPEN_*</c>.</summary>
[Flags]
public enum OpenReplyFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FOPEN_DIRECT_IO.</summary>
    DirectIo = 1U << 0,

    /// <summary>FOPEN_KEEP_CACHE.</summary>
    KeepCache = 1U << 1,

    /// <summary>FOPEN_NONSEEKABLE.</summary>
    Nonseekable = 1U << 2,

    /// <summary>FOPEN_CACHE_DIR.</summary>
    CacheDir = 1U << 3,

    /// <summary>FOPEN_STREAM.</summary>
    Stream = 1U << 4,

    /// <summary>FOPEN_NOFLUSH.</summary>
    Noflush = 1U << 5,

    /// <summary>FOPEN_PARALLEL_DIRECT_WRITES.</summary>
    ParallelDirectWrites = 1U << 6,

    /// <summary>FOPEN_PASSTHROUGH.</summary>
    Passthrough = 1U << 7,
}
