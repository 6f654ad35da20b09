using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.Channels;

/// <summary>
/// The entries' memory: header blocks and payloads in the mount's arena, listed under <see cref="ArenaRoot.Rings"/> so that a successor finds
/// those that the kernel still knows. Used when entries come and go, by any channel's thread.
/// </summary>
internal sealed unsafe class UringMemory(Arena arena, int payloadSize)
{
    private readonly object _gate = new();

    // What a worker before this one left, under _gate: each is taken once.
    private readonly List<long> _found = Find(arena, payloadSize);

    /// <summary>Bytes of each payload.</summary>
    public int PayloadSize => payloadSize;

    /// <summary>Makes an entry's memory.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="entry">Gets the addresses.</param>
    /// <returns>False when the arena is full.</returns>
    public bool TryAllocate(int queue, ref UringEntry entry)
    {
        long payload = arena.Allocate(payloadSize);
        if (payload == 0)
            return false;
        long offset = arena.Allocate(sizeof(UringEntryRecord));
        if (offset == 0)
        {
            arena.Free(payload, payloadSize);
            return false;
        }
        ref UringEntryRecord record = ref arena.At<UringEntryRecord>(offset);
        record.Payload = payload;
        record.PayloadSize = payloadSize;
        record.Queue = queue;
        // SAFETY: both blocks lie in the arena at a fixed address until Free.
        entry.Header = (byte*)Unsafe.AsPointer(ref record);
        entry.Payload = (byte*)arena.Range(payload, payloadSize).Address;
        entry.Offset = offset;
        entry.Queue = queue;
        record.HeaderVector.Address = entry.Header;
        record.HeaderVector.Length = UringEntryRecord.HeaderSize;
        record.PayloadVector.Address = entry.Payload;
        record.PayloadVector.Length = (nuint)payloadSize;
        lock (_gate)
        {
            ref long root = ref arena.Root(ArenaRoot.Rings);
            record.Next = root;
            Volatile.Write(ref root, offset);
        }
        return true;
    }

    /// <summary>
    /// Entries that were idle when a worker died, over the mount's life. Each may have cost one request ECANCELED: one that the kernel gave to the entry in the
    /// moment of that death.
    /// </summary>
    public long LostIdle => Volatile.Read(ref arena.Root(ArenaRoot.LostRingEntries));

    /// <summary>Counts one for <see cref="LostIdle"/>. Any thread.</summary>
    public void CountLostIdle() => Interlocked.Increment(ref arena.Root(ArenaRoot.LostRingEntries));

    /// <summary>How many entries a worker before this one left on a queue.</summary>
    public int CountFound(int queue)
    {
        lock (_gate)
            return _found.Count(offset => arena.At<UringEntryRecord>(offset).Queue == queue);
    }

    /// <summary>Takes an entry that a worker before this one left: the kernel may have a request in it.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="entry">Gets the addresses, which are those that the kernel knows.</param>
    /// <returns>False when there is no other.</returns>
    public bool TryTakeFound(int queue, ref UringEntry entry)
    {
        lock (_gate)
        {
            int at = _found.FindIndex(offset => arena.At<UringEntryRecord>(offset).Queue == queue);
            if (at < 0)
                return false;
            entry.Offset = _found[at];
            _found.RemoveAt(at);
        }
        ref UringEntryRecord record = ref arena.At<UringEntryRecord>(entry.Offset);
        // SAFETY: both blocks lie in the arena at a fixed address until Free; Find has checked that they do.
        entry.Header = (byte*)Unsafe.AsPointer(ref record);
        entry.Payload = (byte*)arena.Range(record.Payload, payloadSize).Address;
        entry.Queue = queue;
        return true;
    }

    /// <summary>Frees an entry's memory. The kernel has given it up, and nobody fills its reply.</summary>
    public void Free(long offset)
    {
        lock (_gate)
        {
            ref long link = ref arena.Root(ArenaRoot.Rings);
            while (link != 0 && link != offset)
                link = ref arena.At<UringEntryRecord>(link).Next;
            if (link == 0)
                return;
            ref UringEntryRecord record = ref arena.At<UringEntryRecord>(offset);
            link = record.Next;
            arena.Free(record.Payload, record.PayloadSize);
        }
        arena.Free(offset, sizeof(UringEntryRecord));
    }

    private static List<long> Find(Arena arena, int payloadSize)
    {
        var found = new List<long>();
        for (long at = arena.Root(ArenaRoot.Rings); at != 0; at = arena.At<UringEntryRecord>(at).Next)
        {
            // The payload's size is what INIT agreed on, for the life of the mount.
            if (arena.At<UringEntryRecord>(at).PayloadSize == payloadSize)
                found.Add(at);
        }
        return found;
    }
}
