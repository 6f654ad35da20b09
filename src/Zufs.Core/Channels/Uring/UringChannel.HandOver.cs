using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <content>
/// From one worker to the next. What the kernel calls an entry is two addresses and a request; both outlive a worker in the arena, so a successor answers from
/// its own ring what came by the ring before.
/// </content>
public sealed unsafe partial class UringChannel
{
    /// <inheritdoc/>
    public override void HandOver()
    {
        lock (_gate)
        {
            if (_stopped || _handsOver || _disposed)
                return;
            Volatile.Write(ref _handsOver, true);
            Wake();
        }
    }

    // A reply is written where the request stood. Should this worker die over it, its successor needs the request.
    private static void Keep(ref UringEntry entry)
    {
        // SAFETY: the header block is a record; the length is cut to what it has room for, and the payload is larger.
        var record = (UringEntryRecord*)entry.Header;
        int length = (int)Math.Min(record->Header.RingEntInOut.PayloadSz, UringEntryRecord.KeptSize);
        if (length == 0)
            return;
        new ReadOnlySpan<byte>(entry.Payload, length).CopyTo(new Span<byte>(record->Kept, UringEntryRecord.KeptSize));
        record->KeptLength = length;
        Volatile.Write(ref record->KeptFor, entry.CommitId);
    }

    // Takes this thread's share of what the worker before left on a queue: sends what was answered, serves what wasn't, registers the rest.
    private int Adopt(UringQueue queue)
    {
        int count = 0;
        for (; count < queue.ShareOfFound && _transport.Memory.TryTakeFound(queue.Number, ref _entries[_used]); count++)
        {
            int slot = _used++;
            ref UringEntry entry = ref _entries[slot];
            // SAFETY: the header block is a record of the arena.
            var record = (UringEntryRecord*)entry.Header;
            entry.CommitId = record->Header.RingEntInOut.CommitId;
            entry.Unique = entry.CommitId;
            // One that is to be served too: it counts as taken when that begins.
            if (_transport.CanGrow)
                Interlocked.Increment(ref queue.Idle);
            if (entry.CommitId == 0)
            {
                QueueRegister(slot);
            }
            else if (record->RepliedFor == entry.CommitId)
            {
                // Whether the kernel has this reply only the kernel knows: it says ENOENT when it has.
                entry.IsRepeated = true;
                WriteReplyHeader(record);
                QueueCommit(slot);
            }
            else
            {
                entry.State = UringEntryState.Held;
                entry.NextAdopted = _adopted;
                _adopted = slot;
            }
        }
        return count;
    }

    // A request that the worker before had, or that came to it when it served no more.
    private ExchangeOutcome? TakeAdopted(ref RequestFrame frame)
    {
        int slot = _adopted;
        ref UringEntry entry = ref _entries[slot];
        _adopted = entry.NextAdopted;
        if (Volatile.Read(ref _handsOver))
            return null;
        // SAFETY: as in Keep; the length kept was written by a worker, and is checked like everything in the arena that others wrote.
        var record = (UringEntryRecord*)entry.Header;
        var header = (FuseInHeader*)record;
        bool wasBegun = record->KeptFor == entry.CommitId;
        if (wasBegun)
        {
            int length = Math.Clamp(record->KeptLength, 0, UringEntryRecord.KeptSize);
            new ReadOnlySpan<byte>(record->Kept, length).CopyTo(new Span<byte>(entry.Payload, length));
        }
        else
        {
            Keep(ref entry);
        }
        if (wasBegun && header->Opcode == (uint)FuseOpcode.FUSE_IOCTL && record->Header.RingEntInOut.PayloadSz > UringEntryRecord.KeptSize)
        {
            // Its data may be half overwritten by its reply.
            Commit(slot, LibC.EIO, 0);
            return null;
        }
        // As the kernel marks what it sends again by /dev/fuse. The reply has the id without it.
        if (!FuseKick.IsKick(header))
            header->Unique |= FuseConstants.UniqueResend;
        return Begin(slot, ref frame);
    }

    // Entries of a CPU where nothing of ours runs are not waited for: nobody can send them a request.
    private bool KernelHasOwnEntries()
    {
        for (int slot = 0; slot < _used; slot++)
        {
            if (_entries[slot].State is UringEntryState.Registered or UringEntryState.Committed && IsOwnQueue(_entries[slot].Queue))
                return true;
        }
        return false;
    }

    private bool IsOwnQueue(int number)
    {
        foreach (UringQueue queue in _queues)
        {
            if (queue.Number == number)
                return queue.Cpu >= 0;
        }
        return false;
    }
}
