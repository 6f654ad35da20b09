namespace Zufs.FileSystems;

/// <summary>How many operations a file system bears at a time, and whether they may wait.</summary>
public enum Concurrency
{
    /// <summary>Operations never overlap: one lock around all of them.</summary>
    Serial,

    /// <summary>Operations overlap and never wait for long (memory, CPU): one server thread a CPU, several requests in flight on it.</summary>
    Parallel,

    /// <summary>Operations overlap and may wait (disk, network, locks): several server threads a CPU, one request each, grown on demand.</summary>
    Blocking,

    /// <summary>Operations run on the thread that called the loop, on the <c>fuse</c> channel.</summary>
    CallerThread,
}

/// <summary>What is left of a file system when its worker dies.</summary>
public enum RecoveryClass
{
    /// <summary>A path or id leads to everything, or all state is in the arena: a successor goes on.</summary>
    Stateless,

    /// <summary>The file system saves and restores its own state through an interface.</summary>
    Hook,

    /// <summary>Its state dies with it: a clean abort and a clear error.</summary>
    None,
}

/// <summary>What a file system wants of the kernel; granted where the kernel has it (see the session's negotiation).</summary>
[Flags]
public enum FileSystemFeatures : uint
{
    /// <summary>The defaults.</summary>
    None = 0,

    /// <summary>POSIX locks come to the file system (GETLK, SETLK, SETLKW); otherwise the kernel keeps them, and they survive the worker.</summary>
    PosixLocks = 1 << 0,

    /// <summary>flock(2) comes to the file system; otherwise the kernel keeps it.</summary>
    FlockLocks = 1 << 1,

    /// <summary>READDIRPLUS is answered.</summary>
    ReadDirPlus = 1 << 2,

    /// <summary>Writes gather in the page cache (not together with passthrough).</summary>
    WritebackCache = 1 << 3,

    /// <summary>OPEN bears O_TRUNC; otherwise a SETATTR follows it.</summary>
    AtomicOpenTruncate = 1 << 4,

    /// <summary>The file system applies the umask itself.</summary>
    OwnUmask = 1 << 5,

    /// <summary>POSIX ACLs are kept as xattrs and checked by the kernel.</summary>
    PosixAcl = 1 << 6,

    /// <summary>The file system clears set-ID bits and capabilities at write, truncate and chown.</summary>
    KillPrivileges = 1 << 7,

    /// <summary>The kernel may cache where symbolic links lead.</summary>
    CacheSymlinks = 1 << 8,

    /// <summary>Lookups and listings of one directory may run side by side.</summary>
    ParallelDirectoryOperations = 1 << 9,

    /// <summary>The kernel may read and write backing files itself.</summary>
    Passthrough = 1 << 10,

    /// <summary>The page cache of a file is dropped when its size or mtime changed behind the kernel's back.</summary>
    AutoInvalidateData = 1 << 11,

    /// <summary>Nodes can be found again by id and generation (NFS export).</summary>
    Export = 1 << 12,
}

/// <summary>What a file system says of itself before it is mounted. Immutable.</summary>
public sealed record FileSystemTraits
{
    /// <summary>A short name, shown as the mount's subtype (<c>fuse.NAME</c>); letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public required string Name { get; init; }

    /// <summary>How many operations at a time.</summary>
    public Concurrency Concurrency { get; init; } = Concurrency.Serial;

    /// <summary>What is left when the worker dies.</summary>
    public RecoveryClass Recovery { get; init; } = RecoveryClass.None;

    /// <summary>What is wanted of the kernel.</summary>
    public FileSystemFeatures Features { get; init; }

    /// <summary>How long a name may be trusted when an operation doesn't say otherwise; 1 s as libfuse.</summary>
    public CacheTimeout EntryTimeout { get; init; } = new(1, 0);

    /// <summary>How long attributes may be trusted when an operation doesn't say otherwise; 1 s as libfuse.</summary>
    public CacheTimeout AttrTimeout { get; init; } = new(1, 0);

    /// <summary>
    /// Whether the kernel is to check permissions by owner and mode, so that the file system needn't: whoever mounts it adds the mount option
    /// <c>default_permissions</c>.
    /// </summary>
    public bool DefaultPermissions { get; init; }
}
