using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <content>Commands to the kernel: REGISTER, COMMIT_AND_FETCH, the wake-up's read, the kick. Owning thread only.</content>
public sealed unsafe partial class UringChannel
{
    // Milliseconds.
    private const int FirstKickPause = 4;
    private const int LastKickPause = 1024;

    private void Register(bool isLate)
    {
        ArmWake();
        foreach (UringQueue queue in _queues)
        {
            int adopted = isLate ? 0 : Adopt(queue);
            for (int i = adopted; i < _transport.Depth; i++)
            {
                if (!TryAddEntry(queue))
                    throw new LibCException("The mount's arena is full: no room for a ring entry", LibC.ENOMEM);
            }
        }
        _ring.Submit();
        if (isLate)
            Kick();
    }

    private void QueueReply(ref RequestFrame frame)
    {
        int slot = _current;
        _current = None;
        int room = _transport.Memory.PayloadSize;
        if (_transport.CanGrow && frame.Reply != ReplyKind.Deferred)
            CountIdle(_entries[slot].Queue);
        switch (frame.Reply)
        {
            case ReplyKind.Deferred:
                break;
            case ReplyKind.Error:
                Commit(slot, frame.Error, 0);
                break;
            case ReplyKind.None:
                Commit(slot, 0, 0);
                break;
            case ReplyKind.Filled when (uint)frame.Length <= (uint)room:
                Commit(slot, 0, frame.Length);
                break;
            case ReplyKind.Lent:
                bool fits = LentReply.AddsUp(in frame, room);
                int length = fits ? LentReply.CopyTo(_entries[slot].Payload, frame.Lent, frame.LentCount) : 0;
                Commit(slot, fits ? 0 : LibC.EIO, length);
                ILentReplyTaken? taken = frame.LentTaken;
                frame.LentTaken = null;
                taken?.OnTaken();
                break;
            default:
                // Without a reply the application would wait for ever.
                Commit(slot, LibC.EIO, 0);
                break;
        }
    }

    private void Commit(int slot, int errno, int length)
    {
        ref UringEntry entry = ref _entries[slot];
        // SAFETY: the header block is ours until the command is submitted; the length was checked against the payload.
        var record = (UringEntryRecord*)entry.Header;
        record->ReplyError = RequestFormat.WireError(errno);
        record->ReplyLength = length;
        // From here on a successor sends this reply and serves nothing; before, the request's header is whole.
        Volatile.Write(ref record->RepliedFor, entry.CommitId);
        WriteReplyHeader(record);
        if (Volatile.Read(ref _handsOver))
            entry.State = UringEntryState.Held;
        else
            QueueCommit(slot);
    }

    private static void WriteReplyHeader(UringEntryRecord* record)
    {
        // SAFETY: as in Commit.
        var header = (FuseOutHeader*)record;
        header->Len = (uint)(RequestFormat.ReplyHeaderSize + record->ReplyLength);
        header->Error = record->ReplyError;
        header->Unique = record->RepliedFor;
        record->Header.RingEntInOut.PayloadSz = (uint)record->ReplyLength;
    }

    private void QueueCommit(int slot)
    {
        ref UringEntry entry = ref _entries[slot];
        entry.State = UringEntryState.Committed;
        IoUringSqe* command = NextCommand(slot, FuseConstants.IoUringCmdCommitAndFetch);
        command->Fuse.CommitId = entry.CommitId;
        command->Fuse.Qid = (ushort)entry.Queue;
    }

    private void QueueRegister(int slot)
    {
        ref UringEntry entry = ref _entries[slot];
        entry.State = UringEntryState.Registered;
        IoUringSqe* command = NextCommand(slot, FuseConstants.IoUringCmdRegister);
        // SAFETY: the two vectors stand one behind the other in the header block, which stays.
        command->Address = (ulong)&((UringEntryRecord*)entry.Header)->HeaderVector;
        command->Length = 2;
        command->Fuse.Qid = (ushort)entry.Queue;
    }

    private IoUringSqe* NextCommand(int slot, uint command)
    {
        IoUringSqe* entry = _ring.Next();
        entry->Opcode = LibC.IORING_OP_URING_CMD;
        entry->Fd = _connection;
        entry->Offset = command;
        entry->UserData = (ulong)slot;
        return entry;
    }

    private bool TryAddEntry(UringQueue queue)
    {
        if (_used == _entries.Length || !_transport.Memory.TryAllocate(queue.Number, ref _entries[_used]))
            return false;
        int slot = _used++;
        if (_transport.CanGrow)
            Interlocked.Increment(ref queue.Idle);
        QueueRegister(slot);
        return true;
    }

    private void CountIdle(int queue)
    {
        foreach (UringQueue served in _queues)
        {
            if (served.Number == queue)
                Interlocked.Increment(ref served.Idle);
        }
    }

    private void ArmWake()
    {
        IoUringSqe* read = _ring.Next();
        read->Opcode = LibC.IORING_OP_READ;
        read->Fd = _wake;
        read->Address = (ulong)_wakeCount;
        read->Length = sizeof(ulong);
        read->UserData = WakeToken;
        _wakeArmed = true;
    }

    // An entry that came late: requests that had to wait in the queue before are given out only when an entry is committed. Where nothing can make one
    // arrive yet, it is tried again: the first file that is opened will do.
    private void Kick()
    {
        _owesKick = !_transport.TryKick(_queues[0]);
        _kickPause = _owesKick ? Math.Clamp(_kickPause * 2, FirstKickPause, LastKickPause) : 0;
    }
}
