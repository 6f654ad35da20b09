using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// A channel in the same process: requests are bytes that a caller hands in. For unit tests, fuzzing and micro-benchmarks, since it needs no
/// kernel and no privileges, and costs next to nothing.
/// </summary>
/// <remarks>
/// Alone, it is a function call: <see cref="Stage"/>, then the owning thread's next exchange takes the request, and the one after that gives the reply and
/// says <see cref="ExchangeOutcome.Stopped"/>. As a seat of a <see cref="LoopbackTransport"/> it waits for calls of other threads.
/// </remarks>
public sealed unsafe class LoopbackChannel : Channel
{
    private const int HeaderSize = 40;
    private const int FixedSize = 128;

    private readonly LoopbackTransport? _transport;
    private readonly bool _hasSetxattrExt;
    private readonly Slot[] _slots;
    private LoopbackCall? _staged;
    private int _current;
    private volatile bool _stopped;

    /// <summary>A channel of its own.</summary>
    /// <param name="roomLength">Bytes for a request's rest, and for a reply.</param>
    /// <param name="depth">Requests that can be served and deferred at a time, at least 1; one is always left for the next request.</param>
    /// <param name="roomIsRest">Whether the room is the rest's memory, as on <c>uring</c>.</param>
    /// <param name="hasSetxattrExt">Whether SETXATTR's fixed part has 16 bytes.</param>
    public LoopbackChannel(int roomLength = 1 << 20, int depth = 4, bool roomIsRest = false, bool hasSetxattrExt = true)
        : this(null, roomLength, depth, roomIsRest, hasSetxattrExt)
    {
    }

    internal LoopbackChannel(LoopbackTransport? transport, int roomLength, int depth, bool roomIsRest, bool hasSetxattrExt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        _transport = transport;
        _hasSetxattrExt = hasSetxattrExt;
        _slots = new Slot[depth];
        for (int i = 0; i < depth; i++)
            _slots[i] = new Slot(roomLength, roomIsRest);
    }

    /// <inheritdoc/>
    public override string Name => "loopback";

    internal bool IsStopped => _stopped;

    /// <summary>Hands in the request that the next exchange takes. Called by the owning thread, between exchanges.</summary>
    /// <param name="call">The request; it gets the reply.</param>
    public void Stage(LoopbackCall call)
    {
        call.Begin();
        _staged = call;
    }

    /// <inheritdoc/>
    public override ExchangeOutcome Exchange(ref RequestFrame frame)
    {
        Answer(ref frame);
        LoopbackCall? call = _stopped ? null : _transport is null ? _staged : _transport.Take(this);
        _staged = null;
        if (call is null)
        {
            if (_stopped || _transport is not { IsEnded: true })
                return ExchangeOutcome.Stopped;
            EndError = _transport.EndError;
            return ExchangeOutcome.Ended;
        }
        Slot slot = _slots[_current];
        slot.Call = call;
        if (!TrySplit(call.Request.Span, slot, ref frame))
        {
            CountMalformed();
            AnswerMalformed(call);
            return ExchangeOutcome.Malformed;
        }
        frame.Slot = _current;
        return ExchangeOutcome.Request;
    }

    /// <inheritdoc/>
    public override bool TryDefer(ref RequestFrame frame, out DeferredFrame deferred)
    {
        deferred = default;
        int next = -1;
        lock (_slots)
        {
            for (int i = 0; i < _slots.Length && next < 0; i++)
            {
                if (i != _current && !_slots[i].IsDeferred)
                    next = i;
            }
            if (next < 0)
                return false;
            _slots[_current].IsDeferred = true;
        }
        _slots[_current].Call!.MarkDeferred();
        deferred.Slot = _current;
        deferred.Unique = frame.Header->Unique;
        deferred.Room = frame.Room;
        deferred.RoomLength = frame.RoomLength;
        frame.Reply = ReplyKind.Deferred;
        _current = next;
        return true;
    }

    /// <inheritdoc/>
    public override void Complete(in DeferredFrame deferred)
    {
        Slot slot = _slots[deferred.Slot];
        LoopbackCall? call = slot.Call;
        slot.Call = null;
        if (call is not null)
            Put(call, deferred.Unique, deferred.Error, deferred.RoomBytes[..(deferred.Error == 0 ? deferred.Length : 0)]);
        lock (_slots)
            slot.IsDeferred = false;
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        _stopped = true;
        _transport?.Wake();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private void Answer(ref RequestFrame frame)
    {
        if (frame.Reply is ReplyKind.Empty or ReplyKind.Deferred)
        {
            frame.Reply = ReplyKind.Empty;
            return;
        }
        LoopbackCall? call = _slots[frame.Slot].Call;
        _slots[frame.Slot].Call = null;
        ReplyKind kind = frame.Reply;
        frame.Reply = ReplyKind.Empty;
        if (call is null)
            return;
        switch (kind)
        {
            case ReplyKind.None:
                call.Finish(0);
                break;
            case ReplyKind.Lent:
                PutLent(call, ref frame);
                break;
            default:
                // SAFETY: the room is this channel's own memory, and the length was checked against it by whoever set it.
                Put(call, frame.Header->Unique, frame.Error, new ReadOnlySpan<byte>(frame.Room, kind == ReplyKind.Filled ? Math.Min(frame.Length, frame.RoomLength) : 0));
                break;
        }
    }

    private static void PutLent(LoopbackCall call, ref RequestFrame frame)
    {
        Span<byte> reply = call.ReplyRoom(sizeof(FuseOutHeader) + frame.Length);
        int at = sizeof(FuseOutHeader);
        for (int i = 0; i < frame.LentCount; i++)
        {
            // SAFETY: whoever lends keeps the piece alive until it is told that it was taken, below.
            new ReadOnlySpan<byte>((void*)frame.Lent[i].Address, frame.Lent[i].Length).CopyTo(reply[at..]);
            at += frame.Lent[i].Length;
        }
        WriteHeader(reply, frame.Header->Unique, 0);
        frame.LentTaken?.OnTaken();
        frame.LentTaken = null;
        call.Finish(reply.Length);
    }

    private static void Put(LoopbackCall call, ulong unique, int error, ReadOnlySpan<byte> body)
    {
        Span<byte> reply = call.ReplyRoom(sizeof(FuseOutHeader) + body.Length);
        body.CopyTo(reply[sizeof(FuseOutHeader)..]);
        WriteHeader(reply, unique, error);
        call.Finish(reply.Length);
    }

    private static void WriteHeader(Span<byte> reply, ulong unique, int error) =>
        MemoryMarshal.Write(reply, new FuseOutHeader { Len = (uint)reply.Length, Error = -error, Unique = unique });

    private static void AnswerMalformed(LoopbackCall call)
    {
        ReadOnlySpan<byte> request = call.Request.Span;
        ulong unique = request.Length >= HeaderSize ? MemoryMarshal.Read<FuseInHeader>(request).Unique : 0;
        if (unique == 0)
            call.Finish(0);
        else
            Put(call, unique, Interop.LibC.EINVAL, []);
    }

    private bool TrySplit(ReadOnlySpan<byte> request, Slot slot, ref RequestFrame frame)
    {
        if (request.Length < HeaderSize)
            return false;
        var header = MemoryMarshal.Read<FuseInHeader>(request);
        if (header.Len != request.Length)
            return false;
        int fixedSize = OperationTable.Find(header.Opcode)?.FixedSize ?? 0;
        if (header.Opcode == (uint)FuseOpcode.FUSE_SETXATTR && _hasSetxattrExt)
            fixedSize = sizeof(FuseSetxattrIn);
        int restLength = request.Length - HeaderSize - fixedSize;
        if (restLength < 0 || restLength > slot.Rest.Length)
            return false;
        request[..(HeaderSize + fixedSize)].CopyTo(slot.Header);
        request[(HeaderSize + fixedSize)..].CopyTo(slot.Rest);
        // SAFETY: the slot's arrays are pinned and live as long as the channel.
        frame.Header = (FuseInHeader*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slot.Header));
        frame.Fixed = fixedSize == 0 ? null : (byte*)frame.Header + HeaderSize;
        frame.FixedLength = fixedSize;
        frame.Rest = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slot.Rest));
        frame.RestLength = restLength;
        frame.Room = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slot.Room));
        frame.RoomLength = slot.Room.Length;
        return true;
    }

    /// <summary>The memory of one request.</summary>
    private sealed class Slot
    {
        public Slot(int roomLength, bool roomIsRest)
        {
            Header = GC.AllocateArray<byte>(HeaderSize + FixedSize, pinned: true);
            Rest = GC.AllocateArray<byte>(roomLength, pinned: true);
            Room = roomIsRest ? Rest : GC.AllocateArray<byte>(roomLength, pinned: true);
        }

        public byte[] Header { get; }

        public byte[] Rest { get; }

        public byte[] Room { get; }

        public LoopbackCall? Call { get; set; }

        /// <summary>Guarded by the lock on the slots.</summary>
        public bool IsDeferred { get; set; }
    }
}
