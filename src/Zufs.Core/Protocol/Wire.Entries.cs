using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_entry_out</c>: 128 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
public struct FuseEntryOut
{
    /// <summary><c>nodeid</c>.</summary>
    [FieldOffset(0)] public ulong NodeId;

    /// <summary><c>generation</c>.</summary>
    [FieldOffset(8)] public ulong Generation;

    /// <summary><c>entry_valid</c>.</summary>
    [FieldOffset(16)] public ulong EntryValid;

    /// <summary><c>attr_valid</c>.</summary>
    [FieldOffset(24)] public ulong AttrValid;

    /// <summary><c>entry_valid_nsec</c>.</summary>
    [FieldOffset(32)] public uint EntryValidNsec;

    /// <summary><c>attr_valid_nsec</c>.</summary>
    [FieldOffset(36)] public uint AttrValidNsec;

    /// <summary><c>attr</c>.</summary>
    [FieldOffset(40)] public FuseAttr Attr;
}

/// <summary><c>struct fuse_forget_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseForgetIn
{
    /// <summary><c>nlookup</c>.</summary>
    [FieldOffset(0)] public ulong Nlookup;
}

/// <summary><c>struct fuse_forget_one</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseForgetOne
{
    /// <summary><c>nodeid</c>.</summary>
    [FieldOffset(0)] public ulong NodeId;

    /// <summary><c>nlookup</c>.</summary>
    [FieldOffset(8)] public ulong Nlookup;
}

/// <summary><c>struct fuse_batch_forget_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseBatchForgetIn
{
    /// <summary><c>count</c>.</summary>
    [FieldOffset(0)] public uint Count;
}

/// <summary><c>struct fuse_mknod_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseMknodIn
{
    /// <summary><c>mode</c>.</summary>
    [FieldOffset(0)] public uint Mode;

    /// <summary><c>rdev</c>.</summary>
    [FieldOffset(4)] public uint Rdev;

    /// <summary><c>umask</c>.</summary>
    [FieldOffset(8)] public uint Umask;
}

/// <summary><c>struct fuse_mkdir_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseMkdirIn
{
    /// <summary><c>mode</c>.</summary>
    [FieldOffset(0)] public uint Mode;

    /// <summary><c>umask</c>.</summary>
    [FieldOffset(4)] public uint Umask;
}

/// <summary><c>struct fuse_rename_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseRenameIn
{
    /// <summary><c>newdir</c>.</summary>
    [FieldOffset(0)] public ulong NewDir;
}

/// <summary><c>struct fuse_rename2_in</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseRename2In
{
    /// <summary><c>newdir</c>.</summary>
    [FieldOffset(0)] public ulong NewDir;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(8)] public uint Flags;
}

/// <summary><c>struct fuse_link_in</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseLinkIn
{
    /// <summary><c>oldnodeid</c>.</summary>
    [FieldOffset(0)] public ulong OldNodeId;
}

/// <summary><c>struct fuse_dirent</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseDirent
{
    /// <summary><c>ino</c>.</summary>
    [FieldOffset(0)] public ulong Ino;

    /// <summary><c>off</c>.</summary>
    [FieldOffset(8)] public ulong Off;

    /// <summary><c>namelen</c>.</summary>
    [FieldOffset(16)] public uint NameLength;

    /// <summary><c>type</c>.</summary>
    [FieldOffset(20)] public uint Type;
}

/// <summary><c>struct fuse_direntplus</c>: 152 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 152)]
public struct FuseDirentplus
{
    /// <summary><c>entry_out</c>.</summary>
    [FieldOffset(0)] public FuseEntryOut EntryOut;

    /// <summary><c>dirent</c>.</summary>
    [FieldOffset(128)] public FuseDirent Dirent;
}
