using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_attr</c>: 88 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
public struct FuseAttr
{
    /// <summary><c>ino</c>.</summary>
    [FieldOffset(0)] public ulong Ino;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(8)] public ulong Size;

    /// <summary><c>blocks</c>.</summary>
    [FieldOffset(16)] public ulong Blocks;

    /// <summary><c>atime</c>.</summary>
    [FieldOffset(24)] public ulong Atime;

    /// <summary><c>mtime</c>.</summary>
    [FieldOffset(32)] public ulong Mtime;

    /// <summary><c>ctime</c>.</summary>
    [FieldOffset(40)] public ulong Ctime;

    /// <summary><c>atimensec</c>.</summary>
    [FieldOffset(48)] public uint AtimeNsec;

    /// <summary><c>mtimensec</c>.</summary>
    [FieldOffset(52)] public uint MtimeNsec;

    /// <summary><c>ctimensec</c>.</summary>
    [FieldOffset(56)] public uint CtimeNsec;

    /// <summary><c>mode</c>.</summary>
    [FieldOffset(60)] public uint Mode;

    /// <summary><c>nlink</c>.</summary>
    [FieldOffset(64)] public uint Nlink;

    /// <summary><c>uid</c>.</summary>
    [FieldOffset(68)] public uint Uid;

    /// <summary><c>gid</c>.</summary>
    [FieldOffset(72)] public uint Gid;

    /// <summary><c>rdev</c>.</summary>
    [FieldOffset(76)] public uint Rdev;

    /// <summary><c>blksize</c>.</summary>
    [FieldOffset(80)] public uint BlkSize;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(84)] public uint Flags;
}

/// <summary><c>struct fuse_sx_time</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseSxTime
{
    /// <summary><c>tv_sec</c>.</summary>
    [FieldOffset(0)] public long TvSec;

    /// <summary><c>tv_nsec</c>.</summary>
    [FieldOffset(8)] public uint TvNsec;
}

/// <summary><c>struct fuse_statx</c>: 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public struct FuseStatx
{
    /// <summary><c>mask</c>.</summary>
    [FieldOffset(0)] public uint Mask;

    /// <summary><c>blksize</c>.</summary>
    [FieldOffset(4)] public uint BlkSize;

    /// <summary><c>attributes</c>.</summary>
    [FieldOffset(8)] public ulong Attributes;

    /// <summary><c>nlink</c>.</summary>
    [FieldOffset(16)] public uint Nlink;

    /// <summary><c>uid</c>.</summary>
    [FieldOffset(20)] public uint Uid;

    /// <summary><c>gid</c>.</summary>
    [FieldOffset(24)] public uint Gid;

    /// <summary><c>mode</c>.</summary>
    [FieldOffset(28)] public ushort Mode;

    /// <summary><c>ino</c>.</summary>
    [FieldOffset(32)] public ulong Ino;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(40)] public ulong Size;

    /// <summary><c>blocks</c>.</summary>
    [FieldOffset(48)] public ulong Blocks;

    /// <summary><c>attributes_mask</c>.</summary>
    [FieldOffset(56)] public ulong AttributesMask;

    /// <summary><c>atime</c>.</summary>
    [FieldOffset(64)] public FuseSxTime Atime;

    /// <summary><c>btime</c>.</summary>
    [FieldOffset(80)] public FuseSxTime Btime;

    /// <summary><c>ctime</c>.</summary>
    [FieldOffset(96)] public FuseSxTime Ctime;

    /// <summary><c>mtime</c>.</summary>
    [FieldOffset(112)] public FuseSxTime Mtime;

    /// <summary><c>rdev_major</c>.</summary>
    [FieldOffset(128)] public uint RdevMajor;

    /// <summary><c>rdev_minor</c>.</summary>
    [FieldOffset(132)] public uint RdevMinor;

    /// <summary><c>dev_major</c>.</summary>
    [FieldOffset(136)] public uint DevMajor;

    /// <summary><c>dev_minor</c>.</summary>
    [FieldOffset(140)] public uint DevMinor;
}

/// <summary><c>struct fuse_getattr_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseGetattrIn
{
    /// <summary><c>getattr_flags</c>.</summary>
    [FieldOffset(0)] public uint GetattrFlags;

    /// <summary><c>fh</c>.</summary>
    [FieldOffset(8)] public ulong Fh;
}

/// <summary><c>struct fuse_attr_out</c>: 104 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
public struct FuseAttrOut
{
    /// <summary><c>attr_valid</c>.</summary>
    [FieldOffset(0)] public ulong AttrValid;

    /// <summary><c>attr_valid_nsec</c>.</summary>
    [FieldOffset(8)] public uint AttrValidNsec;

    /// <summary><c>attr</c>.</summary>
    [FieldOffset(16)] public FuseAttr Attr;
}

/// <summary><c>struct fuse_statx_in</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseStatxIn
{
    /// <summary><c>getattr_flags</c>.</summary>
    [FieldOffset(0)] public uint GetattrFlags;

    /// <summary><c>fh</c>.</summary>
    [FieldOffset(8)] public ulong Fh;

    /// <summary><c>sx_flags</c>.</summary>
    [FieldOffset(16)] public uint SxFlags;

    /// <summary><c>sx_mask</c>.</summary>
    [FieldOffset(20)] public uint SxMask;
}

/// <summary><c>struct fuse_statx_out</c>: 288 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 288)]
public struct FuseStatxOut
{
    /// <summary><c>attr_valid</c>.</summary>
    [FieldOffset(0)] public ulong AttrValid;

    /// <summary><c>attr_valid_nsec</c>.</summary>
    [FieldOffset(8)] public uint AttrValidNsec;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(12)] public uint Flags;

    /// <summary><c>stat</c>.</summary>
    [FieldOffset(32)] public FuseStatx Stat;
}

/// <summary><c>struct fuse_setattr_in</c>: 88 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
public struct FuseSetattrIn
{
    /// <summary><c>valid</c>.</summary>
    [FieldOffset(0)] public uint Valid;

    /// <summary><c>fh</c>.</summary>
    [FieldOffset(8)] public ulong Fh;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(16)] public ulong Size;

    /// <summary><c>lock_owner</c>.</summary>
    [FieldOffset(24)] public ulong LockOwner;

    /// <summary><c>atime</c>.</summary>
    [FieldOffset(32)] public ulong Atime;

    /// <summary><c>mtime</c>.</summary>
    [FieldOffset(40)] public ulong Mtime;

    /// <summary><c>ctime</c>.</summary>
    [FieldOffset(48)] public ulong Ctime;

    /// <summary><c>atimensec</c>.</summary>
    [FieldOffset(56)] public uint AtimeNsec;

    /// <summary><c>mtimensec</c>.</summary>
    [FieldOffset(60)] public uint MtimeNsec;

    /// <summary><c>ctimensec</c>.</summary>
    [FieldOffset(64)] public uint CtimeNsec;

    /// <summary><c>mode</c>.</summary>
    [FieldOffset(68)] public uint Mode;

    /// <summary><c>uid</c>.</summary>
    [FieldOffset(76)] public uint Uid;

    /// <summary><c>gid</c>.</summary>
    [FieldOffset(80)] public uint Gid;
}

/// <summary><c>struct fuse_kstatfs</c>: 80 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
public struct FuseKstatfs
{
    /// <summary><c>blocks</c>.</summary>
    [FieldOffset(0)] public ulong Blocks;

    /// <summary><c>bfree</c>.</summary>
    [FieldOffset(8)] public ulong BFree;

    /// <summary><c>bavail</c>.</summary>
    [FieldOffset(16)] public ulong BAvail;

    /// <summary><c>files</c>.</summary>
    [FieldOffset(24)] public ulong Files;

    /// <summary><c>ffree</c>.</summary>
    [FieldOffset(32)] public ulong FFree;

    /// <summary><c>bsize</c>.</summary>
    [FieldOffset(40)] public uint BSize;

    /// <summary><c>namelen</c>.</summary>
    [FieldOffset(44)] public uint NameLength;

    /// <summary><c>frsize</c>.</summary>
    [FieldOffset(48)] public uint FrSize;
}

/// <summary><c>struct fuse_statfs_out</c>: 80 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
public struct FuseStatfsOut
{
    /// <summary><c>st</c>.</summary>
    [FieldOffset(0)] public FuseKstatfs St;
}

/// <summary><c>struct fuse_access_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseAccessIn
{
    /// <summary><c>mask</c>.</summary>
    [FieldOffset(0)] public uint Mask;
}
