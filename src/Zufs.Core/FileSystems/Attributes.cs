namespace Zufs.FileSystems;

/// <summary>What stat(2) shows of a node: <c>struct fuse_attr</c> in this API's types.</summary>
public struct Attributes
{
    /// <summary>The inode number that applications see. 0: the session shows the node id.</summary>
    public ulong Ino;

    /// <summary>Length in bytes.</summary>
    public ulong Size;

    /// <summary>Space taken, in units of 512 bytes whatever <see cref="BlockSize"/> says.</summary>
    public ulong Blocks;

    /// <summary>Last access.</summary>
    public Timestamp Atime;

    /// <summary>Last change of the content.</summary>
    public Timestamp Mtime;

    /// <summary>Last change of the content or of the attributes.</summary>
    public Timestamp Ctime;

    /// <summary>File type and permission bits, as <c>st_mode</c>; see <see cref="FileMode"/>.</summary>
    public uint Mode;

    /// <summary>Number of hard links.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>The device that a special file stands for, as the kernel's new_encode_dev has it (32 bits).</summary>
    public uint Rdev;

    /// <summary>The preferred size of a transfer in bytes (<c>st_blksize</c>). 0: the kernel's default.</summary>
    public uint BlockSize;

    /// <summary><c>FUSE_ATTR_*</c>; 0 on an ordinary mount.</summary>
    public uint Flags;
}
