namespace Zufs.Protocol;

/// <summary>Which fields of a SETATTR are to be set: <c>FATTR_*</c>.</summary>
[Flags]
public enum SetAttrValid : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FATTR_MODE.</summary>
    Mode = 1U << 0,

    /// <summary>FATTR_UID.</summary>
    Uid = 1U << 1,

    /// <summary>FATTR_GID.</summary>
    Gid = 1U << 2,

    /// <summary>FATTR_SIZE.</summary>
    Size = 1U << 3,

    /// <summary>FATTR_ATIME.</summary>
    Atime = 1U << 4,

    /// <summary>FATTR_MTIME.</summary>
    Mtime = 1U << 5,

    /// <summary>FATTR_FH.</summary>
    Fh = 1U << 6,

    /// <summary>FATTR_ATIME_NOW.</summary>
    AtimeNow = 1U << 7,

    /// <summary>FATTR_MTIME_NOW.</summary>
    MtimeNow = 1U << 8,

    /// <summary>FATTR_LOCKOWNER.</summary>
    Lockowner = 1U << 9,

    /// <summary>FATTR_CTIME.</summary>
    Ctime = 1U << 10,

    /// <summary>FATTR_KILL_SUIDGID.</summary>
    KillSuidgid = 1U << 11,
}
