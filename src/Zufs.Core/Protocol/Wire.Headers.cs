using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_in_header</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseInHeader
{
    /// <summary><c>len</c>.</summary>
    [FieldOffset(0)] public uint Len;

    /// <summary><c>opcode</c>.</summary>
    [FieldOffset(4)] public uint Opcode;

    /// <summary><c>unique</c>.</summary>
    [FieldOffset(8)] public ulong Unique;

    /// <summary><c>nodeid</c>.</summary>
    [FieldOffset(16)] public ulong NodeId;

    /// <summary><c>uid</c>.</summary>
    [FieldOffset(24)] public uint Uid;

    /// <summary><c>gid</c>.</summary>
    [FieldOffset(28)] public uint Gid;

    /// <summary><c>pid</c>.</summary>
    [FieldOffset(32)] public uint Pid;

    /// <summary><c>total_extlen</c>.</summary>
    [FieldOffset(36)] public ushort TotalExtlen;
}

/// <summary><c>struct fuse_out_header</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseOutHeader
{
    /// <summary><c>len</c>.</summary>
    [FieldOffset(0)] public uint Len;

    /// <summary><c>error</c>.</summary>
    [FieldOffset(4)] public int Error;

    /// <summary><c>unique</c>.</summary>
    [FieldOffset(8)] public ulong Unique;
}

/// <summary><c>struct fuse_ext_header</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseExtHeader
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;

    /// <summary><c>type</c>.</summary>
    [FieldOffset(4)] public uint Type;
}

/// <summary><c>struct fuse_supp_groups</c>: 4 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 4)]
public struct FuseSuppGroups
{
    /// <summary><c>nr_groups</c>.</summary>
    [FieldOffset(0)] public uint NrGroups;
}

/// <summary><c>struct fuse_secctx</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseSecctx
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;
}

/// <summary><c>struct fuse_secctx_header</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseSecctxHeader
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;

    /// <summary><c>nr_secctx</c>.</summary>
    [FieldOffset(4)] public uint NrSecctx;
}
