using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The entries of directories: found by hash, listed by slot. An entry keeps its slot as long as it lives, so a listing that goes on from a
/// slot neither skips nor repeats an entry that was there all the time. All calls hold the directory's lock of names.
/// </summary>
/// <remarks>
/// A change makes <see cref="DirectoryRoot.Sequence"/> odd first and even last. The slots are the truth; <see cref="Repair"/> makes the rest
/// anew from them after a crash in between.
/// </remarks>
internal sealed class DirectoryIndex(Arena arena, ulong seed)
{
    private const uint FirstCapacity = 8;

    // An emptied directory gives its tables back, but not while it is small: a name made and removed again and again costs no more then.
    private const uint KeepCapacity = 64;

    /// <summary>The hash of a name.</summary>
    public uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = seed ^ (ulong)name.Length;
        while (name.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(name));
            name = name[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < name.Length; i++)
            tail |= (ulong)name[i] << (i * 8);
        return (uint)(Mix(hash ^ tail) >> 32);
    }

    /// <summary>The slot of a name, or -1.</summary>
    public long Find(ref DirectoryRoot root, ReadOnlySpan<byte> name, uint hash)
    {
        if (root.Count == 0)
            return -1;
        for (uint next = Bucket(ref root, hash); next != 0;)
        {
            ref DirectorySlot slot = ref Slot(ref root, next - 1);
            if (slot.Hash == hash && name.SequenceEqual(NameAt(slot.Entry)))
                return next - 1;
            next = slot.Next;
        }
        return -1;
    }

    /// <summary>The inode that an entry leads to; may be set to another (one store).</summary>
    public ref uint Child(ref DirectoryRoot root, long slot) => ref arena.At<DirectoryEntry>(Slot(ref root, (uint)slot).Entry).Child;

    /// <summary>The first slot in use at or behind a slot; -1 at the end.</summary>
    public long Next(ref DirectoryRoot root, ulong slot)
    {
        for (; slot < root.SlotCount; slot++)
        {
            if (Slot(ref root, (uint)slot).Entry != 0)
                return (long)slot;
        }
        return -1;
    }

    /// <summary>The name of a slot in use.</summary>
    public ReadOnlySpan<byte> Name(ref DirectoryRoot root, long slot) => NameAt(Slot(ref root, (uint)slot).Entry);

    /// <summary>Adds a name that isn't there. False when the arena is full.</summary>
    public bool TryAdd(ref DirectoryRoot root, ReadOnlySpan<byte> name, uint hash, uint child)
    {
        long entry = arena.Allocate(Unsafe.SizeOf<DirectoryEntry>() + name.Length);
        if (entry == 0)
            return false;
        ref DirectoryEntry head = ref arena.At<DirectoryEntry>(entry);
        head.Child = child;
        head.NameLength = name.Length;
        name.CopyTo(arena.Bytes(entry + Unsafe.SizeOf<DirectoryEntry>(), name.Length));
        Begin(ref root);
        bool added = TryLink(ref root, entry, hash);
        End(ref root);
        if (!added)
            arena.Free(entry, Unsafe.SizeOf<DirectoryEntry>() + name.Length);
        return added;
    }

    /// <summary>The entry of a slot in use.</summary>
    public long EntryOf(ref DirectoryRoot root, long index) => Slot(ref root, (uint)index).Entry;

    /// <summary>Makes an entry lead to another inode.</summary>
    public void Redirect(long entry, uint child) => Volatile.Write(ref arena.At<DirectoryEntry>(entry).Child, child);

    /// <summary>Takes the name out that leads to an inode and has this hash, when there is one; <see cref="Repair"/> is to follow.</summary>
    public void TakeOut(ref DirectoryRoot root, uint child, uint hash)
    {
        MarkForRepair(ref root);
        // One that was never counted is behind the count, and not published.
        for (uint i = 0; i < root.SlotCount; i++)
        {
            ref DirectorySlot slot = ref Slot(ref root, i);
            if (slot.Entry != 0 && slot.Hash == hash && arena.At<DirectoryEntry>(slot.Entry).Child == child)
                slot.Entry = 0;
        }
    }

    /// <summary>Puts an entry back into its slot; <see cref="Repair"/> is to follow.</summary>
    public void PutBack(ref DirectoryRoot root, long index, long entry)
    {
        MarkForRepair(ref root);
        Slot(ref root, (uint)index).Entry = entry;
    }

    /// <summary>Removes the entry of a slot. The entry itself stays: <see cref="Drop"/> is to follow when it isn't needed any more.</summary>
    public void Remove(ref DirectoryRoot root, long index)
    {
        ref DirectorySlot slot = ref Slot(ref root, (uint)index);
        Begin(ref root);
        ref uint link = ref Bucket(ref root, slot.Hash);
        while (link != index + 1)
            link = ref Slot(ref root, link - 1).Next;
        Volatile.Write(ref link, slot.Next);
        Volatile.Write(ref slot.Entry, 0);
        slot.Next = root.FreeSlot;
        root.FreeSlot = (uint)index + 1;
        root.Count--;
        End(ref root);
    }

    /// <summary>Frees an entry that was removed, and the tables of a large directory that is empty then.</summary>
    public void Drop(ref DirectoryRoot root, long entry)
    {
        arena.Free(entry, Unsafe.SizeOf<DirectoryEntry>() + arena.At<DirectoryEntry>(entry).NameLength);
        if (root.Count == 0 && root.SlotCapacity > KeepCapacity)
            Clear(ref root);
    }

    /// <summary>Gives back the tables of an empty directory.</summary>
    public void Clear(ref DirectoryRoot root)
    {
        DirectoryRoot old = root;
        Begin(ref root);
        root.SlotCount = 0;
        root.FreeSlot = 0;
        root.SlotCapacity = 0;
        root.BucketCount = 0;
        root.Slots = 0;
        root.Buckets = 0;
        End(ref root);
        if (old.SlotCapacity != 0)
            arena.Free(old.Slots, SlotBytes(old.SlotCapacity));
        if (old.BucketCount != 0)
            arena.Free(old.Buckets, (int)(old.BucketCount * sizeof(uint)));
    }

    /// <summary>Makes buckets, free list and count anew from the slots, when a change was cut short.</summary>
    public void Repair(ref DirectoryRoot root)
    {
        if ((root.Sequence & 1) == 0)
            return;
        if (root.Slots != 0 && root.SlotCapacity != 0)
        {
            root.Count = 0;
            root.FreeSlot = 0;
            // A slot that was filled just before its count was raised is behind the count: it was never published.
            for (uint i = root.SlotCount; i-- > 0;)
            {
                ref DirectorySlot slot = ref Slot(ref root, i);
                if (slot.Entry != 0)
                {
                    root.Count++;
                    continue;
                }
                slot.Next = root.FreeSlot;
                root.FreeSlot = i + 1;
            }
            if (root.Buckets != 0 && root.BucketCount != 0)
                Rehash(ref root);
        }
        End(ref root);
    }

    private static void MarkForRepair(ref DirectoryRoot root) => root.Sequence |= 1;

    private static int SlotBytes(uint capacity) => (int)(capacity * (uint)Unsafe.SizeOf<DirectorySlot>());

    private static ulong Mix(ulong value)
    {
        value *= 0x9E37_79B9_7F4A_7C15;
        value ^= value >> 32;
        value *= 0xD6E8_FEB8_6659_FD93;
        return value ^ value >> 29;
    }

    private static void Begin(ref DirectoryRoot root) => Volatile.Write(ref root.Sequence, root.Sequence + 1);

    private static void End(ref DirectoryRoot root) => Volatile.Write(ref root.Sequence, root.Sequence + 1);

    private bool TryLink(ref DirectoryRoot root, long entry, uint hash)
    {
        if (root.FreeSlot == 0 && root.SlotCount == root.SlotCapacity && !TryGrow(ref root))
            return false;
        uint index;
        if (root.FreeSlot != 0)
        {
            index = root.FreeSlot - 1;
            root.FreeSlot = Slot(ref root, index).Next;
        }
        else
        {
            index = root.SlotCount;
        }
        ref DirectorySlot slot = ref Slot(ref root, index);
        ref uint bucket = ref Bucket(ref root, hash);
        slot.Hash = hash;
        slot.Next = bucket;
        Volatile.Write(ref slot.Entry, entry);
        if (index == root.SlotCount)
            Volatile.Write(ref root.SlotCount, index + 1);
        Volatile.Write(ref bucket, index + 1);
        root.Count++;
        return true;
    }

    private bool TryGrow(ref DirectoryRoot root)
    {
        uint capacity = root.SlotCapacity == 0 ? FirstCapacity : root.SlotCapacity * 2;
        // Blocks end at 1 GiB, so a directory ends at 67 million entries.
        if (capacity > (1 << 30) / (uint)Unsafe.SizeOf<DirectorySlot>())
            return false;
        long slots = arena.Allocate(SlotBytes(capacity));
        long buckets = arena.Allocate((int)(capacity * sizeof(uint)));
        if (slots == 0 || buckets == 0)
        {
            arena.Free(slots, SlotBytes(capacity));
            arena.Free(buckets, (int)(capacity * sizeof(uint)));
            return false;
        }
        DirectoryRoot old = root;
        if (old.SlotCapacity != 0)
            arena.Bytes(old.Slots, SlotBytes(old.SlotCapacity)).CopyTo(arena.Bytes(slots, SlotBytes(old.SlotCapacity)));
        Volatile.Write(ref root.Slots, slots);
        Volatile.Write(ref root.SlotCapacity, capacity);
        Volatile.Write(ref root.Buckets, buckets);
        Volatile.Write(ref root.BucketCount, capacity);
        Rehash(ref root);
        if (old.SlotCapacity != 0)
        {
            arena.Free(old.Slots, SlotBytes(old.SlotCapacity));
            arena.Free(old.Buckets, (int)(old.BucketCount * sizeof(uint)));
        }
        return true;
    }

    private void Rehash(ref DirectoryRoot root)
    {
        arena.Bytes(root.Buckets, (int)(root.BucketCount * sizeof(uint))).Clear();
        for (uint i = 0; i < root.SlotCount; i++)
        {
            ref DirectorySlot slot = ref Slot(ref root, i);
            if (slot.Entry == 0)
                continue;
            ref uint bucket = ref Bucket(ref root, slot.Hash);
            slot.Next = bucket;
            bucket = i + 1;
        }
    }

    private ref uint Bucket(ref DirectoryRoot root, uint hash) =>
        ref arena.At<uint>(root.Buckets + (hash & (root.BucketCount - 1)) * sizeof(uint));

    private ref DirectorySlot Slot(ref DirectoryRoot root, uint index)
    {
        // The number comes from a record: a damaged one must not lead elsewhere.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, root.SlotCapacity);
        return ref arena.At<DirectorySlot>(root.Slots + index * (long)Unsafe.SizeOf<DirectorySlot>());
    }

    private Span<byte> NameAt(long entry) =>
        arena.Bytes(entry + Unsafe.SizeOf<DirectoryEntry>(), arena.At<DirectoryEntry>(entry).NameLength);
}
