namespace Zufs.FileSystems;

/// <summary>What statfs(2) shows of a file system.</summary>
public struct StatFs
{
    /// <summary>Blocks in all, in units of <see cref="FragmentSize"/>.</summary>
    public ulong Blocks;

    /// <summary>Free blocks.</summary>
    public ulong FreeBlocks;

    /// <summary>Free blocks for ordinary users.</summary>
    public ulong AvailableBlocks;

    /// <summary>Inodes in all.</summary>
    public ulong Files;

    /// <summary>Free inodes.</summary>
    public ulong FreeFiles;

    /// <summary>The preferred size of a transfer in bytes.</summary>
    public uint BlockSize;

    /// <summary>The longest name in bytes.</summary>
    public uint NameLength;

    /// <summary>The unit of the block counts in bytes.</summary>
    public uint FragmentSize;
}
