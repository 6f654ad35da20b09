using System.Numerics;
using Zufs.Arenas;

namespace Zufs.FileSystems.Passthrough;

/// <summary>
/// The nodes that the kernel knows, in the arena: by id, and by what they are in the backing. A node id is a slot and a generation. Chunks of
/// records whose nodes are all forgotten go back to the arena.
/// </summary>
internal sealed class BackingNodes
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
    private const int Stripes = 256;

    // Bit 63 of a node id is the kernel's.
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly Arena _arena;
    private readonly long _header;
    // Of three kinds, taken in this order: one open directory's listing, a slot's open files, an identity's chain.
    private readonly object[] _listings = NewLocks();
    private readonly object[] _slots = NewLocks();
    private readonly object[] _stripes = NewLocks();
    private readonly object _allocating = new();

    // Guarded by _allocating: a bit for each slot in use, and where to look first.
    private ulong[] _used = new ulong[64 * WordsPerChunk];
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
        lock (_stripes[hash % Stripes])
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
        lock (_stripes[hash % Stripes])
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
        lock (_stripes[hash % Stripes])
        {
            node.Lookups -= (long)Math.Min(lookups, (ulong)Math.Max(node.Lookups, 0));
            if (node.Lookups > 0)
                return -1;
            Unlink(hash, slot);
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
        lock (_stripes[hash % Stripes])
            return FindLocked(hash, identity, default);
    }

    /// <summary>Notes where a node was seen last.</summary>
    public void NoteName(uint slot, ulong parent, ReadOnlySpan<byte> name)
    {
        ref BackingNode node = ref Get(slot);
        lock (_stripes[Hash(node.Identity) % Stripes])
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
        lock (_stripes[Hash(node.Identity) % Stripes])
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

    private bool Take(out uint slot)
    {
        lock (_allocating)
        {
            for (int word = _firstFree; ; word++)
            {
                int chunk = word / WordsPerChunk;
                if (chunk >= _chunkCount && !Grow(chunk))
                {
                    slot = 0;
                    return false;
                }
                if (_used[word] == ulong.MaxValue)
                    continue;
                _firstFree = word;
                if (Chunk((uint)chunk) == 0 && !Fill(chunk))
                {
                    slot = 0;
                    return false;
                }
                int bit = BitOperations.TrailingZeroCount(~_used[word]);
                _used[word] |= 1UL << bit;
                slot = (uint)(word * 64 + bit);
                return true;
            }
        }
    }

    private void Give(uint slot)
    {
        lock (_allocating)
        {
            int word = (int)(slot / 64), chunk = (int)(slot >> ChunkShift);
            _used[word] &= ~(1UL << (int)(slot % 64));
            _firstFree = Math.Min(_firstFree, word);
            if (chunk == 0 || _used.AsSpan(chunk * WordsPerChunk, WordsPerChunk).ContainsAnyExcept(0UL))
                return;
            _arena.Free(Chunk((uint)chunk), ChunkSize);
            Volatile.Write(ref Chunk((uint)chunk), 0);
        }
    }

    private bool Grow(int chunk)
    {
        if (chunk >= MaxChunks)
            return false;
        _chunkCount = chunk + 1;
        if (_used.Length < _chunkCount * WordsPerChunk)
            Array.Resize(ref _used, _used.Length * 2);
        // Slot 0 means "none".
        if (chunk == 0)
            _used[0] |= 1;
        return true;
    }

    private bool Fill(int chunk)
    {
        long block = _arena.Allocate(ChunkSize);
        if (block == 0)
            return false;
        Volatile.Write(ref Chunk((uint)chunk), block);
        return true;
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
                if (_arena.At<BackingNode>(start + i * BackingNode.RecordSize).Generation != 0)
                    _used[chunk * WordsPerChunk + i / 64] |= 1UL << (i % 64);
            }
        }
    }
}
