using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_file_lock</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseFileLock
{
    /// <summary><c>start</c>.</summary>
    [FieldOffset(0)] public ulong Start;

    /// <summary><c>end</c>.</summary>
    [FieldOffset(8)] public ulong End;

    /// <summary><c>type</c>.</summary>
    [FieldOffset(16)] public uint Type;

    /// <summary><c>pid</c>.</summary>
    [FieldOffset(20)] public uint Pid;
}

/// <summary><c>struct fuse_lk_in</c>: 48 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct FuseLkIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>owner</c>.</summary>
    [FieldOffset(8)] public ulong Owner;

    /// <summary><c>lk</c>.</summary>
    [FieldOffset(16)] public FuseFileLock Lock;

    /// <summary><c>lk_flags</c>.</summary>
    [FieldOffset(40)] public uint LkFlags;
}

/// <summary><c>struct fuse_lk_out</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseLkOut
{
    /// <summary><c>lk</c>.</summary>
    [FieldOffset(0)] public FuseFileLock Lock;
}

/// <summary><c>struct fuse_interrupt_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseInterruptIn
{
    /// <summary><c>unique</c>.</summary>
    [FieldOffset(0)] public ulong Unique;
}
