using System.Runtime.InteropServices;

namespace Zufs.FuseShim.Paths;

/// <content>
/// Slots: taken and given back by the CPU's own shard, which fetches them from the top in batches. Chunks of records are added and never move.
/// </content>
internal sealed partial class NodeTable
{
    private const int ShardCount = 64;
    private const uint BatchSlots = 32;

    // Taken inside a stripe and a shard, so nothing is waited for inside it.
    private readonly object _slotGrowth = new();
    private Shard[] _shards = [];

    private uint TakeSlot()
    {
        ref Shard shard = ref _shards[Thread.GetCurrentProcessorId() & (ShardCount - 1)];
        bool taken = false;
        try
        {
            shard.Lock.Enter(ref taken);
            if (shard.Free != 0)
            {
                uint slot = shard.Free;
                shard.Free = NodeAt(slot).Next;
                return slot;
            }
            if (shard.NextNew == shard.EndNew && !TakeBatch(ref shard))
                return 0;
            return shard.NextNew++;
        }
        finally
        {
            if (taken)
                shard.Lock.Exit(useMemoryBarrier: false);
        }
    }

    private void GiveSlot(uint slot)
    {
        ref Shard shard = ref _shards[Thread.GetCurrentProcessorId() & (ShardCount - 1)];
        bool taken = false;
        try
        {
            shard.Lock.Enter(ref taken);
            NodeAt(slot).Next = shard.Free;
            shard.Free = slot;
        }
        finally
        {
            if (taken)
                shard.Lock.Exit(useMemoryBarrier: false);
        }
    }

    private bool TakeBatch(ref Shard shard)
    {
        lock (_slotGrowth)
        {
            uint first = Header.Top;
            uint end = (first & ~(BatchSlots - 1)) + BatchSlots;
            uint chunk = first >> ChunkShift;
            if (chunk >= _chunkCount)
                return false;
            ref long block = ref _arena.At<long>(_chunks + chunk * sizeof(long));
            if (block == 0)
                block = _arena.Allocate(ChunkSize);
            if (block == 0)
                return false;
            shard.NextNew = first;
            shard.EndNew = end;
            Volatile.Write(ref Header.Top, end);
            return true;
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Shard
    {
        public SpinLock Lock;
        public uint Free;
        public uint NextNew;
        public uint EndNew;
    }
}
