using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary><c>struct fuse_uring_ent_in_out</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public struct FuseUringEntInOut
{
    /// <summary><c>flags</c>.</summary>
    [FieldOffset(0)] public ulong Flags;

    /// <summary><c>commit_id</c>.</summary>
    [FieldOffset(8)] public ulong CommitId;

    /// <summary><c>payload_sz</c>.</summary>
    [FieldOffset(16)] public uint PayloadSz;
}

/// <summary><c>struct fuse_uring_req_header</c>: 288 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 288)]
public struct FuseUringReqHeader
{
    /// <summary><c>ring_ent_in_out</c>.</summary>
    [FieldOffset(256)] public FuseUringEntInOut RingEntInOut;
}

/// <summary><c>struct fuse_uring_cmd_req</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct FuseUringCmdReq
{
    /// <summary><c>flags</c>.</summary>
    [FieldOffset(0)] public ulong Flags;

    /// <summary><c>commit_id</c>.</summary>
    [FieldOffset(8)] public ulong CommitId;

    /// <summary><c>qid</c>.</summary>
    [FieldOffset(16)] public ushort Qid;
}
