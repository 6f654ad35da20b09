using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <summary>What statvfs(3) tells of a file system: <c>struct statvfs</c> of x86-64, 112 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
public struct statvfs
{
    /// <summary>The preferred size of a transfer in bytes.</summary>
    public ulong_t f_bsize;

    /// <summary>The unit of the block counts in bytes.</summary>
    public ulong_t f_frsize;

    /// <summary>Blocks in all.</summary>
    public fsblkcnt_t f_blocks;

    /// <summary>Free blocks.</summary>
    public fsblkcnt_t f_bfree;

    /// <summary>Free blocks for ordinary users.</summary>
    public fsblkcnt_t f_bavail;

    /// <summary>Inodes in all.</summary>
    public fsfilcnt_t f_files;

    /// <summary>Free inodes.</summary>
    public fsfilcnt_t f_ffree;

    /// <summary>Free inodes for ordinary users.</summary>
    public fsfilcnt_t f_favail;

    /// <summary>The file system's id.</summary>
    public ulong_t f_fsid;

    /// <summary>Mount flags.</summary>
    public ulong_t f_flag;

    /// <summary>The longest name in bytes.</summary>
    public ulong_t f_namemax;
}
