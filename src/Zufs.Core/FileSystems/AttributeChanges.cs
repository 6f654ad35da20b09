namespace Zufs.FileSystems;

/// <summary>Which fields of <see cref="AttributeChanges"/> are to be set: FUSE's <c>FATTR_*</c>, same values.</summary>
[Flags]
public enum AttributeFields : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>FATTR_MODE.</summary>
    Mode = 1 << 0,

    /// <summary>FATTR_UID.</summary>
    Uid = 1 << 1,

    /// <summary>FATTR_GID.</summary>
    Gid = 1 << 2,

    /// <summary>FATTR_SIZE: truncate or extend.</summary>
    Size = 1 << 3,

    /// <summary>FATTR_ATIME.</summary>
    Atime = 1 << 4,

    /// <summary>FATTR_MTIME.</summary>
    Mtime = 1 << 5,

    /// <summary>FATTR_FH: the request came by an open file; its handle is given.</summary>
    Handle = 1 << 6,

    /// <summary>FATTR_ATIME_NOW: the server's now (UTIME_NOW); <see cref="Atime"/> is set as well.</summary>
    AtimeNow = 1 << 7,

    /// <summary>FATTR_MTIME_NOW: the server's now (UTIME_NOW); <see cref="Mtime"/> is set as well.</summary>
    MtimeNow = 1 << 8,

    /// <summary>FATTR_LOCKOWNER.</summary>
    LockOwner = 1 << 9,

    /// <summary>FATTR_CTIME: sent by kernels that keep times themselves (writeback cache).</summary>
    Ctime = 1 << 10,

    /// <summary>FATTR_KILL_SUIDGID: clear set-ID bits.</summary>
    KillSuidGid = 1 << 11,
}

/// <summary>What a SETATTR asks for. Only the fields that <see cref="Fields"/> names hold anything.</summary>
public struct AttributeChanges
{
    /// <summary>The fields to set.</summary>
    public AttributeFields Fields;

    /// <summary>New permission bits; type bits are as they were.</summary>
    public uint Mode;

    /// <summary>New owner.</summary>
    public uint Uid;

    /// <summary>New group.</summary>
    public uint Gid;

    /// <summary>New length in bytes.</summary>
    public ulong Size;

    /// <summary>New time of last access; not set when <see cref="AttributeFields.AtimeNow"/> is.</summary>
    public Timestamp Atime;

    /// <summary>New time of last change; not set when <see cref="AttributeFields.MtimeNow"/> is.</summary>
    public Timestamp Mtime;

    /// <summary>New time of last attribute change.</summary>
    public Timestamp Ctime;

    /// <summary>The lock owner that truncates.</summary>
    public ulong LockOwner;
}
