using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// One server thread's ring: a queue's entries (or, where this process may not run, those of several queues). A reply is committed in the
/// same command that fetches the next request.
/// </summary>
/// <remarks>
/// <para>The loop is: take what has arrived; when nothing has, submit, look again, and only then wait. The application that a reply wakes
/// mostly has its next request ready by then, and the thread doesn't sleep. Several replies go in one system call when several requests had arrived.</para>
/// <para>The kernel copies requests into the entries in the context of the task that submitted the command. So only this thread submits;
/// <see cref="Complete"/> puts the entry into a list and wakes it by an eventfd whose read is always on the ring.</para>
/// </remarks>
public sealed unsafe partial class UringChannel : Channel
{
    private const ulong WakeToken = ulong.MaxValue;
    private const int None = -1;

    // Requests per entry that are still served after Stop, while they keep arriving faster than they are answered.
    private const int ServedAfterStop = 16;

    private readonly UringTransport _transport;
    private readonly UringQueue[] _queues;
    private readonly int _connection;
    private readonly UringRing _ring;
    private readonly UringEntry[] _entries;
    private readonly int _wake;
    private readonly ulong* _wakeCount;
    private readonly object _gate = new();
    private int _used;
    private int _current = None;
    private int _completed = None;
    private int _servedAfterStop;
    private bool _wakeArmed;
    private bool _owesKick;
    private int _kickPause;
    private bool _stopped;
    private bool _handsOver;
    private int _adopted = None;
    private bool _hasTaken;
    private bool _disposed;
    private ExchangeOutcome _last = ExchangeOutcome.Request;

    internal UringChannel(UringTransport transport, UringQueue[] queues, bool isLate)
    {
        _transport = transport;
        _queues = queues;
        int entries = queues.Length * transport.Depth;
        int found = isLate ? 0 : queues.Sum(queue => queue.ShareOfFound);
        _entries = new UringEntry[Math.Max(entries, found) + transport.MaxDeferred];
        _ring = new UringRing(Math.Min(entries, 255) + 1, _entries.Length + 1);
        _connection = transport.Hold();
        // Blocking: a read of a non-blocking eventfd would complete at once with EAGAIN.
        _wake = LibC.eventfd(0, LibC.EFD_CLOEXEC);
        _wakeCount = (ulong*)NativeMemory.AllocZeroed(sizeof(ulong));
        try
        {
            if (_wake < 0)
                LibC.ThrowLastError("eventfd for a uring channel");
            Register(isLate);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "uring";

    /// <summary>Whether any request has come. Any thread.</summary>
    internal bool HasTaken => Volatile.Read(ref _hasTaken);

    /// <inheritdoc/>
    public override ExchangeOutcome Exchange(ref RequestFrame frame)
    {
        if (_current != None)
            QueueReply(ref frame);
        frame.Reply = ReplyKind.Empty;
        if (_last is ExchangeOutcome.Ended or ExchangeOutcome.Refused)
            return _last;
        for (; ; )
        {
            while (_ring.TryTake(out IoUringCqe completion))
            {
                if (completion.UserData == WakeToken)
                    Woken();
                else if (Take(in completion, ref frame) is { } outcome)
                    return Leave(outcome);
            }
            _ring.Submit();
            if (_owesKick)
                Kick();
            if (_adopted != None)
            {
                if (TakeAdopted(ref frame) is { } adopted)
                    return Leave(adopted);
                continue;
            }
            if (Volatile.Read(ref _handsOver) && _ring.IsEmpty && !KernelHasOwnEntries())
                return ExchangeOutcome.Stopped;
            if (!_ring.IsEmpty && _servedAfterStop < _used * ServedAfterStop)
                continue;
            if (Volatile.Read(ref _stopped))
                return ExchangeOutcome.Stopped;
            if (_owesKick)
                _ring.Wait(_kickPause);
            else
                _ring.Wait();
        }
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            if (_stopped || _disposed)
                return;
            Volatile.Write(ref _stopped, true);
            Wake();
        }
    }

    // At the end the owning thread is still here, and only it can take back what the kernel has.
    private ExchangeOutcome Leave(ExchangeOutcome outcome)
    {
        _last = outcome;
        if (outcome is ExchangeOutcome.Ended or ExchangeOutcome.Refused)
            Drain();
        return outcome;
    }

    // Null: nothing for the session, go on.
    private ExchangeOutcome? Take(in IoUringCqe completion, ref RequestFrame frame)
    {
        int slot = (int)completion.UserData;
        ref UringEntry entry = ref _entries[slot];
        // Whatever arrived counts, so that an entry that is refused again and again can't put the stop off for ever.
        if (_stopped)
            _servedAfterStop++;
        if (completion.Result < 0)
            return Classify(slot, -completion.Result);
        entry.Retries = 0;
        entry.IsRepeated = false;
        _hasTaken = true;
        // SAFETY: the kernel filled the header block before it completed the command.
        entry.Unique = ((FuseInHeader*)entry.Header)->Unique;
        entry.CommitId = ((FuseUringReqHeader*)entry.Header)->RingEntInOut.CommitId;
        if (Volatile.Read(ref _handsOver))
        {
            entry.State = UringEntryState.Held;
            return null;
        }
        Keep(ref entry);
        return Begin(slot, ref frame);
    }

    // Null: nothing for the session, go on.
    private ExchangeOutcome? Begin(int slot, ref RequestFrame frame)
    {
        ref UringEntry entry = ref _entries[slot];
        entry.State = UringEntryState.Serving;
        // SAFETY: the header block holds a request: it came, or a worker before this one left it.
        var header = (FuseInHeader*)entry.Header;
        ref FuseUringEntInOut inOut = ref ((FuseUringReqHeader*)entry.Header)->RingEntInOut;
        int errno = Split(ref entry, inOut.PayloadSz, ref frame);
        if (errno != 0)
        {
            CountMalformed();
            Commit(slot, errno, 0);
            return ExchangeOutcome.Malformed;
        }
        if (FuseKick.IsKick(header))
        {
            Commit(slot, 0, 0);
            return null;
        }
        _current = slot;
        frame.Slot = slot;
        frame.Room = entry.Payload;
        frame.RoomLength = _transport.Memory.PayloadSize;
        frame.Error = 0;
        frame.Length = 0;
        if (FuseKick.CanUse(header->Opcode))
            _queues[0].File = header->NodeId;
        if (_transport.CanGrow)
            TellWhenAllBusy(entry.Queue);
        return ExchangeOutcome.Request;
    }

    private int Split(ref UringEntry entry, uint payloadSize, ref RequestFrame frame)
    {
        // SAFETY: the lengths are checked against the header block and the payload before they are used.
        var header = (FuseInHeader*)entry.Header;
        if (payloadSize > (uint)_transport.Memory.PayloadSize)
            return LibC.EPROTO;
        long fixedLength = header->Len - (long)RequestFormat.HeaderSize - payloadSize;
        if (fixedLength is < 0 or > FuseConstants.UringOpInOutSize)
            return LibC.EPROTO;
        Operation? operation = OperationTable.Find(header->Opcode);
        // Some fixed parts stand in the payload, before the data: the kernel leaves the ring's place for them empty.
        int inPayload = fixedLength == 0 && operation is { RingFixedPartInPayload: true } ? operation.FixedSize : 0;
        if (inPayload > (int)payloadSize)
            return LibC.EPROTO;
        frame.Header = header;
        frame.Fixed = inPayload > 0 ? entry.Payload : fixedLength == 0 ? null : entry.Header + FuseConstants.UringInOutHeaderSize;
        frame.FixedLength = inPayload > 0 ? inPayload : (int)fixedLength;
        frame.Rest = entry.Payload + inPayload;
        frame.RestLength = (int)payloadSize - inPayload;
        return RequestFormat.Check(in frame, operation);
    }

    private ExchangeOutcome? Classify(int slot, int errno)
    {
        ref UringEntry entry = ref _entries[slot];
        bool registering = entry.State == UringEntryState.Registered;
        switch (errno)
        {
            case LibC.EAGAIN:
            case LibC.EINTR:
                // EAGAIN for long is a connection whose INIT isn't answered; it shall not cost a CPU meanwhile.
                if (++entry.Retries > 16)
                    Thread.Sleep(1);
                if (registering)
                    QueueRegister(slot);
                else
                    QueueCommit(slot);
                return null;
            case LibC.ENOTCONN:
            case LibC.ECONNABORTED:
            case LibC.ENODEV:
            case LibC.ECANCELED:
                entry.State = UringEntryState.Unused;
                EndError = errno;
                return ExchangeOutcome.Ended;
            default:
                if (!registering)
                {
                    if (entry.IsRepeated)
                        _transport.Memory.CountLostIdle();
                    entry.IsRepeated = false;
                    // The kernel doesn't know the request any more (ENOENT), so the entry has to be introduced again.
                    QueueRegister(slot);
                    return null;
                }
                entry.State = UringEntryState.Unused;
                return ExchangeOutcome.Refused;
        }
    }

    private void TellWhenAllBusy(int queue)
    {
        foreach (UringQueue served in _queues)
        {
            if (served.Number == queue && Interlocked.Decrement(ref served.Idle) == 0)
                _transport.AllBusy?.Invoke(queue);
        }
    }
}
