using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Interop;

namespace Zufs.Arenas;

/// <content>
/// Allocation: powers of two from 32 bytes to 1 GiB. Blocks below 64 KiB are cut from a unit of that size, which goes back to the kernel when all of them
/// are free; larger blocks go back at once. A shard belongs to a CPU, so that pinned server threads share no lock but where one
/// frees what another one took.
/// </content>
public sealed unsafe partial class Arena
{
    private const int Shards = 64;
    private const int Classes = 26;
    private const int SmallestShift = 5;

    // The class of a block that is a unit.
    private const int UnitClass = ArenaUnit.SizeShift - SmallestShift;
    private const long PageSize = 4096;

    private readonly PaddedLock[] _locks = new PaddedLock[Shards];

    /// <summary>Bytes of the address range that were given out at least once.</summary>
    public long HighWaterMark => Volatile.Read(ref Header.Top);

    /// <summary>Takes a block of zeroed bytes, aligned to its size up to 4 KiB.</summary>
    /// <param name="size">Bytes, 1 to 1 GiB.</param>
    /// <returns>Its offset, or 0 when the arena is full (callers say ENOSPC or ENOMEM).</returns>
    public long Allocate(int size)
    {
        int sizeClass = ClassOf(size);
        int shard = Thread.GetCurrentProcessorId() & (Shards - 1);
        long block = TakeFree(shard, sizeClass);
        if (block == 0)
            return sizeClass >= UnitClass ? TakeFromTop(1 << (sizeClass + SmallestShift)) : CutUnit(shard, sizeClass);
        // Larger blocks were given back to the kernel, and read as zeros.
        if (sizeClass < UnitClass)
            Bytes(block, 1 << (sizeClass + SmallestShift)).Clear();
        return block;
    }

    /// <summary>Gives a block back. Blocks of 64 KiB and more return their pages to the kernel, smaller ones together with their neighbours.</summary>
    /// <param name="offset">What <see cref="Allocate"/> returned; 0 does nothing.</param>
    /// <param name="size">The size it was asked for with.</param>
    public void Free(long offset, int size)
    {
        if (offset == 0)
            return;
        int sizeClass = ClassOf(size);
        _ = Bytes(offset, 1 << (sizeClass + SmallestShift));
        if (sizeClass >= UnitClass)
            FreeLarge(offset, sizeClass);
        else
            FreeSmall(offset, sizeClass);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ClassOf(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1 << 30);
        return size <= 1 << SmallestShift ? 0 : BitOperations.Log2((uint)(size - 1)) + 1 - SmallestShift;
    }

    private static int BlocksOf(int sizeClass) => 1 << (UnitClass - sizeClass);

    // What one CPU frees may be what another one needs: looked for before the arena grows.
    private long TakeFree(int shard, int sizeClass)
    {
        PrepareLists();
        for (int other = 0; other < Shards; other++)
        {
            int from = (shard + other) & (Shards - 1);
            if (Volatile.Read(ref ListOf(from, sizeClass)) == 0)
                continue;
            long block = sizeClass >= UnitClass ? TakeLarge(from, sizeClass) : TakeSmall(from, sizeClass);
            if (block != 0)
                return block;
        }
        return 0;
    }

    private long TakeLarge(int shard, int sizeClass)
    {
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            uint unit = ListOf(shard, sizeClass);
            if (unit == 0)
                return 0;
            Remove(shard, sizeClass, unit);
            Store(unit, default);
            return (long)unit << ArenaUnit.SizeShift;
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
    }

    // A crash before the last store loses the block, never more.
    private void FreeLarge(long offset, int sizeClass)
    {
        uint unit = (uint)(offset >> ArenaUnit.SizeShift);
        // A block that is free already, or no beginning of one: it isn't given out twice.
        if (UnitAt(unit).Word != 0 || (offset & (ArenaUnit.Size - 1)) != 0)
            return;
        int blockSize = 1 << (sizeClass + SmallestShift);
        // SAFETY: Free checked that the block lies inside the mapping.
        if (LibC.madvise(_base + offset, (nuint)blockSize, LibC.MADV_REMOVE) != 0)
            Bytes(offset, blockSize).Clear();
        PrepareLists();
        int shard = Thread.GetCurrentProcessorId() & (Shards - 1);
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            Store(unit, ArenaUnit.FreeBlock(sizeClass));
            Push(shard, sizeClass, unit);
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
    }

    private long TakeSmall(int shard, int sizeClass)
    {
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            uint unit = ListOf(shard, sizeClass);
            if (unit == 0)
                return 0;
            ArenaUnit state = UnitAt(unit);
            long block = BlockAt(unit, sizeClass, state.First);
            // The link was written by whoever had the block: what can't be one ends the list.
            int next = At<ushort>(block);
            int left = next <= BlocksOf(sizeClass) && state.Count > 1 ? state.Count - 1 : 0;
            Store(unit, ArenaUnit.Cut(sizeClass, left == 0 ? 0 : next, left));
            if (left == 0)
                Remove(shard, sizeClass, unit);
            return block;
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
    }

    private void FreeSmall(long offset, int sizeClass)
    {
        PrepareLists();
        uint unit = (uint)(offset >> ArenaUnit.SizeShift);
        int shard = InfoAt(unit).Shard;
        bool isEmpty = false;
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            ArenaUnit state = UnitAt(unit);
            int number = (int)((offset & (ArenaUnit.Size - 1)) >> (sizeClass + SmallestShift)) + 1;
            // No block of this size is there that could be free: it isn't given out twice.
            if (!state.IsCut || state.Class != sizeClass || state.Count >= BlocksOf(sizeClass))
                return;
            At<ushort>(offset) = (ushort)state.First;
            Store(unit, ArenaUnit.Cut(sizeClass, number, state.Count + 1));
            if (state.Count == 0)
                Push(shard, sizeClass, unit);
            // The last one with room stays, so that one block that comes and goes costs no more.
            isEmpty = state.Count + 1 == BlocksOf(sizeClass) && !IsLast(sizeClass, unit);
            if (isEmpty)
            {
                Remove(shard, sizeClass, unit);
                Store(unit, default);
            }
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
        if (isEmpty)
            FreeLarge((long)unit << ArenaUnit.SizeShift, UnitClass);
    }

    private long CutUnit(int shard, int sizeClass)
    {
        int blocks = BlocksOf(sizeClass);
        int blockSize = 1 << (sizeClass + SmallestShift);
        long start = TakeFree(shard, UnitClass);
        if (start == 0)
            start = TakeFromTop((int)ArenaUnit.Size);
        if (start == 0)
            return 0;
        // The links touch every page: better made at once than by a fault each. Kernels before 5.14 don't know it.
        // SAFETY: the unit was taken just now and lies inside the mapping.
        if (blockSize <= PageSize)
            LibC.madvise(_base + start, (nuint)ArenaUnit.Size, LibC.MADV_POPULATE_WRITE);
        // Chained in ascending order, so that neighbours are given out one after the other; the first is the caller's. The links are cleared when the blocks are taken.
        for (int number = 2; number < blocks; number++)
            At<ushort>(start + (number - 1) * blockSize) = (ushort)(number + 1);
        uint unit = (uint)(start >> ArenaUnit.SizeShift);
        bool taken = false;
        try
        {
            _locks[shard].Lock.Enter(ref taken);
            InfoAt(unit).Shard = (byte)shard;
            Store(unit, ArenaUnit.Cut(sizeClass, 2, blocks - 1));
            Push(shard, sizeClass, unit);
        }
        finally
        {
            if (taken)
                _locks[shard].Lock.Exit();
        }
        return start;
    }

    private long TakeFromTop(int blockSize)
    {
        // Blocks are whole units here and the top begins at one, so they are aligned to it.
        for (; ; )
        {
            long top = Volatile.Read(ref Header.Top);
            if (top + blockSize > Size)
                return 0;
            if (Interlocked.CompareExchange(ref Header.Top, top + blockSize, top) == top)
                return top;
        }
    }

    private static long BlockAt(uint unit, int sizeClass, int number) => ((long)unit << ArenaUnit.SizeShift) + ((long)(number - 1) << (sizeClass + SmallestShift));

    // Neighbours on one cache line would be one lock as far as the CPUs are concerned.
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PaddedLock
    {
        [FieldOffset(0)] public SpinLock Lock;
    }
}
