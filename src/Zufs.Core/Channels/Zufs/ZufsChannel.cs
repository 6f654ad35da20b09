using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// One thread's slot on its CPU's channel: one call gives the reply and brings the next request, which the application that waits on the same CPU
/// has most often made by then.
/// </summary>
public sealed unsafe partial class ZufsChannel : Channel
{
    private readonly ZufsTransport _transport;
    private readonly ZufsQueue _queue;
    private readonly object _gate = new();
    private int _slot;
    private bool _holds;
    private int _roomLength;

    // Under _gate.
    private bool _stopped;
    private bool _disposed;

    internal ZufsChannel(ZufsTransport transport, ZufsQueue queue)
    {
        _transport = transport;
        _queue = queue;
        _slot = queue.Take();
        if (_slot < 0)
            throw new LibCException($"CPU {queue.Cpu} has no free slot for another thread", LibC.EBUSY);
    }

    /// <inheritdoc/>
    public override string Name => "zufs";

    /// <inheritdoc/>
    public override ExchangeOutcome Exchange(ref RequestFrame frame)
    {
        uint what = LibC.ZUFS_X_RECV;
        if (_holds)
            what |= PutReply(ref frame);
        _holds = false;
        frame.Reply = ReplyKind.Empty;
        if (_transport.CanGrow)
            Interlocked.Increment(ref _queue.Idle);
        while (_queue.Exchange(_slot, what) < 0)
        {
            int errno = LibC.LastError;
            if (errno == LibC.EINTR)
            {
                // The reply was taken.
                what = LibC.ZUFS_X_RECV;
                continue;
            }
            if (_transport.CanGrow)
                Interlocked.Decrement(ref _queue.Idle);
            return errno switch
            {
                LibC.ECANCELED => ExchangeOutcome.Stopped,
                LibC.ENODEV => ExchangeOutcome.Refused,
                _ => throw new LibCException("An exchange on a zufs channel", errno),
            };
        }
        if (_transport.CanGrow && Interlocked.Decrement(ref _queue.Idle) == 0)
            _transport.AllBusy?.Invoke(_queue.Cpu);
        return Take(ref frame);
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            if (_stopped || _disposed)
                return;
            _stopped = true;
            // Remembered by the slot until its next wait.
            _queue.Exchange(_slot, LibC.ZUFS_X_KICK);
        }
    }

    /// <inheritdoc/>
    public override bool TryDefer(ref RequestFrame frame, out DeferredFrame deferred)
    {
        deferred = default;
        // SAFETY: the frame's header is in the slot, which stays.
        ulong unique = frame.Header->Unique;
        lock (_gate)
        {
            int next = _queue.Defer(_slot, unique);
            if (next < 0)
                return false;
            deferred.Slot = _slot;
            deferred.Unique = unique;
            deferred.Room = frame.Room;
            deferred.RoomLength = _roomLength;
            _slot = next;
            if (_stopped)
                _queue.Exchange(next, LibC.ZUFS_X_KICK);
        }
        _holds = false;
        frame.Reply = ReplyKind.Deferred;
        return true;
    }

    /// <inheritdoc/>
    public override void Complete(in DeferredFrame deferred) => _queue.Complete(in deferred);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _queue.Release(_slot);
        }
    }

    private ExchangeOutcome Take(ref RequestFrame frame)
    {
        _holds = true;
        int errno = Split(ref frame);
        frame.Slot = _slot;
        frame.Error = 0;
        frame.Length = 0;
        if (errno == 0)
            return ExchangeOutcome.Request;
        CountMalformed();
        frame.SetError(errno);
        return ExchangeOutcome.Malformed;
    }

    private int Split(ref RequestFrame frame)
    {
        // SAFETY: offsets and lengths are the kernel's; each is checked against the slot before it is used, and read once.
        byte* slot = _queue.Slot(_slot);
        ZufsSlot head = *_queue.Head(_slot);
        _roomLength = 0;
        if (!Lies(head.InOff, head.InLen) || !Lies(head.RestOff, head.RestLen) || !Lies(head.RoomOff, head.RoomLen) || head.InLen < RequestFormat.HeaderSize)
            return LibC.EPROTO;
        frame.Room = slot + head.RoomOff;
        frame.RoomLength = _roomLength = (int)head.RoomLen;
        var header = (FuseInHeader*)(slot + head.InOff);
        // A server before may have done it already: the same to the session as a request that /dev/fuse sends again.
        if ((head.ReqFlags & LibC.ZUFS_REQ_REDELIVERED) != 0)
            header->Unique |= FuseConstants.UniqueResend;
        if (head.RestLen == 0)
            return RequestFormat.Split((byte*)header, (int)head.InLen, _transport.HasSetxattrExt, ref frame);
        if (header->Len != head.InLen + head.RestLen)
            return LibC.EPROTO;
        frame.Header = header;
        frame.FixedLength = (int)head.InLen - RequestFormat.HeaderSize;
        frame.Fixed = frame.FixedLength == 0 ? null : (byte*)header + RequestFormat.HeaderSize;
        frame.Rest = slot + head.RestOff;
        frame.RestLength = (int)head.RestLen;
        return RequestFormat.Check(in frame, OperationTable.Find(header->Opcode));
    }

    private bool Lies(uint offset, uint length) => (offset & 7) == 0 && (ulong)offset + length <= (uint)_queue.SlotSize;
}
