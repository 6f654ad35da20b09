using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The inodes: chunks of 256 records, found by slot; free ones in a list per CPU. A node id is the slot in the low 32 bits and the generation
/// above, so no id is used twice before 2^31 uses of one slot.
/// </summary>
internal sealed class InodeTable
{
    /// <summary>The root's slot, and so its node id.</summary>
    public const uint RootSlot = 1;

    /// <summary>The most inodes that one mount can have.</summary>
    public const long MaxSlots = (long)MaxChunks << ChunkShift;

    /// <summary>Bytes of the table of chunks.</summary>
    public const int ChunkTableSize = MaxChunks * sizeof(long);

    /// <summary>How many lists of free inodes there are.</summary>
    public const int Shards = 64;

    private const int MaxChunks = 1 << 16;
    private const int ChunkShift = 8;
    private const int SlotsPerChunk = 1 << ChunkShift;
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly Arena _arena;
    private readonly long _superblock;
    private readonly LockTable.Stripe[] _locks = new LockTable.Stripe[Shards];
    private LockTable.Stripe _growing;

    public InodeTable(Arena arena, long superblock, long limit)
    {
        _arena = arena;
        _superblock = superblock;
        Limit = limit;
    }

    /// <summary>The most inodes (and further names) that may be used.</summary>
    public long Limit { get; }

    /// <summary>Inodes and further names in use.</summary>
    public long Used => Volatile.Read(ref Super.UsedInodes);

    /// <summary>Slots that exist.</summary>
    public uint Slots => Volatile.Read(ref Super.Slots);

    private ref Superblock Super => ref _arena.At<Superblock>(_superblock);

    /// <summary>The node id of an inode.</summary>
    public static ulong NodeOf(uint slot, in Inode inode) => (ulong)inode.Generation << 32 | slot;

    /// <summary>The record of a slot that exists.</summary>
    public ref Inode Get(uint slot)
    {
        long chunk = _arena.At<long>(Super.Chunks + (slot >> ChunkShift) * sizeof(long));
        return ref _arena.At<Inode>(chunk + (slot & (SlotsPerChunk - 1)) * Inode.RecordSize);
    }

    /// <summary>The slot that a node id names, when it is one of ours. Whether the node still exists: <see cref="IsLive"/>, under its lock.</summary>
    public bool TryResolve(ulong node, out uint slot)
    {
        slot = (uint)node;
        return slot != 0 && slot < Slots && IsLive(Get(slot), node);
    }

    /// <summary>Whether an inode is in use and is the one that a node id means.</summary>
    public static bool IsLive(in Inode inode, ulong node) => inode.Mode != 0 && inode.Generation == (uint)(node >> 32);

    /// <summary>Counts an inode or a further name as used; false when the limit would be passed.</summary>
    public bool Reserve()
    {
        if (Interlocked.Increment(ref Super.UsedInodes) <= Limit)
            return true;
        Unreserve();
        return false;
    }

    /// <summary>Counts an inode or a further name as free.</summary>
    public void Unreserve() => Interlocked.Decrement(ref Super.UsedInodes);

    /// <summary>
    /// Takes a free slot, zeroed but for its generation. The caller sets the mode last: that makes it an inode. 0 when there is no room.
    /// </summary>
    public uint Allocate()
    {
        if (!Reserve())
            return 0;
        int shard = Thread.GetCurrentProcessorId() & (Shards - 1);
        for (; ; )
        {
            if (TryPop(shard, out uint slot))
                return slot;
            // Names are often made on one CPU and removed on another.
            for (int other = 1; other < Shards; other++)
            {
                if (TryPop((shard + other) & (Shards - 1), out slot))
                    return slot;
            }
            if (!Grow(shard))
            {
                Unreserve();
                return 0;
            }
        }
    }

    /// <summary>Makes the first chunk, with room for the root. False when the arena is too small.</summary>
    public bool Format() => Reserve() && Grow(shard: 0);

    /// <summary>Gives a slot back. The caller holds the inode's lock, and nothing leads to it any more.</summary>
    public void Free(uint slot)
    {
        ref Inode inode = ref Get(slot);
        uint generation = (inode.Generation + 1) & GenerationMask;
        // The generation is never another one than the old or the new, wherever this is cut short.
        inode.Mode = 0;
        inode = new Inode { Generation = generation };
        Push(Thread.GetCurrentProcessorId() & (Shards - 1), slot, slot);
        Unreserve();
    }

    /// <summary>Makes the lists of free slots anew, for a successor: each slot without a mode is free.</summary>
    /// <param name="used">Inodes and further names in use.</param>
    public void Rebuild(long used)
    {
        for (int shard = 0; shard < Shards; shard++)
            Head(shard) = 0;
        for (uint slot = Slots - 1; slot > RootSlot; slot--)
        {
            ref Inode inode = ref Get(slot);
            if (inode.Mode != 0)
                continue;
            // One that was just being made may hold something already.
            inode = new Inode { Generation = inode.Generation, NextFree = Head(0) };
            Head(0) = slot;
        }
        Volatile.Write(ref Super.UsedInodes, used);
    }

    private ref uint Head(int shard) => ref _arena.At<uint>(Super.FreeHeads + shard * sizeof(uint));

    private bool TryPop(int shard, out uint slot)
    {
        ref uint head = ref Head(shard);
        slot = Volatile.Read(ref head);
        if (slot == 0)
            return false;
        ref int state = ref _locks[shard].State;
        ReadWriteSpin.EnterWrite(ref state);
        slot = head;
        if (slot != 0)
        {
            ref Inode inode = ref Get(slot);
            Volatile.Write(ref head, inode.NextFree);
            inode.NextFree = 0;
        }
        ReadWriteSpin.ExitWrite(ref state);
        return slot != 0;
    }

    private void Push(int shard, uint first, uint last)
    {
        ref int state = ref _locks[shard].State;
        ReadWriteSpin.EnterWrite(ref state);
        ref uint head = ref Head(shard);
        Get(last).NextFree = head;
        Volatile.Write(ref head, first);
        ReadWriteSpin.ExitWrite(ref state);
    }

    private bool Grow(int shard)
    {
        ReadWriteSpin.EnterWrite(ref _growing.State);
        uint first = Super.Slots;
        long chunk = first < MaxSlots ? _arena.Allocate(SlotsPerChunk * Inode.RecordSize) : 0;
        if (chunk != 0)
        {
            _arena.At<long>(Super.Chunks + (first >> ChunkShift) * sizeof(long)) = chunk;
            Volatile.Write(ref Super.Slots, first + SlotsPerChunk);
        }
        ReadWriteSpin.ExitWrite(ref _growing.State);
        if (chunk == 0)
            return false;
        // Slot 0 means "none"; slot 1 is the root's and is set by whoever formats.
        uint from = first == 0 ? RootSlot + 1 : first;
        uint last = first + SlotsPerChunk - 1;
        for (uint slot = from; slot < last; slot++)
            Get(slot).NextFree = slot + 1;
        Push(shard, from, last);
        return true;
    }
}
