using System.Numerics;
using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The bytes of regular files. Files up to 64 KiB take one block, the next power of two; larger ones clusters of 256 KiB, of which only
/// touched pages cost memory, as the arena is sparse. All calls hold the inode's lock of contents: reading to read, the others to write.
/// </summary>
/// <remarks>
/// Order of stores: bytes, then their pages' bits, then the length. What a crash cuts short is written again by the repeated request.
/// </remarks>
internal sealed partial class FileData
{
    /// <summary>
    /// Reads of so many bytes lend the arena's memory; shorter ones are copied: below a page, counting the lease costs more than the copy.
    /// </summary>
    public const int LendFrom = 4096;

    /// <summary>Bytes of a cluster: 64 pages, one bit each.</summary>
    public const int ClusterSize = 1 << ClusterShift;

    private const int ClusterShift = 18;
    private const int PageShift = 12;
    private const int PagesPerCluster = 64;
    private const long ClusterMask = ClusterSize - 1;

    // Up to here a file's only block grows by copying; from here on address range is cheaper than copies.
    private const int LargestSmallBlock = 1 << 16;
    private const int SmallestBlock = 64;

    private readonly Arena _arena;
    private readonly BlockStore _store;
    private readonly UserQuota _quota;
    private readonly ClusterTree _tree;

    public FileData(BlockStore store, UserQuota quota)
    {
        _store = store;
        _quota = quota;
        _arena = store.Arena;
        _tree = new ClusterTree(store.Arena);
    }

    /// <summary>Reads up to the end of the file: lends where it pays, copies where it doesn't.</summary>
    public void Read(ref Inode inode, uint slot, ulong offset, ref DataReply reply)
    {
        if (offset >= (ulong)inode.Size)
            return;
        int length = (int)Math.Min((ulong)reply.Room.Length, (ulong)inode.Size - offset);
        if (length >= LendFrom && TryLend(ref inode, slot, (long)offset, length, ref reply))
            return;
        CopyOut(ref inode, (long)offset, reply.Room[..length]);
        reply.Fill(length);
    }

    /// <summary>Copies bytes out; holes are zeros.</summary>
    public void CopyOut(ref Inode inode, long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int length = NextRun(ref inode, offset, into.Length, out long memory);
            if (memory == 0)
                into[..length].Clear();
            else
                _arena.Bytes(memory, length).CopyTo(into);
            into = into[length..];
            offset += length;
        }
    }

    /// <summary>
    /// The run of bytes from an offset on that is contiguous memory, or a hole (<paramref name="memory"/> 0). Doesn't look at the length.
    /// </summary>
    public int NextRun(ref Inode inode, long offset, int most, out long memory)
    {
        memory = 0;
        int within = (int)(offset & ClusterMask);
        int length = Math.Min(most, ClusterSize - within);
        ref Cluster cluster = ref _tree.Find(ref inode, offset >> ClusterShift);
        if (Unsafe.IsNullRef(ref cluster) || cluster.Offset == 0)
            return length;
        int capacity = offset < ClusterSize ? inode.FirstCapacity : ClusterSize;
        if (within >= capacity)
            return length;
        int page = within >> PageShift;
        ulong bits = cluster.Pages >> page;
        bool isData = (bits & 1) != 0;
        int pages = Math.Min(BitOperations.TrailingZeroCount(isData ? ~bits : bits), PagesPerCluster - page);
        length = Math.Min(length, ((page + pages) << PageShift) - within);
        if (!isData)
            return length;
        memory = cluster.Offset + within;
        return Math.Min(length, capacity - within);
    }

    /// <summary>Writes as many bytes as there is room for, and says how many. The length grows, if it does, at the end.</summary>
    public int Write(ref Inode inode, uint slot, long offset, ReadOnlySpan<byte> data)
    {
        int done = 0;
        while (done < data.Length)
        {
            long position = offset + done;
            int within = (int)(position & ClusterMask);
            int count = Math.Min(data.Length - done, ClusterSize - within);
            ref Cluster cluster = ref MakeRoom(ref inode, slot, position >> ClusterShift, within + count);
            if (Unsafe.IsNullRef(ref cluster))
                break;
            ulong missing = PageBits(within, count) & ~cluster.Pages;
            int wanted = BitOperations.PopCount(missing);
            int granted = ReservePages(inode.Uid, wanted);
            if (granted < wanted)
                count = Math.Max(0, (FirstDenied(ref missing, granted) << PageShift) - within);
            CopyIn(in cluster, within, data.Slice(done, count), missing);
            Volatile.Write(ref cluster.Pages, cluster.Pages | missing);
            inode.Pages += granted;
            done += count;
            if (granted < wanted)
                break;
        }
        if (offset + done > inode.Size)
            Volatile.Write(ref inode.Size, offset + done);
        return done;
    }

    private int ReservePages(uint owner, int wanted)
    {
        int borne = _quota.Grant(owner, wanted);
        int granted = _store.ReservePages(borne);
        _quota.Count(owner, granted - borne, 0);
        return granted;
    }

    // Pages of large blocks that hold nothing yet were given back to the kernel or never touched; small blocks are mostly used again.
    private void CopyIn(in Cluster cluster, int within, ReadOnlySpan<byte> data, ulong missing)
    {
        long target = cluster.Offset + within;
        bool isFirstPresent = (cluster.Pages >> (within >> PageShift) & 1) != 0;
        int present = isFirstPresent ? Math.Min(data.Length, BlockStore.PageSize - (within & (BlockStore.PageSize - 1))) : 0;
        if (missing == 0 || data.Length - present < BlockStore.PageSize || within + data.Length < LargestSmallBlock)
            present = data.Length;
        data[..present].CopyTo(_arena.Bytes(target, present));
        if (present < data.Length)
            _arena.StoreFresh(target + present, data[present..]);
    }

    private static ulong PageBits(int within, int count)
    {
        if (count == 0)
            return 0;
        int first = within >> PageShift;
        int last = (within + count - 1) >> PageShift;
        return ulong.MaxValue >> (PagesPerCluster - 1 - last + first) << first;
    }

    // Leaves the lowest bits in a set, as many as were granted, and says which one is the first that was not.
    private static int FirstDenied(ref ulong missing, int granted)
    {
        ulong denied = missing;
        for (int i = 0; i < granted; i++)
            denied &= denied - 1;
        missing &= ~denied;
        return BitOperations.TrailingZeroCount(denied);
    }

    private bool TryLend(ref Inode inode, uint slot, long offset, int length, ref DataReply reply)
    {
        while (length > 0)
        {
            int piece = NextRun(ref inode, offset, length, out long memory);
            if (memory == 0)
            {
                piece = Math.Min(piece, BlockStore.ZerosLength);
                memory = _store.Zeros;
            }
            if (!reply.Lend(_arena.Range(memory, piece)))
            {
                reply.Reset();
                return false;
            }
            offset += piece;
            length -= piece;
        }
        reply.LeasedBy(_store, _store.Lease(slot));
        return true;
    }

    // The cluster with memory for its first `end` bytes; a null reference when the arena is full.
    private ref Cluster MakeRoom(ref Inode inode, uint slot, long index, int end)
    {
        ref Cluster cluster = ref _tree.FindOrAdd(ref inode, index);
        if (Unsafe.IsNullRef(ref cluster))
            return ref cluster;
        if (index > 0)
        {
            if (cluster.Offset == 0)
                Volatile.Write(ref cluster.Offset, _arena.Allocate(ClusterSize));
            return ref cluster.Offset == 0 ? ref Unsafe.NullRef<Cluster>() : ref cluster;
        }
        if (inode.FirstCapacity >= end)
            return ref cluster;
        int capacity = end > LargestSmallBlock ? ClusterSize : BlockStore.BlockSize(Math.Max(end, SmallestBlock));
        long block = _arena.Allocate(capacity);
        if (block == 0)
            return ref Unsafe.NullRef<Cluster>();
        long old = cluster.Offset;
        int oldCapacity = inode.FirstCapacity;
        if (old != 0)
            _arena.Bytes(old, oldCapacity).CopyTo(_arena.Bytes(block, oldCapacity));
        // In this order a crash leaves a block that is larger than its capacity says.
        Volatile.Write(ref cluster.Offset, block);
        Volatile.Write(ref inode.FirstCapacity, capacity);
        _store.FreeLent(slot, old, oldCapacity);
        return ref cluster;
    }
}
