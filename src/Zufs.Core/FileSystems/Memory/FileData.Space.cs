using System.Numerics;
using System.Runtime.CompilerServices;

namespace Zufs.FileSystems.Memory;

/// <content>Space: truncate, punch, allocate, and where data and holes are.</content>
internal sealed partial class FileData
{
    /// <summary>Sets the length. What lies behind it is freed, also when it was longer than the length already (fallocate with KEEP_SIZE).</summary>
    public void Truncate(ref Inode inode, uint slot, long size)
    {
        long old = inode.Size;
        Volatile.Write(ref inode.Size, size);
        if (size <= old)
            Punch(ref inode, slot, size, long.MaxValue);
    }

    /// <summary>Makes a hole: whole pages are freed, parts of pages zeroed. <paramref name="end"/> of <see cref="long.MaxValue"/>: all the rest.</summary>
    public void Punch(ref Inode inode, uint slot, long start, long end)
    {
        long index = start >> ClusterShift;
        while ((index = _tree.Next(ref inode, index)) >= 0)
        {
            long begin = index << ClusterShift;
            if (begin >= end)
                break;
            (int from, int to) = Within(index, start, end);
            PunchCluster(ref inode, slot, index, from, end == long.MaxValue ? ClusterSize : to);
            index++;
        }
        if (end == long.MaxValue)
            _tree.Trim(ref inode, (start + ClusterMask) >>> ClusterShift);
    }

    /// <summary>
    /// Gives every page of a range memory, zeroed where it had none. The length stays. ENOSPC: nothing was counted, but some clusters may
    /// have got address range.
    /// </summary>
    public Errno Allocate(ref Inode inode, uint slot, long start, long end)
    {
        long pages = ((end - 1) >> PageShift) - (start >> PageShift) + 1;
        if (pages - inode.Pages > (_store.Limit - _store.Used) / BlockStore.PageSize)
            return Errno.ENOSPC;
        long missing = 0;
        long last = (end - 1) >> ClusterShift;
        for (long index = start >> ClusterShift; index <= last; index++)
        {
            (int from, int to) = Within(index, start, end);
            // Whole pages: their bits say that all of their bytes have memory.
            int roomEnd = (to + BlockStore.PageSize - 1) & -BlockStore.PageSize;
            ref Cluster cluster = ref MakeRoom(ref inode, slot, index, roomEnd);
            if (Unsafe.IsNullRef(ref cluster))
                return Errno.ENOSPC;
            missing += BitOperations.PopCount(PageBits(from, to - from) & ~cluster.Pages);
        }
        if (!_quota.TryAdd(inode.Uid, missing))
            return Errno.EDQUOT;
        if (!_store.Reserve(missing * BlockStore.PageSize))
        {
            _quota.Count(inode.Uid, -missing, 0);
            return Errno.ENOSPC;
        }
        inode.Pages += missing;
        for (long index = start >> ClusterShift; index <= last; index++)
        {
            (int from, int to) = Within(index, start, end);
            _tree.Find(ref inode, index).Pages |= PageBits(from, to - from);
        }
        return Errno.Success;
    }

    /// <summary>Zeroes what has memory in a range, and leaves holes.</summary>
    public void Zero(ref Inode inode, long start, long end)
    {
        while (start < end)
        {
            int length = NextRun(ref inode, start, (int)Math.Min(end - start, ClusterSize), out long memory);
            if (memory != 0)
                _arena.Bytes(memory, length).Clear();
            start += length;
        }
    }

    /// <summary>Copies bytes between files or within one, where the ranges don't overlap, and says how many. Holes stay holes where they can.</summary>
    public long Copy(ref Inode input, uint source, long from, ref Inode output, uint target, long to, long length)
    {
        // Within one file a write may move the very block that is read.
        Span<byte> between = stackalloc byte[source == target ? BlockStore.PageSize : 0];
        long done = 0;
        while (done < length)
        {
            int most = (int)Math.Min(length - done, source == target ? between.Length : ClusterSize);
            int run = NextRun(ref input, from + done, most, out long memory);
            if (memory == 0)
            {
                Zero(ref output, to + done, to + done + run);
                done += run;
                continue;
            }
            scoped Span<byte> bytes = _arena.Bytes(memory, run);
            if (source == target)
            {
                bytes.CopyTo(between);
                bytes = between[..run];
            }
            int written = Write(ref output, target, to + done, bytes);
            done += written;
            if (written < run)
                break;
        }
        if (to + done > output.Size)
            output.Size = to + done;
        return done;
    }

    /// <summary>Pages that hold data, by the clusters' bits.</summary>
    public long CountPages(ref Inode inode)
    {
        long pages = 0;
        for (long index = _tree.Next(ref inode, 0); index >= 0; index = _tree.Next(ref inode, index + 1))
            pages += BitOperations.PopCount(_tree.Find(ref inode, index).Pages);
        return pages;
    }

    /// <summary>The first byte of data at or behind an offset, by pages; -1 when there is none before the end.</summary>
    public long NextData(ref Inode inode, long offset)
    {
        long index = offset >> ClusterShift;
        while ((index = _tree.Next(ref inode, index)) >= 0)
        {
            long begin = index << ClusterShift;
            int page = begin >= offset ? 0 : (int)((offset & ClusterMask) >> PageShift);
            ulong bits = _tree.Find(ref inode, index).Pages >> page;
            if (bits != 0)
            {
                long found = Math.Max(offset, begin + ((page + BitOperations.TrailingZeroCount(bits)) << PageShift));
                return found < inode.Size ? found : -1;
            }
            index++;
        }
        return -1;
    }

    /// <summary>The first byte of a hole at or behind an offset; the end of the file counts as one.</summary>
    public long NextHole(ref Inode inode, long offset)
    {
        long last = (inode.Size - 1) >> ClusterShift;
        for (long index = offset >> ClusterShift; index <= last; index++)
        {
            long begin = index << ClusterShift;
            ref Cluster cluster = ref _tree.Find(ref inode, index);
            if (Unsafe.IsNullRef(ref cluster))
                return Math.Max(begin, offset);
            int page = begin >= offset ? 0 : (int)((offset & ClusterMask) >> PageShift);
            ulong holes = ~cluster.Pages >> page;
            if (holes != 0)
                return Math.Min(Math.Max(begin + ((page + BitOperations.TrailingZeroCount(holes)) << PageShift), offset), inode.Size);
        }
        return inode.Size;
    }

    // The part of a range that lies in a cluster, from its beginning.
    private static (int From, int To) Within(long index, long start, long end)
    {
        long begin = index << ClusterShift;
        return ((int)Math.Max(start - begin, 0), (int)Math.Min(end - begin, ClusterSize));
    }

    private void PunchCluster(ref Inode inode, uint slot, long index, int from, int to)
    {
        ref Cluster cluster = ref _tree.Find(ref inode, index);
        int capacity = index == 0 ? inode.FirstCapacity : ClusterSize;
        if (from == 0 && to == ClusterSize)
        {
            int freed = BitOperations.PopCount(cluster.Pages);
            long block = cluster.Offset;
            cluster.Pages = 0;
            Volatile.Write(ref cluster.Offset, 0);
            if (index == 0)
                inode.FirstCapacity = 0;
            _store.FreeLent(slot, block, capacity);
            Uncount(ref inode, freed);
            return;
        }
        to = Math.Min(to, capacity);
        if (from >= to)
            return;
        int firstWhole = (from + BlockStore.PageSize - 1) & -BlockStore.PageSize;
        // The last page of a small block may be shorter than a page: it is whole when all that exists of it goes.
        int endWhole = to == capacity ? (to + BlockStore.PageSize - 1) & -BlockStore.PageSize : to & -BlockStore.PageSize;
        if (firstWhole >= endWhole)
        {
            ZeroPages(in cluster, from, to);
            return;
        }
        ZeroPages(in cluster, from, Math.Min(firstWhole, to));
        ZeroPages(in cluster, endWhole, to);
        ulong gone = PageBits(firstWhole, endWhole - firstWhole) & cluster.Pages;
        // Zeroed before the bits are cleared: a clear bit promises zeros.
        int memoryEnd = Math.Min(endWhole, capacity);
        if (gone != 0)
            _arena.Discard(cluster.Offset + firstWhole, memoryEnd - firstWhole);
        Volatile.Write(ref cluster.Pages, cluster.Pages & ~gone);
        Uncount(ref inode, BitOperations.PopCount(gone));
    }

    private void Uncount(ref Inode inode, int pages)
    {
        inode.Pages -= pages;
        _quota.Count(inode.Uid, -pages, 0);
        _store.Unreserve((long)pages * BlockStore.PageSize);
    }

    // Within one page at most, and only where there is data: touching a hole would give it memory.
    private void ZeroPages(in Cluster cluster, int from, int to)
    {
        while (from < to)
        {
            int end = Math.Min(to, (from | (BlockStore.PageSize - 1)) + 1);
            if ((cluster.Pages >> (from >> PageShift) & 1) != 0)
                _arena.Bytes(cluster.Offset + from, end - from).Clear();
            from = end;
        }
    }
}
