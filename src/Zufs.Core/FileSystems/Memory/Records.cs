using System.Runtime.InteropServices;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// One inode, as it stands in the arena. Its layout is part of the arena's format. Who guards what: names (<see cref="Directory"/>,
/// <see cref="Parent"/>) the lock of names, the rest the lock of contents; <see cref="Lookups"/> and <see cref="Opens"/> are atomic.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = RecordSize)]
internal struct Inode
{
    /// <summary>The length of the record: a table chunk of 64 KiB holds 256.</summary>
    public const int RecordSize = 256;

    /// <summary>In <see cref="Flags"/>: made by O_TMPFILE without O_EXCL, so that it may get a name.</summary>
    public const uint Linkable = 1;

    /// <summary>Type and permissions; 0: the record is free.</summary>
    public uint Mode;

    /// <summary>How often the record was given out before; half of the node id.</summary>
    public uint Generation;

    public uint Nlink;
    public uint Uid;
    public uint Gid;
    public uint Rdev;

    /// <summary>How often the kernel was told of the node and has not forgotten it.</summary>
    public long Lookups;

    /// <summary>Open files and directories.</summary>
    public int Opens;

    public uint Flags;

    /// <summary>Length of a file or link target; a directory's is computed.</summary>
    public long Size;

    /// <summary>Pages of 4 KiB that hold data.</summary>
    public long Pages;

    public Timestamp Atime;
    public Timestamp Mtime;
    public Timestamp Ctime;
    public Timestamp Btime;

    /// <summary>The first extended attribute.</summary>
    public long XAttrs;

    /// <summary>A directory's own parent; 0 once it is removed.</summary>
    public uint Parent;

    /// <summary>The next free record of its chunk, while this one is free.</summary>
    public uint NextFree;

    /// <summary>Bytes at <see cref="First"/>: a power of two, at most a cluster.</summary>
    public int FirstCapacity;

    /// <summary>Not used; keeps what follows aligned.</summary>
    public int Reserved;

    /// <summary>The first cluster of a file, or a symbolic link's target.</summary>
    public Cluster First;

    /// <summary>The tree of the clusters behind the first: its root's offset, with its depth in the low bits (roots are page-aligned).</summary>
    public long Tree;

    /// <summary>A directory's entries.</summary>
    public DirectoryRoot Directory;
}

/// <summary>256 KiB of a file. Memory of pages whose bit is clear is all zeros.</summary>
internal struct Cluster
{
    /// <summary>Its memory; 0: a hole.</summary>
    public long Offset;

    /// <summary>A bit for each page of 4 KiB that holds data.</summary>
    public ulong Pages;
}

/// <summary>A directory: a table of slots (a slot's number is the entry's cookie) and hash buckets over it.</summary>
internal struct DirectoryRoot
{
    /// <summary>The buckets: slot number + 1 each, 0 when empty.</summary>
    public long Buckets;

    /// <summary>The slots.</summary>
    public long Slots;

    /// <summary>A power of two.</summary>
    public uint BucketCount;

    /// <summary>A power of two.</summary>
    public uint SlotCapacity;

    /// <summary>Slots that were used at least once.</summary>
    public uint SlotCount;

    /// <summary>The first free slot below <see cref="SlotCount"/>, + 1.</summary>
    public uint FreeSlot;

    /// <summary>Entries.</summary>
    public uint Count;

    /// <summary>Odd while a change is under way: a successor that finds it odd builds the buckets anew.</summary>
    public uint Sequence;
}

/// <summary>One place in a directory.</summary>
internal struct DirectorySlot
{
    /// <summary>The entry; 0: free.</summary>
    public long Entry;

    /// <summary>The name's hash.</summary>
    public uint Hash;

    /// <summary>The next slot of the same bucket, or the next free one, + 1.</summary>
    public uint Next;
}

/// <summary>What stands before a name.</summary>
internal struct DirectoryEntry
{
    /// <summary>The inode it leads to.</summary>
    public uint Child;

    /// <summary>Bytes of the name, which follows.</summary>
    public int NameLength;
}

/// <summary>What stands before an extended attribute's name and value.</summary>
internal struct XAttrRecord
{
    public long Next;
    public int NameLength;
    public int ValueLength;
}

/// <summary>A block that is to be freed when nobody reads it any more.</summary>
internal struct PendingBlock
{
    public long Next;
    public long Offset;
    public long Size;
}

/// <summary>Where everything of one memory file system is found.</summary>
internal struct Superblock
{
    /// <summary>Changed when a record's layout changes.</summary>
    public const uint CurrentVersion = 3;

    public uint Version;

    /// <summary>One more than the last slot of the inode table that was ever used.</summary>
    public uint Slots;

    /// <summary>The table of the inode table's chunks.</summary>
    public long Chunks;

    /// <summary>What the inodes of a new chunk begin with: no less than any that was given out by a chunk that is gone.</summary>
    public uint Generation;

    /// <summary>The heads of the pending blocks, one a lease stripe.</summary>
    public long Pending;

    /// <summary>What is under way: <see cref="UndoRecord"/>s.</summary>
    public long Undo;

    /// <summary>Zeros that stand for holes in lent replies.</summary>
    public long Zeros;

    /// <summary>Makes the names' hashes differ from mount to mount, so that nobody can aim at one bucket.</summary>
    public ulong HashSeed;

    /// <summary>Bytes of data, link targets and extended attributes.</summary>
    public long UsedBytes;

    /// <summary>Inodes, and names beyond each one's first (as tmpfs counts).</summary>
    public long UsedInodes;
}
