namespace Zufs.Protocol;

/// <summary>
/// What a server tells the kernel unasked: <c>enum fuse_notify_code</c> of <c>include/uapi/linux/fuse.h</c> 7.45, by its own names.
/// </summary>
public enum FuseNotifyCode
{
    /// <summary>FUSE_NOTIFY_POLL.</summary>
    FUSE_NOTIFY_POLL = 1,

    /// <summary>FUSE_NOTIFY_INVAL_INODE.</summary>
    FUSE_NOTIFY_INVAL_INODE = 2,

    /// <summary>FUSE_NOTIFY_INVAL_ENTRY.</summary>
    FUSE_NOTIFY_INVAL_ENTRY = 3,

    /// <summary>FUSE_NOTIFY_STORE.</summary>
    FUSE_NOTIFY_STORE = 4,

    /// <summary>FUSE_NOTIFY_RETRIEVE.</summary>
    FUSE_NOTIFY_RETRIEVE = 5,

    /// <summary>FUSE_NOTIFY_DELETE.</summary>
    FUSE_NOTIFY_DELETE = 6,

    /// <summary>FUSE_NOTIFY_RESEND.</summary>
    FUSE_NOTIFY_RESEND = 7,

    /// <summary>FUSE_NOTIFY_INC_EPOCH.</summary>
    FUSE_NOTIFY_INC_EPOCH = 8,

    /// <summary>FUSE_NOTIFY_PRUNE.</summary>
    FUSE_NOTIFY_PRUNE = 9,
}
