using Zufs.Arenas;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>What becomes of the request that a frame holds, at the next exchange.</summary>
public enum ReplyKind
{
    /// <summary>The frame holds no request (before the first exchange).</summary>
    Empty,

    /// <summary>An error or success without data: <see cref="RequestFrame.Error"/>.</summary>
    Error,

    /// <summary>The first <see cref="RequestFrame.Length"/> bytes of the room.</summary>
    Filled,

    /// <summary>The pieces in <see cref="RequestFrame.Lent"/>.</summary>
    Lent,

    /// <summary>The operation has no reply (FORGET, BATCH_FORGET, INTERRUPT, NOTIFY_REPLY).</summary>
    None,

    /// <summary>It was deferred.</summary>
    Deferred,
}

/// <summary>
/// One request in channel memory, split as the wire has it: header, fixed part, rest; the room for its reply; and the reply.
/// </summary>
/// <remarks>
/// <para>The memory belongs to the channel and is valid until the next exchange (deferred: until completed). It is at least 8-byte aligned at
/// <see cref="Header"/>, <see cref="Fixed"/> and <see cref="Room"/>.</para>
/// <para>On <c>uring</c> the room is the same memory as the rest: read names and data before the room is written, or copy them.</para>
/// <para>The channel checked that the lengths add up: <see cref="FixedLength"/> is at least what the operation table asks for.</para>
/// </remarks>
public unsafe partial struct RequestFrame
{
    /// <summary>The request's header. Not changed by the server.</summary>
    public FuseInHeader* Header;

    /// <summary>The operation's fixed structure; null when it has none.</summary>
    public byte* Fixed;

    /// <summary>Bytes at <see cref="Fixed"/>.</summary>
    public int FixedLength;

    /// <summary>Names, data and extensions behind the fixed part.</summary>
    public byte* Rest;

    /// <summary>Bytes at <see cref="Rest"/>.</summary>
    public int RestLength;

    /// <summary>Where the reply's body (behind <c>fuse_out_header</c>) may be written.</summary>
    public byte* Room;

    /// <summary>Bytes at <see cref="Room"/>: at least as many as the largest reply to any request that was negotiated.</summary>
    public int RoomLength;

    /// <summary>The channel's own number for where this request stands.</summary>
    public int Slot;

    /// <summary>What the reply is.</summary>
    public ReplyKind Reply;

    /// <summary>With <see cref="ReplyKind.Error"/>: 0 or a positive errno.</summary>
    public int Error;

    /// <summary>With <see cref="ReplyKind.Filled"/> and <see cref="ReplyKind.Lent"/>: bytes in all.</summary>
    public int Length;

    /// <summary>
    /// With <see cref="ReplyKind.Lent"/>: the pieces, in memory that stays until the next exchange; they are read before the lease is
    /// released, which the caller does after the exchange that took them (see <see cref="Channel.Exchange"/>).
    /// </summary>
    public UnmanagedMemory* Lent;

    /// <summary>How many pieces stand at <see cref="Lent"/>.</summary>
    public int LentCount;

    /// <summary>
    /// Told when the lent pieces have been taken: the channel calls it right after, before it waits for the next request. Null when nobody
    /// wants to know.
    /// </summary>
    public ILentReplyTaken? LentTaken;
}

/// <summary>Told by a channel that the pieces of a lent reply were taken.</summary>
public interface ILentReplyTaken
{
    /// <summary>The pieces may change from now on. Called by the channel's thread.</summary>
    void OnTaken();
}

/// <summary>A deferred request, as a plain value that any thread may carry.</summary>
public unsafe partial struct DeferredFrame
{
    /// <summary>The channel's own number for where it stands.</summary>
    public int Slot;

    /// <summary>The request's id, as it is to be echoed.</summary>
    public ulong Unique;

    /// <summary>Where the reply's body may be written.</summary>
    public byte* Room;

    /// <summary>Bytes at <see cref="Room"/>.</summary>
    public int RoomLength;

    /// <summary>0 or a positive errno.</summary>
    public int Error;

    /// <summary>Bytes of the room that are the reply; 0 with an error.</summary>
    public int Length;
}
