namespace Zufs.Protocol;

/// <summary>Numbers of <c>include/uapi/linux/fuse.h</c> 7.45 that belong to no enum.</summary>
public static class FuseConstants
{
    /// <summary>FUSE_KERNEL_VERSION.</summary>
    public const uint KernelVersion = 7;

    /// <summary>FUSE_KERNEL_MINOR_VERSION: the newest minor version this code knows.</summary>
    public const uint KernelMinorVersion = 45;

    /// <summary>FUSE_ROOT_ID: the node id of the mount's root; never looked up, never forgotten.</summary>
    public const ulong RootId = 1;

    /// <summary>FUSE_UNIQUE_RESEND: set in <c>unique</c> of a request that is delivered again; masked in keys, echoed in replies.</summary>
    public const ulong UniqueResend = 1UL << 63;

    /// <summary>FUSE_MIN_READ_BUFFER: the smallest buffer <c>read(2)</c> on <c>/dev/fuse</c> takes, in bytes.</summary>
    public const int MinReadBuffer = 8192;

    /// <summary>FUSE_GETATTR_FH: <c>fuse_getattr_in.fh</c> is valid.</summary>
    public const uint GetAttrFh = 1;

    /// <summary>FUSE_LK_FLOCK: the lock request is a flock(2), not a POSIX lock.</summary>
    public const uint LkFlock = 1;

    /// <summary>FUSE_FSYNC_FDATASYNC: only the data has to reach the disk.</summary>
    public const uint FsyncFdatasync = 1;

    /// <summary>FUSE_OPEN_KILL_SUIDGID.</summary>
    public const uint OpenKillSuidGid = 1;

    /// <summary>FUSE_EXPIRE_ONLY: an INVAL_ENTRY lets the entry expire and doesn't drop it.</summary>
    public const uint ExpireOnly = 1;

    /// <summary>FUSE_POLL_SCHEDULE_NOTIFY: a POLL asks for NOTIFY_POLL when the file becomes ready.</summary>
    public const uint PollScheduleNotify = 1;

    /// <summary>The longest name of one path component, in bytes without the NUL (FUSE_NAME_MAX).</summary>
    public const int NameMax = 1024;

    /// <summary>FUSE_DEV_IOC_BACKING_OPEN: <c>_IOW(229, 1, struct fuse_backing_map)</c>.</summary>
    public const uint DevIocBackingOpen = 0x4010E501;

    /// <summary>FUSE_DEV_IOC_BACKING_CLOSE: <c>_IOW(229, 2, uint32_t)</c>.</summary>
    public const uint DevIocBackingClose = 0x4004E502;

    /// <summary>FUSE_DEV_IOC_SYNC_INIT: <c>_IO(229, 3)</c>.</summary>
    public const uint DevIocSyncInit = 0xE503;

    /// <summary>FUSE_IO_URING_CMD_REGISTER.</summary>
    public const uint IoUringCmdRegister = 1;

    /// <summary>FUSE_IO_URING_CMD_COMMIT_AND_FETCH.</summary>
    public const uint IoUringCmdCommitAndFetch = 2;

    /// <summary>FUSE_URING_IN_OUT_HEADER_SZ: bytes kept for the in- and out-header in a ring entry.</summary>
    public const int UringInOutHeaderSize = 128;

    /// <summary>FUSE_URING_OP_IN_OUT_SZ: bytes kept for the operation's first argument in a ring entry.</summary>
    public const int UringOpInOutSize = 128;

    /// <summary>FUSE_EXT_GROUPS: the extension that carries supplementary groups.</summary>
    public const uint ExtGroups = 32;

    /// <summary>FUSE_MAX_NR_SECCTX: an extension type up to this is a count of security contexts.</summary>
    public const uint MaxNrSecctx = 31;
}
