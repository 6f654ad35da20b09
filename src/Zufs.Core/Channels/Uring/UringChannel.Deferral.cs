using Zufs.Interop;

namespace Zufs.Channels;

/// <content>Deferred requests and the wake-up of the ring's thread.</content>
public sealed unsafe partial class UringChannel
{
    /// <inheritdoc/>
    /// <remarks>
    /// Deferring the queue's last entry registers another, so that the request that the deferred one waits for can arrive. Where the
    /// thread can't run on the queue's CPU the last entry isn't given away: nobody could make the kernel look at the queue again.
    /// </remarks>
    public override bool TryDefer(ref RequestFrame frame, out DeferredFrame deferred)
    {
        deferred = default;
        int slot = _current;
        ref UringEntry entry = ref _entries[slot];
        if (!HasOther(slot))
        {
            if (_queues.Length != 1 || _queues[0].Cpu < 0 || !TryAddEntry(_queues[0]))
                return false;
            _owesKick = true;
        }
        deferred.Slot = slot;
        deferred.Unique = entry.Unique;
        deferred.Room = entry.Payload;
        deferred.RoomLength = _transport.Memory.PayloadSize;
        lock (_gate)
            entry.State = UringEntryState.Deferred;
        frame.Reply = ReplyKind.Deferred;
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>After the channel was disposed the reply goes nowhere: its connection has ended, or its request is the successor's.</remarks>
    public override void Complete(in DeferredFrame deferred)
    {
        lock (_gate)
        {
            if ((uint)deferred.Slot >= (uint)_entries.Length)
                throw new InvalidOperationException("This request isn't deferred.");
            ref UringEntry entry = ref _entries[deferred.Slot];
            if (entry.State != UringEntryState.Deferred || entry.Unique != deferred.Unique)
                throw new InvalidOperationException("This request isn't deferred, or was completed before.");
            bool fits = (uint)deferred.Length <= (uint)_transport.Memory.PayloadSize;
            entry.Error = fits ? deferred.Error : LibC.EIO;
            entry.Length = fits && deferred.Error == 0 ? deferred.Length : 0;
            entry.State = UringEntryState.Completed;
            if (_disposed)
            {
                FreeEntry(ref entry);
                return;
            }
            bool first = _completed == None;
            entry.NextCompleted = _completed;
            _completed = deferred.Slot;
            if (first)
                Wake();
        }
    }

    private bool HasOther(int slot)
    {
        int queue = _entries[slot].Queue;
        for (int i = 0; i < _used; i++)
        {
            if (i != slot && _entries[i].Queue == queue && _entries[i].State is UringEntryState.Registered or UringEntryState.Committed)
                return true;
        }
        return false;
    }

    // Under the lock, since Dispose closes the eventfd.
    private void Wake()
    {
        ulong one = 1;
        // SAFETY: eventfd takes 8 bytes.
        LibC.write(_wake, &one, sizeof(ulong));
    }

    private void Woken()
    {
        _wakeArmed = false;
        int slot;
        lock (_gate)
        {
            slot = _completed;
            _completed = None;
        }
        while (slot != None)
        {
            ref UringEntry entry = ref _entries[slot];
            int next = entry.NextCompleted;
            if (_transport.CanGrow)
                CountIdle(entry.Queue);
            Commit(slot, entry.Error, entry.Length);
            slot = next;
        }
        if (!_disposed)
            ArmWake();
    }
}
