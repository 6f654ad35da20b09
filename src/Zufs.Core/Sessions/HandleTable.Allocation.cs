using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.Sessions;

/// <content>Opening and releasing slots.</content>
internal sealed partial class HandleTable
{
    private const int Shards = 64;

    private readonly PaddedLock[] _locks = new PaddedLock[Shards];

    /// <summary>Opens a slot.</summary>
    /// <param name="node">The node.</param>
    /// <param name="own">The file system's own handle.</param>
    /// <param name="flags">Of open(2).</param>
    /// <param name="options">FOPEN_* of the reply.</param>
    /// <param name="backingId">Of passthrough, or 0.</param>
    /// <returns>The <c>fh</c> for the kernel, never 0; 0 when there is no more room: ENFILE.</returns>
    public ulong Open(ulong node, ulong own, uint flags, uint options, int backingId)
    {
        int shard = Thread.GetCurrentProcessorId() & (Shards - 1);
        ref SpinLock guard = ref _locks[shard].Lock;
        bool taken = false;
        try
        {
            guard.Enter(ref taken);
            ref Shard list = ref Header.Lists[shard];
            uint slot;
            if (list.FirstFree != 0)
            {
                slot = list.FirstFree - 1;
            }
            else
            {
                if (list.Fresh == list.FreshEnd && !TakeChunk(shard, ref list))
                    return 0;
                slot = list.Fresh++;
            }
            TryLocate(slot, out long offset);
            ref OpenHandle handle = ref _arena.At<OpenHandle>(offset);
            if (list.FirstFree != 0)
                list.FirstFree = (uint)handle.Node;
            handle.Own = own;
            handle.Node = node;
            handle.Flags = flags;
            handle.Options = options;
            handle.BackingId = backingId;
            // Last: whoever sees the new generation sees the rest.
            uint generation = handle.Generation + 1;
            Volatile.Write(ref handle.Generation, generation);
            Volatile.Write(ref list.Open, list.Open + 1);
            return ((ulong)generation << 32) | (slot + 1);
        }
        finally
        {
            if (taken)
                guard.Exit(useMemoryBarrier: false);
        }
    }

    /// <summary>Releases a slot for another.</summary>
    /// <param name="fh">What <see cref="Open"/> returned.</param>
    /// <returns>False when it isn't open.</returns>
    public bool Release(ulong fh)
    {
        uint slot = (uint)fh - 1;
        uint generation = (uint)(fh >> 32);
        if ((generation & 1) == 0 || !TryLocate(slot, out long offset))
            return false;
        int shard = Header.Owners[(int)(slot / ChunkSlots)];
        ref SpinLock guard = ref _locks[shard & (Shards - 1)].Lock;
        bool taken = false;
        try
        {
            guard.Enter(ref taken);
            ref OpenHandle handle = ref _arena.At<OpenHandle>(offset);
            if (handle.Generation != generation)
                return false;
            // First: nobody finds the slot while it is taken apart. A generation of 2^32 - 1 wraps to 0, free.
            Volatile.Write(ref handle.Generation, generation + 1);
            ref Shard list = ref Header.Lists[shard & (Shards - 1)];
            handle.Own = 0;
            handle.Node = list.FirstFree;
            list.FirstFree = slot + 1;
            Volatile.Write(ref list.Open, list.Open - 1);
            return true;
        }
        finally
        {
            if (taken)
                guard.Exit(useMemoryBarrier: false);
        }
    }

    // Called under the shard's lock.
    private bool TakeChunk(int shard, ref Shard list)
    {
        if (Volatile.Read(ref Header.ChunkCount) >= MaxChunks)
            return false;
        long start = _arena.Allocate(ChunkSlots * Unsafe.SizeOf<OpenHandle>());
        if (start == 0)
            return false;
        int chunk = Interlocked.Increment(ref Header.ChunkCount) - 1;
        if (chunk >= MaxChunks)
        {
            Interlocked.Decrement(ref Header.ChunkCount);
            _arena.Free(start, ChunkSlots * Unsafe.SizeOf<OpenHandle>());
            return false;
        }
        Header.Owners[chunk] = (byte)shard;
        Volatile.Write(ref Header.Chunks[chunk], start);
        list.Fresh = (uint)chunk * ChunkSlots;
        list.FreshEnd = list.Fresh + ChunkSlots;
        return true;
    }

    /// <summary>What <see cref="Arenas.ArenaRoot.Handles"/> leads to.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Directory
    {
        public int ChunkCount;
        public int Reserved;
        public ShardTable Lists;
        public OwnerTable Owners;
        public ChunkTable Chunks;
    }

    /// <summary>The free slots of a shard; guarded by the shard's lock. A cache line.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Shard
    {
        /// <summary>The first free slot + 1; 0 when there is none.</summary>
        public uint FirstFree;

        /// <summary>The next slot that was never used, up to <see cref="FreshEnd"/>.</summary>
        public uint Fresh;

        public uint FreshEnd;
        public long Open;
    }

    [InlineArray(Shards)]
    private struct ShardTable
    {
        private Shard _first;
    }

    [InlineArray(MaxChunks)]
    private struct OwnerTable
    {
        private byte _first;
    }

    [InlineArray(MaxChunks)]
    private struct ChunkTable
    {
        private long _first;
    }

    /// <summary>A lock alone on its cache line.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedLock
    {
        [FieldOffset(64)] public SpinLock Lock;
    }
}
