namespace Zufs.Protocol;

/// <summary>
/// What a request asks for: <c>enum fuse_opcode</c> of <c>include/uapi/linux/fuse.h</c> 7.45, by its own names.
/// </summary>
public enum FuseOpcode : uint
{
    /// <summary>FUSE_LOOKUP.</summary>
    FUSE_LOOKUP = 1,

    /// <summary>FUSE_FORGET.</summary>
    FUSE_FORGET = 2,

    /// <summary>FUSE_GETATTR.</summary>
    FUSE_GETATTR = 3,

    /// <summary>FUSE_SETATTR.</summary>
    FUSE_SETATTR = 4,

    /// <summary>FUSE_READLINK.</summary>
    FUSE_READLINK = 5,

    /// <summary>FUSE_SYMLINK.</summary>
    FUSE_SYMLINK = 6,

    /// <summary>FUSE_MKNOD.</summary>
    FUSE_MKNOD = 8,

    /// <summary>FUSE_MKDIR.</summary>
    FUSE_MKDIR = 9,

    /// <summary>FUSE_UNLINK.</summary>
    FUSE_UNLINK = 10,

    /// <summary>FUSE_RMDIR.</summary>
    FUSE_RMDIR = 11,

    /// <summary>FUSE_RENAME.</summary>
    FUSE_RENAME = 12,

    /// <summary>FUSE_LINK.</summary>
    FUSE_LINK = 13,

    /// <summary>FUSE_OPEN.</summary>
    FUSE_OPEN = 14,

    /// <summary>FUSE_READ.</summary>
    FUSE_READ = 15,

    /// <summary>FUSE_WRITE.</summary>
    FUSE_WRITE = 16,

    /// <summary>FUSE_STATFS.</summary>
    FUSE_STATFS = 17,

    /// <summary>FUSE_RELEASE.</summary>
    FUSE_RELEASE = 18,

    /// <summary>FUSE_FSYNC.</summary>
    FUSE_FSYNC = 20,

    /// <summary>FUSE_SETXATTR.</summary>
    FUSE_SETXATTR = 21,

    /// <summary>FUSE_GETXATTR.</summary>
    FUSE_GETXATTR = 22,

    /// <summary>FUSE_LISTXATTR.</summary>
    FUSE_LISTXATTR = 23,

    /// <summary>FUSE_REMOVEXATTR.</summary>
    FUSE_REMOVEXATTR = 24,

    /// <summary>FUSE_FLUSH.</summary>
    FUSE_FLUSH = 25,

    /// <summary>FUSE_INIT.</summary>
    FUSE_INIT = 26,

    /// <summary>FUSE_OPENDIR.</summary>
    FUSE_OPENDIR = 27,

    /// <summary>FUSE_READDIR.</summary>
    FUSE_READDIR = 28,

    /// <summary>FUSE_RELEASEDIR.</summary>
    FUSE_RELEASEDIR = 29,

    /// <summary>FUSE_FSYNCDIR.</summary>
    FUSE_FSYNCDIR = 30,

    /// <summary>FUSE_GETLK.</summary>
    FUSE_GETLK = 31,

    /// <summary>FUSE_SETLK.</summary>
    FUSE_SETLK = 32,

    /// <summary>FUSE_SETLKW.</summary>
    FUSE_SETLKW = 33,

    /// <summary>FUSE_ACCESS.</summary>
    FUSE_ACCESS = 34,

    /// <summary>FUSE_CREATE.</summary>
    FUSE_CREATE = 35,

    /// <summary>FUSE_INTERRUPT.</summary>
    FUSE_INTERRUPT = 36,

    /// <summary>FUSE_BMAP.</summary>
    FUSE_BMAP = 37,

    /// <summary>FUSE_DESTROY.</summary>
    FUSE_DESTROY = 38,

    /// <summary>FUSE_IOCTL.</summary>
    FUSE_IOCTL = 39,

    /// <summary>FUSE_POLL.</summary>
    FUSE_POLL = 40,

    /// <summary>FUSE_NOTIFY_REPLY.</summary>
    FUSE_NOTIFY_REPLY = 41,

    /// <summary>FUSE_BATCH_FORGET.</summary>
    FUSE_BATCH_FORGET = 42,

    /// <summary>FUSE_FALLOCATE.</summary>
    FUSE_FALLOCATE = 43,

    /// <summary>FUSE_READDIRPLUS.</summary>
    FUSE_READDIRPLUS = 44,

    /// <summary>FUSE_RENAME2.</summary>
    FUSE_RENAME2 = 45,

    /// <summary>FUSE_LSEEK.</summary>
    FUSE_LSEEK = 46,

    /// <summary>FUSE_COPY_FILE_RANGE.</summary>
    FUSE_COPY_FILE_RANGE = 47,

    /// <summary>FUSE_SETUPMAPPING.</summary>
    FUSE_SETUPMAPPING = 48,

    /// <summary>FUSE_REMOVEMAPPING.</summary>
    FUSE_REMOVEMAPPING = 49,

    /// <summary>FUSE_SYNCFS.</summary>
    FUSE_SYNCFS = 50,

    /// <summary>FUSE_TMPFILE.</summary>
    FUSE_TMPFILE = 51,

    /// <summary>FUSE_STATX.</summary>
    FUSE_STATX = 52,

    /// <summary>FUSE_COPY_FILE_RANGE_64.</summary>
    FUSE_COPY_FILE_RANGE_64 = 53,

    /// <summary>CUSE_INIT.</summary>
    CUSE_INIT = 4096,

    /// <summary>CUSE_INIT_BSWAP_RESERVED.</summary>
    CUSE_INIT_BSWAP_RESERVED = 1048576,

    /// <summary>FUSE_INIT_BSWAP_RESERVED.</summary>
    FUSE_INIT_BSWAP_RESERVED = 436207616,
}
