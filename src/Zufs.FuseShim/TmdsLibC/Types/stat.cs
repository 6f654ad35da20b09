using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <summary>What stat(2) tells of a file: <c>struct stat</c> of x86-64, 144 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
public struct stat
{
    /// <summary>The device that holds the file.</summary>
    [FieldOffset(0)]
    public dev_t st_dev;

    /// <summary>The inode number.</summary>
    [FieldOffset(8)]
    public ino_t st_ino;

    /// <summary>How many hard links.</summary>
    [FieldOffset(16)]
    public nlink_t st_nlink;

    /// <summary>Type and permissions.</summary>
    [FieldOffset(24)]
    public mode_t st_mode;

    /// <summary>The owner.</summary>
    [FieldOffset(28)]
    public uid_t st_uid;

    /// <summary>The group.</summary>
    [FieldOffset(32)]
    public gid_t st_gid;

    /// <summary>The device that a special file stands for.</summary>
    [FieldOffset(40)]
    public dev_t st_rdev;

    /// <summary>Length in bytes.</summary>
    [FieldOffset(48)]
    public off_t st_size;

    /// <summary>The preferred size of a transfer in bytes.</summary>
    [FieldOffset(56)]
    public blksize_t st_blksize;

    /// <summary>Space taken, in units of 512 bytes.</summary>
    [FieldOffset(64)]
    public blkcnt_t st_blocks;

    /// <summary>Last access.</summary>
    [FieldOffset(72)]
    public timespec st_atim;

    /// <summary>Last change of the content.</summary>
    [FieldOffset(88)]
    public timespec st_mtim;

    /// <summary>Last change of content or attributes.</summary>
    [FieldOffset(104)]
    public timespec st_ctim;
}
