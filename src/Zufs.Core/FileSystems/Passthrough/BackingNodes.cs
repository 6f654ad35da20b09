using System.Numerics;
using Zufs.Arenas;

namespace Zufs.FileSystems.Passthrough;

/// <summary>
/// The nodes that the kernel knows, in the arena: by id, and by what they are in the backing. A node id is a slot and a generation. Chunks of
/// records whose nodes are all forgotten go back to the arena.
/// </summary>
internal sealed partial class BackingNodes
{
    /// <summary>The root's slot.</summary>
    public const uint RootSlot = 1;

    private const ulong RootId = 1;
    private const int BucketCount = 1 << 20;
    private const int ChunkShift = 8;
    private const int ChunkSlots = 1 << ChunkShift;
    private const int ChunkSize = ChunkSlots * BackingNode.RecordSize;
    private const int MaxChunks = 1 << 16;
    private const int WordsPerChunk = ChunkSlots / 64;
    private const int FirstWords = 64 * WordsPerChunk;
    private const int Stripes = 256;
    private const int BucketsPerStripe = BucketCount / Stripes;
    private const int PageSize = 4096;
    private const int ChunksPerPage = PageSize / sizeof(long);

    // Bit 63 of a node id is the kernel's.
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly Arena _arena;
    private readonly long _header;
    // Of three kinds, taken in this order: one open directory's listing, a slot's open files, an identity's chain.
    private readonly object[] _listings = NewLocks();
    private readonly object[] _slots = NewLocks();
    private readonly object[] _stripes = NewLocks();
    private readonly object _allocating = new();

    // Guarded by the stripe: its nodes, and the most there were since its buckets were last given back.
    private readonly int[] _inStripe = new int[Stripes];
    private readonly int[] _mostInStripe = new int[Stripes];

    // Guarded by _allocating: a bit for each slot in use, and where to look first.
    private ulong[] _used = new ulong[FirstWords];
    private int _chunkCount;
    private int _firstFree;

    /// <summary>Opens the table of an arena, or makes it.</summary>
    /// <exception cref="InsufficientMemoryException">The arena is full.</exception>
    /// <exception cref="InvalidDataException">The table is of another version.</exception>
    public BackingNodes(Arena arena)
    {
        _arena = arena;
        ref long root = ref arena.Root(ArenaRoot.Nodes);
        if (root == 0)
        {
            root = Format();
            _header = root;
            _ = Take(out uint slot) && slot == RootSlot ? true : throw new InsufficientMemoryException("The arena is full: there is no room for a table of nodes.");
            Get(RootSlot).Generation = 1;
            Get(RootSlot).Lookups = 1;
        }
        else
        {
            _header = root;
            if (Header.Version != PassthroughHeader.CurrentVersion)
                throw new InvalidDataException("The nodes in this arena are of another version of Zufs. Unmount it and mount it anew.");
            FindUsed();
        }
        Header.Epoch++;
    }

    /// <summary>This worker's number.</summary>
    public uint Epoch => Header.Epoch;

    private ref PassthroughHeader Header => ref _arena.At<PassthroughHeader>(_header);

    /// <summary>The lock of a slot's open files.</summary>
    public object LockOf(uint slot) => _slots[slot % Stripes];

    /// <summary>The lock of an open directory's position.</summary>
    public object ListingLockOf(ulong handle) => _listings[handle / 64 % Stripes];

    /// <summary>The node id of a slot.</summary>
    public static ulong IdOf(uint slot, in BackingNode node) => slot == RootSlot ? RootId : (ulong)node.Generation << 32 | slot;

    /// <summary>Finds the slot of a node id; false when no such node is known.</summary>
    public bool TryResolve(ulong id, out uint slot)
    {
        slot = (uint)id;
        if (id == RootId)
            return true;
        uint generation = (uint)(id >> 32);
        uint chunk = slot >> ChunkShift;
        if (generation == 0 || chunk >= MaxChunks)
            return false;
        long start = Volatile.Read(ref Chunk(chunk));
        return start != 0 && Volatile.Read(ref _arena.At<BackingNode>(start + (slot & (ChunkSlots - 1)) * BackingNode.RecordSize).Generation) == generation;
    }

    /// <summary>The record of a slot that <see cref="TryResolve"/> found.</summary>
    public ref BackingNode Get(uint slot) =>
        ref _arena.At<BackingNode>(Chunk(slot >> ChunkShift) + (slot & (ChunkSlots - 1)) * BackingNode.RecordSize);

    /// <summary>Finds a file's node and counts a lookup; 0 when it has none.</summary>
    /// <param name="identity">The file.</param>
    /// <param name="handle">Its handle, when identity alone doesn't tell; else empty.</param>
    public uint Find(in FileIdentity identity, ReadOnlySpan<byte> handle)
    {
        uint hash = Hash(identity);
        lock (_stripes[StripeOf(hash)])
        {
            uint slot = FindLocked(hash, identity, handle);
            if (slot != 0)
                Get(slot).Lookups++;
            return slot;
        }
    }

    /// <summary>Finds a file's node or makes it, and counts a lookup; 0: the arena is full.</summary>
    /// <param name="identity">The file.</param>
    /// <param name="type">The type's bits of its mode.</param>
    /// <param name="handle">Its handle; empty: none.</param>
    /// <param name="fd">A descriptor that a new node keeps; -1: none.</param>
    /// <param name="isNew">Whether it was made.</param>
    public uint Add(in FileIdentity identity, uint type, ReadOnlySpan<byte> handle, int fd, out bool isNew)
    {
        isNew = false;
        uint hash = Hash(identity);
        lock (_stripes[StripeOf(hash)])
        {
            uint slot = FindLocked(hash, identity, handle);
            if (slot != 0)
            {
                Get(slot).Lookups++;
                return slot;
            }
            if (!Take(out slot))
                return 0;
            ref BackingNode node = ref Get(slot);
            node.Device = identity.Device;
            node.Ino = identity.Ino;
            node.Birth = identity.Birth;
            node.Type = type;
            node.Lookups = 1;
            node.HandleLength = handle.Length;
            handle.CopyTo(node.Handle);
            node.Fd = fd;
            node.Epoch = fd >= 0 ? Epoch : 0;
            ref uint head = ref Bucket(hash);
            node.Next = head;
            Volatile.Write(ref node.Generation, NextGeneration());
            Volatile.Write(ref head, slot);
            CountInStripe(hash);
            isNew = true;
            return slot;
        }
    }

    /// <summary>Takes lookups back. A node without any is freed.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="lookups">How many.</param>
    /// <returns>The descriptor that was kept for a node that is gone; -1: none.</returns>
    public int Forget(uint slot, ulong lookups)
    {
        if (slot == RootSlot)
            return -1;
        ref BackingNode node = ref Get(slot);
        uint hash = Hash(node.Identity);
        lock (_stripes[StripeOf(hash)])
        {
            node.Lookups -= (long)Math.Min(lookups, (ulong)Math.Max(node.Lookups, 0));
            if (node.Lookups > 0)
                return -1;
            Unlink(hash, slot);
            CountOutOfStripe(hash);
            int fd = node.Epoch == Epoch ? node.Fd : -1;
            _arena.Free(node.Name, Math.Max(node.NameLength, 1));
            node = default;
            Give(slot);
            return fd;
        }
    }

    /// <summary>Finds a file's node without counting; 0 when it has none.</summary>
    public uint Peek(in FileIdentity identity)
    {
        uint hash = Hash(identity);
        lock (_stripes[StripeOf(hash)])
            return FindLocked(hash, identity, default);
    }

    /// <summary>Notes where a node was seen last.</summary>
    public void NoteName(uint slot, ulong parent, ReadOnlySpan<byte> name)
    {
        ref BackingNode node = ref Get(slot);
        lock (_stripes[StripeOf(Hash(node.Identity))])
        {
            if (node.Parent == parent && node.NameLength == name.Length && name.SequenceEqual(_arena.Bytes(node.Name, node.NameLength)))
                return;
            long copy = _arena.Allocate(name.Length);
            if (copy == 0)
                return;
            name.CopyTo(_arena.Bytes(copy, name.Length));
            _arena.Free(node.Name, Math.Max(node.NameLength, 1));
            node.Name = copy;
            node.NameLength = name.Length;
            node.Parent = parent;
        }
    }

    /// <summary>Where a node was seen last; its name with a NUL behind it. False when that isn't known.</summary>
    public bool TryName(uint slot, out ulong parent, Span<byte> name, out int length)
    {
        ref BackingNode node = ref Get(slot);
        lock (_stripes[StripeOf(Hash(node.Identity))])
        {
            parent = node.Parent;
            length = node.NameLength;
            if (length == 0 || length >= name.Length)
                return false;
            _arena.Bytes(node.Name, length).CopyTo(name);
            name[length] = 0;
            return true;
        }
    }

    private static object[] NewLocks()
    {
        var locks = new object[Stripes];
        for (int i = 0; i < Stripes; i++)
            locks[i] = new object();
        return locks;
    }

    private static uint Hash(in FileIdentity identity)
    {
        ulong mixed = (identity.Ino ^ BitOperations.RotateLeft(identity.Device, 32)) * 0x9E37_79B9_7F4A_7C15;
        return (uint)(mixed >> 44);
    }

    // Neighbouring buckets, so that whole pages are one stripe's.
    private static uint StripeOf(uint hash) => hash / BucketsPerStripe;

    private void CountInStripe(uint hash)
    {
        uint stripe = StripeOf(hash);
        _mostInStripe[stripe] = Math.Max(_mostInStripe[stripe], ++_inStripe[stripe]);
    }

    private void CountOutOfStripe(uint hash)
    {
        uint stripe = StripeOf(hash);
        if (--_inStripe[stripe] > 0 || _mostInStripe[stripe] < BucketsPerStripe / 8)
            return;
        // After many nodes, not after each last one.
        _mostInStripe[stripe] = 0;
        _arena.Discard(Header.Buckets + stripe * BucketsPerStripe * (long)sizeof(uint), BucketsPerStripe * sizeof(uint));
    }

    private ref uint Bucket(uint hash) => ref _arena.At<uint>(Header.Buckets + hash * sizeof(uint));

    private ref long Chunk(uint chunk) => ref _arena.At<long>(Header.Chunks + chunk * sizeof(long));

    private uint FindLocked(uint hash, in FileIdentity identity, ReadOnlySpan<byte> handle)
    {
        for (uint slot = Bucket(hash); slot != 0; slot = Get(slot).Next)
        {
            ref BackingNode node = ref Get(slot);
            if (node.Identity == identity && (handle.IsEmpty || handle.SequenceEqual(((ReadOnlySpan<byte>)node.Handle)[..node.HandleLength])))
                return slot;
        }
        return 0;
    }

    private void Unlink(uint hash, uint slot)
    {
        ref uint link = ref Bucket(hash);
        while (link != 0 && link != slot)
            link = ref Get(link).Next;
        if (link == slot)
            link = Get(slot).Next;
    }

    private uint NextGeneration()
    {
        uint generation;
        do
            generation = Interlocked.Increment(ref Header.Generation) & GenerationMask;
        while (generation == 0);
        return generation;
    }

    private long Format()
    {
        long header = _arena.Allocate(System.Runtime.CompilerServices.Unsafe.SizeOf<PassthroughHeader>());
        long buckets = _arena.Allocate(BucketCount * sizeof(uint));
        long chunks = _arena.Allocate(MaxChunks * sizeof(long));
        if (header == 0 || buckets == 0 || chunks == 0)
            throw new InsufficientMemoryException("The arena is too small for a table of nodes: it needs 16 MiB at least.");
        _arena.At<PassthroughHeader>(header) = new PassthroughHeader { Version = PassthroughHeader.CurrentVersion, Generation = 1, Buckets = buckets, Chunks = chunks };
        return header;
    }

    // For a successor: what is in use is what has a generation.
    private void FindUsed()
    {
        for (int chunk = 0; chunk < MaxChunks; chunk++)
        {
            long start = Chunk((uint)chunk);
            if (start == 0)
                continue;
            for (int c = _chunkCount; c <= chunk; c++)
                Grow(c);
            for (int i = 0; i < ChunkSlots; i++)
            {
                ref BackingNode node = ref _arena.At<BackingNode>(start + i * BackingNode.RecordSize);
                if (node.Generation == 0)
                    continue;
                _used[chunk * WordsPerChunk + i / 64] |= 1UL << (i % 64);
                if (chunk != 0 || i != RootSlot)
                    CountInStripe(Hash(node.Identity));
            }
        }
    }
}
