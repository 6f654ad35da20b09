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
}
