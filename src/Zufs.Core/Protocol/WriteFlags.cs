namespace Zufs.Protocol;

/// <summary>How a WRITE came about: <c>FUSE_WRITE_*</c>.</summary>
[Flags]
public enum WriteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FUSE_WRITE_CACHE.</summary>
    Cache = 1U << 0,

    /// <summary>FUSE_WRITE_LOCKOWNER.</summary>
    Lockowner = 1U << 1,

    /// <summary>FUSE_WRITE_KILL_SUIDGID.</summary>
    KillSuidgid = 1U << 2,
}
