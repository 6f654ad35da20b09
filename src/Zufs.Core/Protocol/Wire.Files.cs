using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_open_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseOpenIn
{
    /// <summary><c>flags</c>.</summary>
    [FieldOffset(0)] public uint Flags;

    /// <summary><c>open_flags</c>.</summary>
    [FieldOffset(4)] public uint OpenFlags;
}

/// <summary><c>struct fuse_create_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseCreateIn
{
    /// <summary><c>flags</c>.</summary>
    [FieldOffset(0)] public uint Flags;

    /// <summary><c>mode</c>.</summary>
    [FieldOffset(4)] public uint Mode;

    /// <summary><c>umask</c>.</summary>
    [FieldOffset(8)] public uint Umask;

    /// <summary><c>open_flags</c>.</summary>
    [FieldOffset(12)] public uint OpenFlags;
}

/// <summary><c>struct fuse_open_out</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseOpenOut
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>open_flags</c>.</summary>
    [FieldOffset(8)] public uint OpenFlags;

    /// <summary><c>backing_id</c>.</summary>
    [FieldOffset(12)] public int BackingId;
}

/// <summary><c>struct fuse_release_in</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseReleaseIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(8)] public uint Flags;

    /// <summary><c>release_flags</c>.</summary>
    [FieldOffset(12)] public uint ReleaseFlags;

    /// <summary><c>lock_owner</c>.</summary>
    [FieldOffset(16)] public ulong LockOwner;
}

/// <summary><c>struct fuse_flush_in</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseFlushIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>lock_owner</c>.</summary>
    [FieldOffset(16)] public ulong LockOwner;
}

/// <summary><c>struct fuse_read_in</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseReadIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(16)] public uint Size;

    /// <summary><c>read_flags</c>.</summary>
    [FieldOffset(20)] public uint ReadFlags;

    /// <summary><c>lock_owner</c>.</summary>
    [FieldOffset(24)] public ulong LockOwner;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(32)] public uint Flags;
}

/// <summary><c>struct fuse_write_in</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseWriteIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(16)] public uint Size;

    /// <summary><c>write_flags</c>.</summary>
    [FieldOffset(20)] public uint WriteFlags;

    /// <summary><c>lock_owner</c>.</summary>
    [FieldOffset(24)] public ulong LockOwner;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(32)] public uint Flags;
}

/// <summary><c>struct fuse_write_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseWriteOut
{
    /// <summary><c>size</c>.</summary>
    [FieldOffset(0)] public uint Size;
}

/// <summary><c>struct fuse_fsync_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseFsyncIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>fsync_flags</c>.</summary>
    [FieldOffset(8)] public uint FsyncFlags;
}

/// <summary><c>struct fuse_fallocate_in</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public struct FuseFallocateIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>length</c>.</summary>
    [FieldOffset(16)] public ulong Length;

    /// <summary><c>mode</c>.</summary>
    [FieldOffset(24)] public uint Mode;
}

/// <summary><c>struct fuse_lseek_in</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseLseekIn
{
    /// <summary><c>fh</c>.</summary>
    [FieldOffset(0)] public ulong Fh;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>whence</c>.</summary>
    [FieldOffset(16)] public uint Whence;
}

/// <summary><c>struct fuse_lseek_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseLseekOut
{
    /// <summary><c>offset</c>.</summary>
    [FieldOffset(0)] public ulong Offset;
}

/// <summary><c>struct fuse_copy_file_range_in</c>: 56 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
public struct FuseCopyFileRangeIn
{
    /// <summary><c>fh_in</c>.</summary>
    [FieldOffset(0)] public ulong FhIn;

    /// <summary><c>off_in</c>.</summary>
    [FieldOffset(8)] public ulong OffIn;

    /// <summary><c>nodeid_out</c>.</summary>
    [FieldOffset(16)] public ulong NodeidOut;

    /// <summary><c>fh_out</c>.</summary>
    [FieldOffset(24)] public ulong FhOut;

    /// <summary><c>off_out</c>.</summary>
    [FieldOffset(32)] public ulong OffOut;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(40)] public ulong Len;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(48)] public ulong Flags;
}

/// <summary><c>struct fuse_copy_file_range_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseCopyFileRangeOut
{
    /// <summary><c>bytes_copied</c>.</summary>
    [FieldOffset(0)] public ulong BytesCopied;
}

/// <summary><c>struct fuse_syncfs_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseSyncfsIn
{
}

/// <summary><c>struct fuse_backing_map</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseBackingMap
{
    /// <summary><c>fd</c>.</summary>
    [FieldOffset(0)] public int Fd;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(4)] public uint Flags;
}
