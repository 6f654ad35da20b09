namespace Zufs.Protocol;

/// <summary>What a RELEASE also asks for: <c>FUSE_RELEASE_*</c>.</summary>
[Flags]
public enum ReleaseFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FUSE_RELEASE_FLUSH.</summary>
    Flush = 1U << 0,

    /// <summary>FUSE_RELEASE_FLOCK_UNLOCK.</summary>
    FlockUnlock = 1U << 1,
}
