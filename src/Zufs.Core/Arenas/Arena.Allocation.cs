using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const long PageSize = 4096;

    private readonly PaddedLock[] _locks = new PaddedLock[ArenaHeader.Shards];

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
        long block = TakeFree(shard, sizeClass);
        // What one CPU frees may be what another one needs: looked for before the arena grows.
        for (int other = 1; block == 0 && other < ArenaHeader.Shards; other++)
            block = TakeFree((shard + other) & (ArenaHeader.Shards - 1), sizeClass);
        if (block == 0)
            return blockSize >= ChunkSize ? TakeFromTop(blockSize) : CutChunk(shard, sizeClass);
        // A punched block reads as zeros but for the link.
        if (blockSize >= PunchFrom)
            At<long>(block) = 0;
        else
            Bytes(block, blockSize).Clear();
        return block;
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
        // SAFETY: Bytes checked that the block lies inside the mapping.
        if (blockSize >= PunchFrom && LibC.madvise(_base + offset, (nuint)blockSize, LibC.MADV_REMOVE) != 0)
            Bytes(offset, blockSize).Clear();
        Put(Thread.GetCurrentProcessorId() & (ArenaHeader.Shards - 1), sizeClass, offset, offset);
    }

    /// <summary>
    /// Zeroes a range inside a block that stays allocated; whole pages of it go back to the kernel.
    /// </summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">Bytes, 0 or more.</param>
    public void Discard(long offset, int length)
    {
        Span<byte> bytes = Bytes(offset, length);
        long firstPage = (offset + PageSize - 1) & -PageSize;
        long endPage = (offset + length) & -PageSize;
        // SAFETY: Bytes checked that the range lies inside the mapping.
        if (firstPage >= endPage || LibC.madvise(_base + firstPage, (nuint)(endPage - firstPage), LibC.MADV_REMOVE) != 0)
        {
            bytes.Clear();
            return;
        }
        bytes[..(int)(firstPage - offset)].Clear();
        bytes[(int)(endPage - offset)..].Clear();
    }

    /// <summary>
    /// Copies bytes into memory that was probably never touched. By pwrite(2): a page fault for each fresh page would cost several times the
    /// copy (measured: 3 us a page against 0.3 us).
    /// </summary>
    /// <param name="offset">Where they go.</param>
    /// <param name="data">The bytes.</param>
    public void StoreFresh(long offset, ReadOnlySpan<byte> data)
    {
        Span<byte> target = Bytes(offset, data.Length);
        nint stored;
        // SAFETY: Bytes checked the range; the file is mapped as it is, so the mapping shows what is written.
        fixed (byte* from = data)
        {
            stored = LibC.pwrite((int)File.DangerousGetHandle(), from, (nuint)data.Length, offset);
        }
        if (stored < data.Length)
            data[(int)Math.Max(stored, 0)..].CopyTo(target[(int)Math.Max(stored, 0)..]);
    }

    private ref long Head(int shard, int sizeClass) => ref Header.Free[shard * ArenaHeader.Classes + sizeClass];

    private long TakeFree(int shard, int sizeClass)
    {
        ref long head = ref Head(shard, sizeClass);
        if (Volatile.Read(ref head) == 0)
            return 0;
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            long block = head;
            if (block != 0)
                Volatile.Write(ref head, At<long>(block));
            return block;
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
    }

    // Puts a chain of blocks before the free ones. A crash before the last store loses the chain, never more.
    private void Put(int shard, int sizeClass, long first, long last)
    {
        ref long head = ref Head(shard, sizeClass);
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            At<long>(last) = head;
            Volatile.Write(ref head, first);
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
    }

    private long CutChunk(int shard, int sizeClass)
    {
        int blockSize = 1 << (sizeClass + SmallestShift);
        long chunk = TakeFromTop(ChunkSize);
        if (chunk == 0)
            return 0;
        // The links touch every page: better made at once than by a fault each. Kernels before 5.14 don't know it.
        if (blockSize <= PageSize)
            LibC.madvise(_base + chunk, ChunkSize, LibC.MADV_POPULATE_WRITE);
        // Chained in ascending order, so that neighbours are given out one after the other. The links of fresh blocks are cleared when
        // they are taken.
        long last = chunk + ChunkSize - blockSize;
        for (long block = chunk + blockSize; block < last; block += blockSize)
            At<long>(block) = block + blockSize;
        Put(shard, sizeClass, chunk + blockSize, last);
        return chunk;
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

    // Neighbours on one cache line would be one lock as far as the CPUs are concerned.
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PaddedLock
    {
        [FieldOffset(0)] public SpinLock Lock;
    }
}
