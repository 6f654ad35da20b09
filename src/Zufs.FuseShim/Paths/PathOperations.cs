namespace Zufs.FuseShim.Paths;

/// <summary>
/// Which operations a path-based file system implements. One that isn't named answers ENOSYS without being called, and no path is built for it.
/// </summary>
[Flags]
public enum PathOperations : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="IPathFileSystem.GetAttr"/>.</summary>
    GetAttr = 1UL << 0,

    /// <summary><see cref="IPathFileSystem.ReadLink"/>.</summary>
    ReadLink = 1UL << 1,

    /// <summary><see cref="IPathFileSystem.MkNod"/>.</summary>
    MkNod = 1UL << 2,

    /// <summary><see cref="IPathFileSystem.MkDir"/>.</summary>
    MkDir = 1UL << 3,

    /// <summary><see cref="IPathFileSystem.Unlink"/>.</summary>
    Unlink = 1UL << 4,

    /// <summary><see cref="IPathFileSystem.RmDir"/>.</summary>
    RmDir = 1UL << 5,

    /// <summary><see cref="IPathFileSystem.SymLink"/>.</summary>
    SymLink = 1UL << 6,

    /// <summary><see cref="IPathFileSystem.Rename"/>.</summary>
    Rename = 1UL << 7,

    /// <summary><see cref="IPathFileSystem.Link"/>.</summary>
    Link = 1UL << 8,

    /// <summary><see cref="IPathFileSystem.ChMod"/>.</summary>
    ChMod = 1UL << 9,

    /// <summary><see cref="IPathFileSystem.Chown"/>.</summary>
    Chown = 1UL << 10,

    /// <summary><see cref="IPathFileSystem.Truncate"/>.</summary>
    Truncate = 1UL << 11,

    /// <summary><see cref="IPathFileSystem.UpdateTimes"/>.</summary>
    UpdateTimes = 1UL << 12,

    /// <summary><see cref="IPathFileSystem.Open"/>; without it, opening succeeds with handle 0 (libfuse's high level).</summary>
    Open = 1UL << 13,

    /// <summary><see cref="IPathFileSystem.Create"/>; without it, the kernel goes on with MKNOD and OPEN.</summary>
    Create = 1UL << 14,

    /// <summary><see cref="IPathFileSystem.Read"/>.</summary>
    Read = 1UL << 15,

    /// <summary><see cref="IPathFileSystem.Write"/>.</summary>
    Write = 1UL << 16,

    /// <summary><see cref="IPathFileSystem.StatFs"/>; without it, an empty file system with names of 255 bytes is shown.</summary>
    StatFs = 1UL << 17,

    /// <summary><see cref="IPathFileSystem.Flush"/>.</summary>
    Flush = 1UL << 18,

    /// <summary><see cref="IPathFileSystem.Release"/>; without it, releasing succeeds.</summary>
    Release = 1UL << 19,

    /// <summary><see cref="IPathFileSystem.FSync"/>.</summary>
    FSync = 1UL << 20,

    /// <summary><see cref="IPathFileSystem.SetXAttr"/>.</summary>
    SetXAttr = 1UL << 21,

    /// <summary><see cref="IPathFileSystem.GetXAttr"/>.</summary>
    GetXAttr = 1UL << 22,

    /// <summary><see cref="IPathFileSystem.ListXAttr"/>.</summary>
    ListXAttr = 1UL << 23,

    /// <summary><see cref="IPathFileSystem.RemoveXAttr"/>.</summary>
    RemoveXAttr = 1UL << 24,

    /// <summary><see cref="IPathFileSystem.OpenDir"/>; without it, opening succeeds with handle 0.</summary>
    OpenDir = 1UL << 25,

    /// <summary><see cref="IPathFileSystem.ReadDir"/>.</summary>
    ReadDir = 1UL << 26,

    /// <summary><see cref="IPathFileSystem.ReleaseDir"/>; without it, releasing succeeds.</summary>
    ReleaseDir = 1UL << 27,

    /// <summary><see cref="IPathFileSystem.FSyncDir"/>.</summary>
    FSyncDir = 1UL << 28,

    /// <summary><see cref="IPathFileSystem.Access"/>.</summary>
    Access = 1UL << 29,

    /// <summary><see cref="IPathFileSystem.Lock"/>.</summary>
    Lock = 1UL << 30,

    /// <summary><see cref="IPathFileSystem.Flock"/>.</summary>
    Flock = 1UL << 31,

    /// <summary><see cref="IPathFileSystem.Bmap"/>.</summary>
    Bmap = 1UL << 32,

    /// <summary><see cref="IPathFileSystem.Ioctl"/>.</summary>
    Ioctl = 1UL << 33,

    /// <summary><see cref="IPathFileSystem.Poll"/>.</summary>
    Poll = 1UL << 34,

    /// <summary><see cref="IPathFileSystem.FAllocate"/>.</summary>
    FAllocate = 1UL << 35,

    /// <summary><see cref="IPathFileSystem.CopyFileRange"/>.</summary>
    CopyFileRange = 1UL << 36,

    /// <summary><see cref="IPathFileSystem.LSeek"/>.</summary>
    LSeek = 1UL << 37,

    /// <summary>All of them.</summary>
    All = (1UL << 38) - 1,
}
