using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_notify_poll_wakeup_out</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
public struct FuseNotifyPollWakeupOut
{
    /// <summary><c>kh</c>.</summary>
    [FieldOffset(0)] public ulong Kh;
}

/// <summary><c>struct fuse_notify_inval_inode_out</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseNotifyInvalInodeOut
{
    /// <summary><c>ino</c>.</summary>
    [FieldOffset(0)] public ulong Ino;

    /// <summary><c>off</c>.</summary>
    [FieldOffset(8)] public long Off;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(16)] public long Len;
}

/// <summary><c>struct fuse_notify_inval_entry_out</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseNotifyInvalEntryOut
{
    /// <summary><c>parent</c>.</summary>
    [FieldOffset(0)] public ulong Parent;

    /// <summary><c>namelen</c>.</summary>
    [FieldOffset(8)] public uint NameLength;

    /// <summary><c>flags</c>.</summary>
    [FieldOffset(12)] public uint Flags;
}

/// <summary><c>struct fuse_notify_delete_out</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseNotifyDeleteOut
{
    /// <summary><c>parent</c>.</summary>
    [FieldOffset(0)] public ulong Parent;

    /// <summary><c>child</c>.</summary>
    [FieldOffset(8)] public ulong Child;

    /// <summary><c>namelen</c>.</summary>
    [FieldOffset(16)] public uint NameLength;
}

/// <summary><c>struct fuse_notify_store_out</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseNotifyStoreOut
{
    /// <summary><c>nodeid</c>.</summary>
    [FieldOffset(0)] public ulong NodeId;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(16)] public uint Size;
}

/// <summary><c>struct fuse_notify_retrieve_out</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public struct FuseNotifyRetrieveOut
{
    /// <summary><c>notify_unique</c>.</summary>
    [FieldOffset(0)] public ulong NotifyUnique;

    /// <summary><c>nodeid</c>.</summary>
    [FieldOffset(8)] public ulong NodeId;

    /// <summary><c>offset</c>.</summary>
    [FieldOffset(16)] public ulong Offset;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(24)] public uint Size;
}

/// <summary><c>struct fuse_notify_retrieve_in</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct FuseNotifyRetrieveIn
{
    /// <summary><c>offset</c>.</summary>
    [FieldOffset(8)] public ulong Offset;

    /// <summary><c>size</c>.</summary>
    [FieldOffset(16)] public uint Size;
}

/// <summary><c>struct fuse_notify_prune_out</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct FuseNotifyPruneOut
{
    /// <summary><c>count</c>.</summary>
    [FieldOffset(0)] public uint Count;
}
