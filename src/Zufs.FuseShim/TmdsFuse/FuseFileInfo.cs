using System.Runtime.InteropServices;

namespace Tmds.Fuse;

/// <summary>What an operation is told of an open file, and what an open gives back: the head of libfuse's <c>fuse_file_info</c>, 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseFileInfo
{
    // The bits as libfuse 3 has them in C's order of bit-fields.
    private const uint WritePageBit = 1 << 0;
    private const uint DirectIoBit = 1 << 1;
    private const uint KeepCacheBit = 1 << 2;

    [FieldOffset(0)]
    private int _flags;

    [FieldOffset(4)]
    private uint _bits;

    [FieldOffset(16)]
    private ulong _fh;

    [FieldOffset(24)]
    private ulong _lockOwner;

    [FieldOffset(32)]
    private uint _pollEvents;

    /// <summary>The flags of open(2) (<c>O_*</c>).</summary>
    public int flags { readonly get => _flags; set => _flags = value; }

    /// <summary>The file system's own handle: set when opening, given back with each operation.</summary>
    public ulong fh { readonly get => _fh; set => _fh = value; }

    /// <summary>Who holds locks (flush and release).</summary>
    public ulong lock_owner { readonly get => _lockOwner; set => _lockOwner = value; }

    /// <summary>The events that poll(2) asks for.</summary>
    public uint poll_events { readonly get => _pollEvents; set => _pollEvents = value; }

    /// <summary>A write comes from the page cache, later than the program's write(2).</summary>
    public bool writepage { readonly get => Get(WritePageBit); set => Set(WritePageBit, value); }

    /// <summary>Set when opening: reads and writes bypass the page cache.</summary>
    public bool direct_io { readonly get => Get(DirectIoBit); set => Set(DirectIoBit, value); }

    /// <summary>Set when opening: what the page cache holds of the file stays. Its bit is libfuse's (2), not the 0 and 1 of Tmds.Fuse 0.1.0.</summary>
    public bool keep_cache { readonly get => Get(KeepCacheBit); set => Set(KeepCacheBit, value); }

    private readonly bool Get(uint bit) => (_bits & bit) != 0;

    private void Set(uint bit, bool value) => _bits = value ? _bits | bit : _bits & ~bit;
}
