using System.Runtime.InteropServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The inodes: chunks of 256 records, found by slot. A node id is the slot in the low 32 bits and the generation above, so no id is used twice before 2^31
/// uses of one slot. A chunk whose inodes are all free goes back to the arena; its generations go on in the superblock.
/// </summary>
/// <remarks>
/// What is free is this process's own to know: each chunk has a list of its free records, and belongs to the CPU that made it. A slot whose chunk is gone reads as
/// a free inode. Whoever finds a node must have locked it before it trusts what it reads.
/// </remarks>
internal sealed class InodeTable
{
    /// <summary>The root's slot, and so its node id.</summary>
    public const uint RootSlot = 1;

    /// <summary>The most inodes that one mount can have.</summary>
    public const long MaxSlots = (long)MaxChunks << ChunkShift;

    /// <summary>Bytes of the table of chunks.</summary>
    public const int ChunkTableSize = MaxChunks * sizeof(long);

    private const int Shards = 64;
    private const int MaxChunks = 1 << 16;
    private const int ChunkShift = 8;
    private const int SlotsPerChunk = 1 << ChunkShift;
    private const int PageSize = 4096;
    private const int ChunksPerPage = PageSize / sizeof(long);
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly Arena _arena;
    private readonly long _superblock;
    private readonly ChunkState[] _states = new ChunkState[MaxChunks];
    private readonly Shard[] _shards = new Shard[Shards];

    // Guards the table of chunks, and where a chunk is missing first.
    private LockTable.Stripe _growing;
    private uint _firstMissing;

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

    /// <summary>One more than the last slot that was ever used.</summary>
    public uint Slots => Volatile.Read(ref Super.Slots);

    private ref Superblock Super => ref _arena.At<Superblock>(_superblock);

    /// <summary>The node id of an inode.</summary>
    public static ulong NodeOf(uint slot, in Inode inode) => (ulong)inode.Generation << 32 | slot;

    /// <summary>The record of a slot; a free one where its chunk is gone.</summary>
    public ref Inode Get(uint slot)
    {
        long chunk = Volatile.Read(ref Chunk(slot >> ChunkShift));
        if (chunk == 0)
        {
            // Slot 0 is nobody's: its record stays as it was made, all zeros.
            chunk = Chunk(0);
            slot = 0;
        }
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
            // Names are often made on one CPU and removed on another.
            for (int other = 0; other < Shards; other++)
            {
                if (TryTake((shard + other) & (Shards - 1), out uint slot))
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
        Give(slot, ref inode);
        Unreserve();
    }

    /// <summary>Finds out what is free, for a successor: each slot without a mode. Before it, nothing is allocated or freed but by recovery.</summary>
    /// <param name="used">Inodes and further names in use.</param>
    public void Rebuild(long used)
    {
        Array.Clear(_states);
        Array.Clear(_shards);
        _firstMissing = 0;
        int shards = Math.Clamp(Environment.ProcessorCount, 1, Shards);
        for (uint chunk = 0; chunk < Slots >> ChunkShift; chunk++)
        {
            if (Chunk(chunk) == 0)
                continue;
            _states[chunk].Shard = (byte)(chunk % shards);
            uint from = chunk == 0 ? RootSlot + 1 : chunk << ChunkShift;
            for (uint slot = ((chunk + 1) << ChunkShift) - 1; slot >= from && slot != 0; slot--)
            {
                ref Inode inode = ref Get(slot);
                if (inode.Mode != 0)
                    continue;
                // One that was just being made may hold something already.
                inode = new Inode { Generation = inode.Generation, NextFree = _states[chunk].FirstFree };
                _states[chunk].FirstFree = slot;
                _states[chunk].Count++;
            }
            if (_states[chunk].Count == SlotsPerChunk)
                Release(chunk);
            else if (_states[chunk].Count > 0)
                Push(ref _shards[_states[chunk].Shard], chunk);
        }
        Volatile.Write(ref Super.UsedInodes, used);
    }

    private ref long Chunk(uint chunk) => ref _arena.At<long>(Super.Chunks + (chunk & (MaxChunks - 1)) * sizeof(long));

    private bool TryTake(int shard, out uint slot)
    {
        ref Shard from = ref _shards[shard];
        slot = 0;
        if (Volatile.Read(ref from.First) == 0)
            return false;
        ReadWriteSpin.EnterWrite(ref from.Lock);
        if (from.First != 0)
        {
            uint chunk = from.First - 1;
            ref ChunkState state = ref _states[chunk];
            slot = state.FirstFree;
            ref Inode inode = ref Get(slot);
            state.FirstFree = inode.NextFree;
            inode.NextFree = 0;
            if (--state.Count == 0)
                Remove(ref from, chunk);
        }
        ReadWriteSpin.ExitWrite(ref from.Lock);
        return slot != 0;
    }

    private void Give(uint slot, ref Inode inode)
    {
        uint chunk = slot >> ChunkShift;
        ref ChunkState state = ref _states[chunk];
        ref Shard owner = ref _shards[state.Shard];
        ReadWriteSpin.EnterWrite(ref owner.Lock);
        inode.NextFree = state.FirstFree;
        state.FirstFree = slot;
        if (++state.Count == 1)
            Push(ref owner, chunk);
        // The last one with room stays, so that one inode that comes and goes costs no more.
        bool isUnused = state.Count == SlotsPerChunk && !IsLast(chunk);
        if (isUnused)
            Remove(ref owner, chunk);
        ReadWriteSpin.ExitWrite(ref owner.Lock);
        if (isUnused)
            Release(chunk);
    }

    private bool Grow(int shard)
    {
        ReadWriteSpin.EnterWrite(ref _growing.State);
        uint chunk = _firstMissing;
        while (chunk < MaxChunks && Chunk(chunk) != 0)
            chunk++;
        _firstMissing = chunk;
        long block = chunk < MaxChunks ? _arena.Allocate(SlotsPerChunk * Inode.RecordSize) : 0;
        if (block != 0)
        {
            // Slot 0 means "none"; slot 1 is the root's and is set by whoever formats.
            uint from = chunk == 0 ? RootSlot + 1 : 0;
            for (uint i = from; i < SlotsPerChunk; i++)
            {
                ref Inode inode = ref _arena.At<Inode>(block + i * Inode.RecordSize);
                inode.Generation = Super.Generation;
                inode.NextFree = i + 1 < SlotsPerChunk ? (chunk << ChunkShift) + i + 1 : 0;
            }
            _states[chunk] = new ChunkState { FirstFree = (chunk << ChunkShift) + from, Count = (ushort)(SlotsPerChunk - from), Shard = (byte)shard };
            Volatile.Write(ref Chunk(chunk), block);
            if (Super.Slots < (chunk + 1) << ChunkShift)
                Volatile.Write(ref Super.Slots, (chunk + 1) << ChunkShift);
        }
        ReadWriteSpin.ExitWrite(ref _growing.State);
        if (block == 0)
            return false;
        ref Shard owner = ref _shards[shard];
        ReadWriteSpin.EnterWrite(ref owner.Lock);
        Push(ref owner, chunk);
        ReadWriteSpin.ExitWrite(ref owner.Lock);
        return true;
    }

    // Nobody finds a free record of the chunk any more, and none is in use.
    private void Release(uint chunk)
    {
        ReadWriteSpin.EnterWrite(ref _growing.State);
        ref long entry = ref Chunk(chunk);
        long block = entry;
        // First: ids that were given out must not come again, wherever this is cut short.
        for (uint i = 0; i < SlotsPerChunk; i++)
            Super.Generation = Math.Max(Super.Generation, _arena.At<Inode>(block + i * Inode.RecordSize).Generation);
        Volatile.Write(ref entry, 0);
        _arena.Free(block, SlotsPerChunk * Inode.RecordSize);
        _firstMissing = Math.Min(_firstMissing, chunk);
        // The table itself is large, too.
        uint firstOfPage = chunk & ~(uint)(ChunksPerPage - 1);
        long page = Super.Chunks + firstOfPage * sizeof(long);
        if (!_arena.Bytes(page, PageSize).ContainsAnyExcept((byte)0))
            _arena.Discard(page, PageSize);
        ReadWriteSpin.ExitWrite(ref _growing.State);
    }

    // Whether no other chunk has room, on any CPU. Others may come and go meanwhile: it is about cost only.
    private bool IsLast(uint chunk)
    {
        if (_states[chunk].Next != 0 || _states[chunk].Previous != 0)
            return false;
        foreach (ref Shard shard in _shards.AsSpan())
        {
            uint first = Volatile.Read(ref shard.First);
            if (first != 0 && first != chunk + 1)
                return false;
        }
        return true;
    }

    private void Push(ref Shard shard, uint chunk)
    {
        ref ChunkState state = ref _states[chunk];
        state.Next = shard.First;
        state.Previous = 0;
        if (shard.First != 0)
            _states[shard.First - 1].Previous = chunk + 1;
        Volatile.Write(ref shard.First, chunk + 1);
    }

    private void Remove(ref Shard shard, uint chunk)
    {
        ref ChunkState state = ref _states[chunk];
        if (state.Next != 0)
            _states[state.Next - 1].Previous = state.Previous;
        if (state.Previous != 0)
            _states[state.Previous - 1].Next = state.Next;
        else
            Volatile.Write(ref shard.First, state.Next);
        state.Next = state.Previous = 0;
    }

    /// <summary>What is free of a chunk; guarded by the lock of its shard. Links are a chunk's number + 1.</summary>
    private struct ChunkState
    {
        public uint FirstFree;
        public uint Next;
        public uint Previous;
        public ushort Count;
        public byte Shard;
    }

    /// <summary>The chunks of a CPU that have something free; a cache line.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Shard
    {
        public int Lock;
        public uint First;
    }
}
