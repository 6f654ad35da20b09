namespace Zufs.FileSystems;

/// <summary>What OPEN, CREATE, TMPFILE and OPENDIR give back beside the node.</summary>
public struct OpenFile
{
    /// <summary>
    /// The file system's own handle; later operations on this open file get it back. The kernel never sees it: what it holds is a number of
    /// the session's, so a successor can reopen.
    /// </summary>
    public ulong Handle;

    /// <summary>How the kernel is to treat the open file.</summary>
    public OpenOptions Options;

    /// <summary>
    /// Set by the session before it asks: the open truncates (O_TRUNC) for a caller without CAP_FSETID, so set-ID bits are to go
    /// (FUSE_OPEN_KILL_SUIDGID). Only with <see cref="FileSystemFeatures.KillPrivileges"/>.
    /// </summary>
    public bool KillSuidGid;

    /// <summary>With <see cref="OpenOptions.Passthrough"/>: the id of the backing file.</summary>
    public int BackingId;
}

/// <summary>How the kernel is to treat an open file: FUSE's <c>FOPEN_*</c>, same values.</summary>
[Flags]
public enum OpenOptions : uint
{
    /// <summary>Through the page cache, which is dropped at open.</summary>
    None = 0,

    /// <summary>FOPEN_DIRECT_IO: no page cache for this open file.</summary>
    DirectIo = 1 << 0,

    /// <summary>FOPEN_KEEP_CACHE: what is cached from before stays valid.</summary>
    KeepCache = 1 << 1,

    /// <summary>FOPEN_NONSEEKABLE: lseek(2) fails with ESPIPE.</summary>
    NonSeekable = 1 << 2,

    /// <summary>FOPEN_CACHE_DIR: the directory's listing may be cached.</summary>
    CacheDirectory = 1 << 3,

    /// <summary>FOPEN_STREAM: no file position at all.</summary>
    Stream = 1 << 4,

    /// <summary>FOPEN_NOFLUSH: no FLUSH at close(2).</summary>
    NoFlush = 1 << 5,

    /// <summary>FOPEN_PARALLEL_DIRECT_WRITES: direct writes to one file need not wait for each other.</summary>
    ParallelDirectWrites = 1 << 6,

    /// <summary>FOPEN_PASSTHROUGH: the kernel reads and writes the backing file itself.</summary>
    Passthrough = 1 << 7,
}
