using System.Numerics;
using System.Runtime.CompilerServices;
using Zufs.Interop;

namespace Zufs.Arenas;

/// <content>
/// Allocation: powers of two from 32 bytes to 1 GiB; a free list per size and shard. A shard belongs to a CPU, so that pinned server threads
/// share no lock.
/// </content>
public sealed unsafe partial class Arena
{
    private const int SmallestShift = 5;

    // From here on the pages go back to the kernel when a block is freed.
    private const int PunchFrom = 1 << 16;

    // Small blocks are cut from a chunk of this size, so that the shared top moves seldom.
    private const int ChunkSize = 1 << 16;

    private readonly SpinLock[] _locks;

    /// <summary>Bytes of the address range that were given out at least once.</summary>
    public long HighWaterMark => Volatile.Read(ref Header.Top);

    /// <summary>Takes a block of zeroed bytes, aligned to its size up to 4 KiB.</summary>
    /// <param name="size">Bytes, 1 to 1 GiB.</param>
    /// <returns>Its offset, or 0 when the arena is full (callers say ENOSPC or ENOMEM).</returns>
    public long Allocate(int size)
    {
        int sizeClass = ClassOf(size);
        int shard = Thread.GetCurrentProcessorId() & (ArenaHeader.Shards - 1);
        int blockSize = 1 << (sizeClass + SmallestShift);
        ref long head = ref Header.Free[shard * ArenaHeader.Classes + sizeClass];
        bool taken = false;
        try
        {
            _locks[shard].Enter(ref taken);
            if (head != 0)
            {
                long block = head;
                head = At<long>(block);
                // A punched block reads as zeros but for the link.
                if (blockSize >= PunchFrom)
                    At<long>(block) = 0;
                else
                    Bytes(block, blockSize).Clear();
                return block;
            }
            if (blockSize >= ChunkSize)
                return TakeFromTop(blockSize);
            long chunk = TakeFromTop(ChunkSize);
            if (chunk == 0)
                return 0;
            for (long block = chunk + ChunkSize - blockSize; block > chunk; block -= blockSize)
            {
                At<long>(block) = head;
                head = block;
            }
            return chunk;
        }
        finally
        {
            if (taken)
                _locks[shard].Exit(useMemoryBarrier: false);
        }
    }

    /// <summary>Gives a block back. Blocks of 64 KiB and more return their pages to the kernel.</summary>
    /// <param name="offset">What <see cref="Allocate"/> returned; 0 does nothing.</param>
    /// <param name="size">The size it was asked for with.</param>
    public void Free(long offset, int size)
    {
        if (offset == 0)
            return;
        int sizeClass = ClassOf(size);
        int blockSize = 1 << (sizeClass + SmallestShift);
        _ = Bytes(offset, blockSize);
        if (blockSize >= PunchFrom && LibC.madvise(_base + offset, (nuint)blockSize, LibC.MADV_REMOVE) != 0)
            Bytes(offset, blockSize).Clear();
        int shard = Thread.GetCurrentProcessorId() & (ArenaHeader.Shards - 1);
        ref long head = ref Header.Free[shard * ArenaHeader.Classes + sizeClass];
        bool taken = false;
        try
        {
            _locks[shard].Enter(ref taken);
            At<long>(offset) = head;
            head = offset;
        }
        finally
        {
            if (taken)
                _locks[shard].Exit(useMemoryBarrier: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ClassOf(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1 << 30);
        return size <= 1 << SmallestShift ? 0 : BitOperations.Log2((uint)(size - 1)) + 1 - SmallestShift;
    }

    private long TakeFromTop(int blockSize)
    {
        // Blocks are whole multiples of 64 KiB here and the header is page-aligned, so page alignment follows.
        for (; ; )
        {
            long top = Volatile.Read(ref Header.Top);
            if (top + blockSize > Size)
                return 0;
            if (Interlocked.CompareExchange(ref Header.Top, top + blockSize, top) == top)
                return top;
        }
    }
}
