using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_init_in</c>: 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct FuseInitIn
{
    /// <summary><c>major</c>.</summary>
    [FieldOffset(0)] public uint Major;

    /// <summary><c>minor</c>.</summary>
    [FieldOffset(4)] public uint Minor;

    /// <summary><c>max_readahead</c>.</summary>
    [FieldOffset(8)] public uint MaxReadahead;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(12)] public uint Flags;

    /// <summary><c>flags2</c>.</summary>
    [FieldOffset(16)] public uint Flags2;
}

/// <summary><c>struct fuse_init_out</c>: 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct FuseInitOut
{
    /// <summary><c>major</c>.</summary>
    [FieldOffset(0)] public uint Major;

    /// <summary><c>minor</c>.</summary>
    [FieldOffset(4)] public uint Minor;

    /// <summary><c>max_readahead</c>.</summary>
    [FieldOffset(8)] public uint MaxReadahead;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(12)] public uint Flags;

    /// <summary><c>max_background</c>.</summary>
    [FieldOffset(16)] public ushort MaxBackground;

    /// <summary><c>congestion_threshold</c>.</summary>
    [FieldOffset(18)] public ushort CongestionThreshold;

    /// <summary><c>max_write</c>.</summary>
    [FieldOffset(20)] public uint MaxWrite;

    /// <summary><c>time_gran</c>.</summary>
    [FieldOffset(24)] public uint TimeGran;

    /// <summary><c>max_pages</c>.</summary>
    [FieldOffset(28)] public ushort MaxPages;

    /// <summary><c>map_alignment</c>.</summary>
    [FieldOffset(30)] public ushort MapAlignment;

    /// <summary><c>flags2</c>.</summary>
    [FieldOffset(32)] public uint Flags2;

    /// <summary><c>max_stack_depth</c>.</summary>
    [FieldOffset(36)] public uint MaxStackDepth;

    /// <summary><c>request_timeout</c>.</summary>
    [FieldOffset(40)] public ushort RequestTimeout;
}
