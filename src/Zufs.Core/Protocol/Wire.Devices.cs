using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_bmap_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseBmapIn
{
    /// <summary><c>block</c>.</summary>
    [FieldOffset(0)] public ulong Block;

    /// <summary><c>blocksize</c>.</summary>
    [FieldOffset(8)] public uint Blocksize;
}

/// <summary><c>struct fuse_bmap_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseBmapOut
{
    /// <summary><c>block</c>.</summary>
    [FieldOffset(0)] public ulong Block;
}

/// <summary><c>struct fuse_ioctl_in</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public struct FuseIoctlIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(8)] public uint Flags;

    /// <summary><c>cmd</c>.</summary>
    [FieldOffset(12)] public uint Cmd;

    /// <summary><c>arg</c>.</summary>
    [FieldOffset(16)] public ulong Arg;

    /// <summary><c>in_size</c>.</summary>
    [FieldOffset(24)] public uint InSize;

    /// <summary><c>out_size</c>.</summary>
    [FieldOffset(28)] public uint OutSize;
}

/// <summary><c>struct fuse_ioctl_iovec</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseIoctlIovec
{
    /// <summary><c>base</c>.</summary>
    [FieldOffset(0)] public ulong Base;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(8)] public ulong Len;
}

/// <summary><c>struct fuse_ioctl_out</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseIoctlOut
{
    /// <summary><c>result</c>.</summary>
    [FieldOffset(0)] public int Result;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(4)] public uint Flags;

    /// <summary><c>in_iovs</c>.</summary>
    [FieldOffset(8)] public uint InIovs;

    /// <summary><c>out_iovs</c>.</summary>
    [FieldOffset(12)] public uint OutIovs;
}

/// <summary><c>struct fuse_poll_in</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FusePollIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>kh</c>.</summary>
    [FieldOffset(8)] public ulong Kh;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(16)] public uint Flags;

    /// <summary><c>events</c>.</summary>
    [FieldOffset(20)] public uint Events;
}

/// <summary><c>struct fuse_poll_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FusePollOut
{
    /// <summary><c>revents</c>.</summary>
    [FieldOffset(0)] public uint Revents;
}

/// <summary><c>struct fuse_setupmapping_in</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseSetupmappingIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>foffset</c>.</summary>
    [FieldOffset(8)] public ulong Foffset;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(16)] public ulong Len;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(24)] public ulong Flags;

    /// <summary><c>moffset</c>.</summary>
    [FieldOffset(32)] public ulong Moffset;
}

/// <summary><c>struct fuse_removemapping_in</c>: 4 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 4)]
public struct FuseRemovemappingIn
{
    /// <summary><c>count</c>.</summary>
    [FieldOffset(0)] public uint Count;
}

/// <summary><c>struct fuse_removemapping_one</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseRemovemappingOne
{
    /// <summary><c>moffset</c>.</summary>
    [FieldOffset(0)] public ulong Moffset;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(8)] public ulong Len;
}
