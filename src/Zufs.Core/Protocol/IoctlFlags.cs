namespace Zufs.Protocol;

/// <summary>How an IOCTL is to be read: <c>FUSE_IOCTL_*</c>.</summary>
[Flags]
public enum IoctlFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FUSE_IOCTL_COMPAT.</summary>
    Compat = 1U << 0,

    /// <summary>FUSE_IOCTL_UNRESTRICTED.</summary>
    Unrestricted = 1U << 1,

    /// <summary>FUSE_IOCTL_RETRY.</summary>
    Retry = 1U << 2,

    /// <summary>FUSE_IOCTL_32BIT.</summary>
    Is32bit = 1U << 3,

    /// <summary>FUSE_IOCTL_DIR.</summary>
    Dir = 1U << 4,

    /// <summary>FUSE_IOCTL_COMPAT_X32.</summary>
    CompatX32 = 1U << 5,
}
