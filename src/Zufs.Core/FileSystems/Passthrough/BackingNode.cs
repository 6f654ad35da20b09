using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.FileSystems.Passthrough;

/// <summary>What tells a file of the backing from every other one that is there or was.</summary>
/// <param name="Device">The device.</param>
/// <param name="Ino">The inode number, which is used again.</param>
/// <param name="Birth">When the file was made, which isn't; zero where the file system doesn't keep it.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Ino, Timestamp Birth);

/// <summary>
/// One node that the kernel knows, as it stands in the arena. Its layout is part of the arena's format. The lock of its identity guards lookups and chain,
/// the lock of its slot the open files.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = RecordSize)]
internal struct BackingNode
{
    /// <summary>The length of the record: 256 in a chunk of 64 KiB.</summary>
    public const int RecordSize = 256;

    /// <summary>The longest file handle that is kept; all of Linux's own file systems have shorter ones.</summary>
    public const int HandleCapacity = 80;

    /// <summary>Half of the node id; 0: the record is free.</summary>
    public uint Generation;

    /// <summary>The next record with the same hash.</summary>
    public uint Next;

    public ulong Device;
    public ulong Ino;
    public Timestamp Birth;

    /// <summary>How often the kernel was told of the node and has not forgotten it.</summary>
    public long Lookups;

    /// <summary>The type's bits of the mode.</summary>
    public uint Type;

    /// <summary>Open files.</summary>
    public int Opens;

    /// <summary>The id under which the kernel reads and writes it itself while it is open; 0: it doesn't.</summary>
    public int BackingId;

    /// <summary>The id by which the kernel keeps it alive while it is open and has no name: for a successor, who can't find it otherwise. 0: it doesn't.</summary>
    public int HoldingId;

    /// <summary>A descriptor (O_PATH) that is kept for it; only with the right <see cref="Epoch"/>.</summary>
    public int Fd;

    /// <summary>Which worker's descriptor it is.</summary>
    public uint Epoch;

    /// <summary>Bytes of <see cref="Name"/>.</summary>
    public int NameLength;

    /// <summary>Where it was last seen, where no handle leads to it: the directory's node id.</summary>
    public ulong Parent;

    /// <summary>… and its name there.</summary>
    public long Name;

    /// <summary>The file as it was when what the page cache holds was known to be right.</summary>
    public Timestamp CachedMtime;

    /// <summary>As <see cref="CachedMtime"/>.</summary>
    public Timestamp CachedCtime;

    /// <summary>Bytes of the handle with its header of 8; 0: none.</summary>
    public int HandleLength;

    /// <summary>A <c>struct file_handle</c>.</summary>
    public HandleBytes Handle;

    /// <summary>Room for a handle.</summary>
    [InlineArray(HandleCapacity)]
    public struct HandleBytes
    {
        private byte _first;
    }

    public readonly FileIdentity Identity => new(Device, Ino, Birth);
}

/// <summary>An open file or directory, as it stands in the arena: its offset is the handle.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenBacking
{
    /// <summary>The flags to open it with again: nothing that creates or truncates.</summary>
    public int Flags;

    /// <summary>Its descriptor; only with the right <see cref="Epoch"/>.</summary>
    public int Fd;

    /// <summary>Which worker's descriptor it is.</summary>
    public uint Epoch;

    /// <summary>Whether it is counted in its node's open files.</summary>
    public int IsCounted;

    /// <summary>Where the next listing goes on without seeking.</summary>
    public long Position;
}

/// <summary>Where everything of one mount is found.</summary>
internal struct PassthroughHeader
{
    /// <summary>Changed when a record's layout changes.</summary>
    public const uint CurrentVersion = 2;

    public uint Version;

    /// <summary>How many workers there were: tells their descriptors apart.</summary>
    public uint Epoch;

    /// <summary>The last generation that was given out.</summary>
    public uint Generation;

    public uint Reserved;

    /// <summary>The heads of the chains, by hash.</summary>
    public long Buckets;

    /// <summary>The chunks of records.</summary>
    public long Chunks;
}
