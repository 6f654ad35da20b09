using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The space of one memory file system: what may be used, what is used, and blocks that must not be freed yet because a reply lends them.
/// </summary>
/// <remarks>
/// Leases are counted by stripes of inodes, in this process: what a dead worker lent is free. A block that is freed while its stripe has
/// leases waits in the arena until the stripe has none, or until a successor begins. Overwriting in place while lent is allowed: a reader
/// that races with a writer may see both, as with any page cache.
/// </remarks>
internal sealed class BlockStore : ILease
{
    /// <summary>The unit in which data is counted, as on tmpfs.</summary>
    public const int PageSize = 4096;

    /// <summary>Bytes of zeros in <see cref="Zeros"/>.</summary>
    public const int ZerosLength = 1 << 16;

    /// <summary>How many heads stand at <see cref="Superblock.Pending"/>.</summary>
    public const int Stripes = 1024;

    private readonly long _superblock;
    private readonly Lending[] _lending = new Lending[Stripes];

    public BlockStore(Arena arena, long superblock, long limit)
    {
        Arena = arena;
        _superblock = superblock;
        Limit = limit;
    }

    /// <summary>Where the blocks are.</summary>
    public Arena Arena { get; }

    /// <summary>The most bytes that may be used.</summary>
    public long Limit { get; }

    /// <summary>Bytes in use.</summary>
    public long Used => Volatile.Read(ref Super.UsedBytes);

    /// <summary>Zeros, to be lent for holes.</summary>
    public long Zeros => Super.Zeros;

    private ref Superblock Super => ref Arena.At<Superblock>(_superblock);

    /// <summary>Counts bytes as used; false when the limit would be passed.</summary>
    public bool Reserve(long bytes)
    {
        if (Interlocked.Add(ref Super.UsedBytes, bytes) <= Limit)
            return true;
        Interlocked.Add(ref Super.UsedBytes, -bytes);
        return false;
    }

    /// <summary>Counts as many pages as the limit bears, at most <paramref name="wanted"/>, and says how many.</summary>
    public int ReservePages(int wanted)
    {
        while (wanted > 0)
        {
            if (Reserve((long)wanted * PageSize))
                return wanted;
            wanted = (int)Math.Clamp((Limit - Used) / PageSize, 0, wanted - 1);
        }
        return 0;
    }

    /// <summary>Counts bytes as free.</summary>
    public void Unreserve(long bytes) => Interlocked.Add(ref Super.UsedBytes, -bytes);

    /// <summary>Says how many bytes are used, for a successor that has counted them.</summary>
    public void SetUsed(long bytes) => Volatile.Write(ref Super.UsedBytes, bytes);

    /// <summary>Frees a block that may be lent. The caller holds the inode's lock for writing and made the block unreachable.</summary>
    public void FreeLent(uint slot, long offset, int size)
    {
        if (offset == 0)
            return;
        int stripe = (int)(slot & (Stripes - 1));
        ref Lending lending = ref _lending[stripe];
        if (Volatile.Read(ref lending.Leases) == 0)
        {
            Arena.Free(offset, size);
            return;
        }
        long record = Arena.Allocate(Unsafe.SizeOf<PendingBlock>());
        ReadWriteSpin.EnterWrite(ref lending.Lock);
        // An arena too full for 24 bytes loses the block rather than free what is lent.
        if (record != 0)
        {
            ref long head = ref PendingHead(stripe);
            Arena.At<PendingBlock>(record) = new PendingBlock { Next = head, Offset = offset, Size = size };
            Volatile.Write(ref head, record);
        }
        ReadWriteSpin.ExitWrite(ref lending.Lock);
        FreePending(stripe, ref lending);
    }

    /// <summary>Begins a lease on an inode's blocks and returns its token. The caller holds the inode's lock.</summary>
    public ulong Lease(uint slot)
    {
        ulong stripe = slot & (Stripes - 1);
        Interlocked.Increment(ref _lending[stripe].Leases);
        return stripe;
    }

    /// <inheritdoc/>
    public void Release(ulong token)
    {
        int stripe = (int)(token & (Stripes - 1));
        ref Lending lending = ref _lending[stripe];
        if (Interlocked.Decrement(ref lending.Leases) == 0 && Volatile.Read(ref PendingHead(stripe)) != 0)
            FreePending(stripe, ref lending);
    }

    /// <summary>Frees what the worker before left pending: nobody reads it any more.</summary>
    public void FreeAllPending()
    {
        for (int stripe = 0; stripe < Stripes; stripe++)
            FreePending(stripe, ref _lending[stripe]);
    }

    /// <summary>The smallest block that holds so many bytes.</summary>
    public static int BlockSize(int bytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, 32));

    private ref long PendingHead(int stripe) => ref Arena.At<long>(Super.Pending + stripe * sizeof(long));

    private void FreePending(int stripe, ref Lending lending)
    {
        ReadWriteSpin.EnterWrite(ref lending.Lock);
        // Pending blocks can't be reached by a new lease. So when there is no lease at this moment, nobody reads any of them.
        if (Volatile.Read(ref lending.Leases) == 0)
        {
            ref long head = ref PendingHead(stripe);
            while (head != 0)
            {
                long record = head;
                PendingBlock block = Arena.At<PendingBlock>(record);
                // First off the list, then free: a crash between them loses a block, the other order would free it twice.
                Volatile.Write(ref head, block.Next);
                Arena.Free(block.Offset, (int)block.Size);
                Arena.Free(record, Unsafe.SizeOf<PendingBlock>());
            }
        }
        ReadWriteSpin.ExitWrite(ref lending.Lock);
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Lending
    {
        [FieldOffset(0)] public int Leases;
        [FieldOffset(4)] public int Lock;
    }
}
