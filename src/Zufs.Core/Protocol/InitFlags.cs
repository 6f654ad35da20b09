namespace Zufs.Protocol;

/// <summary>What kernel and server agree on in INIT, both halves (<c>flags | flags2 &lt;&lt; 32</c>): <c>FUSE_*</c> capabilities.</summary>
[Flags]
public enum InitFlags : ulong
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FUSE_ASYNC_READ.</summary>
    AsyncRead = 1UL << 0,

    /// <summary>FUSE_POSIX_LOCKS.</summary>
    PosixLocks = 1UL << 1,

    /// <summary>FUSE_FILE_OPS.</summary>
    FileOps = 1UL << 2,

    /// <summary>FUSE_ATOMIC_O_TRUNC.</summary>
    AtomicOTrunc = 1UL << 3,

    /// <summary>FUSE_EXPORT_SUPPORT.</summary>
    ExportSupport = 1UL << 4,

    /// <summary>FUSE_BIG_WRITES.</summary>
    BigWrites = 1UL << 5,

    /// <summary>FUSE_DONT_MASK.</summary>
    DontMask = 1UL << 6,

    /// <summary>FUSE_SPLICE_WRITE.</summary>
    SpliceWrite = 1UL << 7,

    /// <summary>FUSE_SPLICE_MOVE.</summary>
    SpliceMove = 1UL << 8,

    /// <summary>FUSE_SPLICE_READ.</summary>
    SpliceRead = 1UL << 9,

    /// <summary>FUSE_FLOCK_LOCKS.</summary>
    FlockLocks = 1UL << 10,

    /// <summary>FUSE_HAS_IOCTL_DIR.</summary>
    HasIoctlDir = 1UL << 11,

    /// <summary>FUSE_AUTO_INVAL_DATA.</summary>
    AutoInvalData = 1UL << 12,

    /// <summary>FUSE_DO_READDIRPLUS.</summary>
    DoReaddirplus = 1UL << 13,

    /// <summary>FUSE_READDIRPLUS_AUTO.</summary>
    ReaddirplusAuto = 1UL << 14,

    /// <summary>FUSE_ASYNC_DIO.</summary>
    AsyncDio = 1UL << 15,

    /// <summary>FUSE_WRITEBACK_CACHE.</summary>
    WritebackCache = 1UL << 16,

    /// <summary>FUSE_NO_OPEN_SUPPORT.</summary>
    NoOpenSupport = 1UL << 17,

    /// <summary>FUSE_PARALLEL_DIROPS.</summary>
    ParallelDirops = 1UL << 18,

    /// <summary>FUSE_HANDLE_KILLPRIV.</summary>
    HandleKillpriv = 1UL << 19,

    /// <summary>FUSE_POSIX_ACL.</summary>
    PosixAcl = 1UL << 20,

    /// <summary>FUSE_ABORT_ERROR.</summary>
    AbortError = 1UL << 21,

    /// <summary>FUSE_MAX_PAGES.</summary>
    MaxPages = 1UL << 22,

    /// <summary>FUSE_CACHE_SYMLINKS.</summary>
    CacheSymlinks = 1UL << 23,

    /// <summary>FUSE_NO_OPENDIR_SUPPORT.</summary>
    NoOpendirSupport = 1UL << 24,

    /// <summary>FUSE_EXPLICIT_INVAL_DATA.</summary>
    ExplicitInvalData = 1UL << 25,

    /// <summary>FUSE_MAP_ALIGNMENT.</summary>
    MapAlignment = 1UL << 26,

    /// <summary>FUSE_SUBMOUNTS.</summary>
    Submounts = 1UL << 27,

    /// <summary>FUSE_HANDLE_KILLPRIV_V2.</summary>
    HandleKillprivV2 = 1UL << 28,

    /// <summary>FUSE_SETXATTR_EXT.</summary>
    SetxattrExt = 1UL << 29,

    /// <summary>FUSE_INIT_EXT.</summary>
    InitExt = 1UL << 30,

    /// <summary>FUSE_INIT_RESERVED.</summary>
    InitReserved = 1UL << 31,

    /// <summary>FUSE_SECURITY_CTX.</summary>
    SecurityCtx = 1UL << 32,

    /// <summary>FUSE_HAS_INODE_DAX.</summary>
    HasInodeDax = 1UL << 33,

    /// <summary>FUSE_CREATE_SUPP_GROUP.</summary>
    CreateSuppGroup = 1UL << 34,

    /// <summary>FUSE_HAS_EXPIRE_ONLY.</summary>
    HasExpireOnly = 1UL << 35,

    /// <summary>FUSE_DIRECT_IO_ALLOW_MMAP.</summary>
    DirectIoAllowMmap = 1UL << 36,

    /// <summary>FUSE_PASSTHROUGH.</summary>
    Passthrough = 1UL << 37,

    /// <summary>FUSE_NO_EXPORT_SUPPORT.</summary>
    NoExportSupport = 1UL << 38,

    /// <summary>FUSE_HAS_RESEND.</summary>
    HasResend = 1UL << 39,

    /// <summary>FUSE_ALLOW_IDMAP.</summary>
    AllowIdmap = 1UL << 40,

    /// <summary>FUSE_OVER_IO_URING.</summary>
    OverIoUring = 1UL << 41,

    /// <summary>FUSE_REQUEST_TIMEOUT.</summary>
    RequestTimeout = 1UL << 42,
}
