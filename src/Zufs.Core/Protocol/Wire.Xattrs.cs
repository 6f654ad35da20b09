using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_setxattr_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseSetxattrIn
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(4)] public uint Flags;

    /// <summary><c>setxattr_flags</c>.</summary>
    [FieldOffset(8)] public uint SetxattrFlags;
}

/// <summary><c>struct fuse_getxattr_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseGetxattrIn
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;
}

/// <summary><c>struct fuse_getxattr_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseGetxattrOut
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;
}
