using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.FuseShim.Paths;

/// <content>
/// From parent and name to node: linear hashing, so that growing moves one bucket at a time. A bucket and the one that it is split into have
/// the same stripe, so whoever holds a stripe sees its buckets stand still. Also: building all of it from the records.
/// </content>
internal sealed partial class NodeTable
{
    /// <summary>How many locks the names are spread over; no more than <see cref="FirstBuckets"/>.</summary>
    internal const int StripeCount = 256;

    private const uint FirstBuckets = 1024;
    private const int LongChain = 3;

    // Chosen per process: names that meet in one bucket can't be prepared.
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 1;
    private readonly object _bucketGrowth = new();
    private readonly long _buckets;
    private readonly uint _maxBuckets;
    private Stripe[] _stripes = [];
    private uint _bucketCount;

    private static uint HashOfSlot(uint slot) => slot * 2654435761u;

    private void InitialiseLocks()
    {
        _stripes = new Stripe[StripeCount];
        _shards = new Shard[ShardCount];
        for (int i = 0; i < StripeCount; i++)
            _stripes[i].Lock = new SpinLock(enableThreadOwnerTracking: false);
        for (int i = 0; i < ShardCount; i++)
            _shards[i].Lock = new SpinLock(enableThreadOwnerTracking: false);
    }

    private uint HashOf(uint parent, ReadOnlySpan<byte> name)
    {
        ulong hash = Mix(_seed ^ parent, _seed + (uint)name.Length);
        while (name.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(name), _seed);
            name = name[sizeof(ulong)..];
        }
        ulong rest = 0;
        for (int i = 0; i < name.Length; i++)
            rest |= (ulong)name[i] << (i * 8);
        hash = Mix(hash ^ rest, _seed ^ 0x9E37_79B9_7F4A_7C15);
        return (uint)(hash ^ hash >> 32);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left ^ 0xA076_1D64_78BD_642F, right ^ 0xE703_7ED1_A0B4_28DB, out ulong low);
        return high ^ low;
    }

    /// <summary>The first slot of the bucket of a hash. The hash's stripe is held.</summary>
    private ref uint BucketOf(uint hash)
    {
        uint count = Volatile.Read(ref _bucketCount);
        uint level = 1u << BitOperations.Log2(count);
        uint index = hash & (2 * level - 1);
        if (index >= count)
            index = hash & (level - 1);
        return ref _arena.At<uint>(_buckets + index * sizeof(uint));
    }

    /// <summary>The node of a name. The hash's stripe is held.</summary>
    private uint FindHeld(uint hash, uint parent, ReadOnlySpan<byte> name, out int chain)
    {
        chain = 0;
        for (uint slot = BucketOf(hash); slot != 0; chain++)
        {
            ref Node node = ref NodeAt(slot);
            if (node.Hash == hash && node.Parent == parent && NameOf(ref node).SequenceEqual(name))
                return slot;
            slot = node.Next;
        }
        return 0;
    }

    private void InsertHeld(uint hash, uint slot)
    {
        ref uint bucket = ref BucketOf(hash);
        NodeAt(slot).Next = bucket;
        bucket = slot;
    }

    private void RemoveHeld(uint hash, uint slot)
    {
        ref uint link = ref BucketOf(hash);
        while (link != slot)
        {
            if (link == 0)
                return;
            link = ref NodeAt(link).Next;
        }
        link = NodeAt(slot).Next;
    }

    /// <summary>Splits the next bucket. No stripe is held.</summary>
    private void GrowBuckets()
    {
        // Somebody else is at it: the next long chain tries again.
        if (!Monitor.TryEnter(_bucketGrowth))
            return;
        try
        {
            uint count = _bucketCount;
            if (count >= _maxBuckets)
                return;
            uint level = 1u << BitOperations.Log2(count);
            uint from = count - level;
            EnterStripe(from);
            uint slot = _arena.At<uint>(_buckets + from * sizeof(uint));
            _arena.At<uint>(_buckets + from * sizeof(uint)) = 0;
            _arena.At<uint>(_buckets + count * sizeof(uint)) = 0;
            Volatile.Write(ref _bucketCount, count + 1);
            while (slot != 0)
            {
                ref Node node = ref NodeAt(slot);
                uint next = node.Next;
                InsertHeld(node.Hash, slot);
                slot = next;
            }
            ExitStripe(from);
        }
        finally
        {
            Monitor.Exit(_bucketGrowth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnterStripe(uint hash)
    {
        bool taken = false;
        _stripes[hash & (StripeCount - 1)].Lock.Enter(ref taken);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ExitStripe(uint hash) => _stripes[hash & (StripeCount - 1)].Lock.Exit(useMemoryBarrier: true);

    /// <summary>Takes two stripes in the one order that everybody keeps.</summary>
    private void EnterStripes(uint hash, uint otherHash)
    {
        uint first = Math.Min(hash & (StripeCount - 1), otherHash & (StripeCount - 1));
        uint second = Math.Max(hash & (StripeCount - 1), otherHash & (StripeCount - 1));
        EnterStripe(first);
        if (second != first)
            EnterStripe(second);
    }

    private void ExitStripes(uint hash, uint otherHash)
    {
        ExitStripe(hash);
        if ((hash & (StripeCount - 1)) != (otherHash & (StripeCount - 1)))
            ExitStripe(otherHash);
    }

    /// <summary>Takes the stripe of a node, wherever a rename moves it meanwhile.</summary>
    /// <returns>The node's hash, for <see cref="ExitStripe"/>.</returns>
    private uint EnterNode(uint slot)
    {
        for (; ; )
        {
            uint hash = Volatile.Read(ref NodeAt(slot).Hash);
            EnterStripe(hash);
            if (NodeAt(slot).Hash == hash)
                return hash;
            ExitStripe(hash);
        }
    }

    /// <summary>After the death of a worker: buckets, child counts and free slots anew, from the records alone. No other thread is here.</summary>
    private void Rebuild()
    {
        Header.Epoch++;
        for (uint slot = Root; slot < Header.Top; slot++)
            NodeAt(slot).Children = 0;
        _arena.Bytes(_buckets, (int)FirstBuckets * sizeof(uint)).Clear();
        for (uint slot = Header.Top - 1; slot >= Root; slot--)
        {
            ref Node node = ref NodeAt(slot);
            if (!node.IsLive)
            {
                GiveSlot(slot);
                continue;
            }
            if (node.NameLength == 0)
            {
                node.Hash = HashOfSlot(slot);
                continue;
            }
            NodeAt(node.Parent).Children++;
            node.Hash = HashOf(node.Parent, NameOf(ref node));
            _ = FindHeld(node.Hash, node.Parent, NameOf(ref node), out int chain);
            InsertHeld(node.Hash, slot);
            if (chain >= LongChain)
                GrowBuckets();
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Stripe
    {
        public SpinLock Lock;
    }
}
