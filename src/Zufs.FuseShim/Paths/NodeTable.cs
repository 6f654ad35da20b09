using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// The nodes that the kernel knows, each with its parent and name, in the arena. A node lives for as long as the kernel knows it, it has
/// children, or a file of it is open.
/// </summary>
/// <remarks>
/// <para>A node is named by its slot inside the library; the id that the kernel sees has the slot in its low half and the slot's generation
/// in its high half, so that an id that is no longer good is recognised.</para>
/// <para>Threads: any. A name's stripe, one of <see cref="StripeCount"/> by its hash, guards it; CPUs meet there only when they touch the same
/// name, or two names meet by chance.</para>
/// </remarks>
internal sealed partial class NodeTable
{
    /// <summary>The root's slot, and its id.</summary>
    public const uint Root = 1;

    private const int ChunkShift = 10;
    private const int ChunkNodes = 1 << ChunkShift;
    private const int NodeSize = 128;
    private const int ChunkSize = ChunkNodes * NodeSize;
    private const uint FormatVersion = 1;

    // The id's high half without bit 63, which the kernel may use in requests that it sends again.
    private const uint GenerationMask = 0x3FFF_FFFF;

    private readonly Arena _arena;
    private readonly long _header;
    private readonly long _chunks;
    private readonly int _chunkCount;

    /// <summary>The table of an arena: a new one, or the one that the worker before left there.</summary>
    /// <param name="arena">Outlives the table.</param>
    /// <exception cref="InvalidDataException">The arena holds a table of another version.</exception>
    /// <exception cref="InsufficientMemoryException">The arena is full.</exception>
    public NodeTable(Arena arena)
    {
        _arena = arena;
        InitialiseLocks();
        ref long root = ref arena.Root(ArenaRoot.Nodes);
        bool isNew = root == 0;
        if (isNew)
            root = Format();
        _header = root;
        ref NodeTableHeader header = ref Header;
        if (header.Version != FormatVersion)
            throw new InvalidDataException("The arena's node table is of another version of Zufs. Start supervisor and worker of the same version.");
        _chunks = header.Chunks;
        _chunkCount = header.ChunkCount;
        _buckets = header.Buckets;
        _maxBuckets = (uint)header.MaxBuckets;
        _bucketCount = FirstBuckets;
        if (isNew)
            MakeRoot();
        else
            Rebuild();
    }

    /// <summary>How many workers have served the mount before this one: handles of the file system from another epoch are gone.</summary>
    public int Epoch => Header.Epoch;

    /// <summary>One more than the last slot that was ever used.</summary>
    internal uint Top => Volatile.Read(ref Header.Top);

    private ref NodeTableHeader Header => ref _arena.At<NodeTableHeader>(_header);

    /// <summary>The id of a node, as the kernel sees it.</summary>
    public ulong IdOf(uint slot) => slot | (ulong)(NodeAt(slot).Generation & GenerationMask) << 32;

    /// <summary>What tells two uses of one id apart.</summary>
    public ulong GenerationOf(uint slot) => NodeAt(slot).Generation & ~GenerationMask;

    /// <summary>The slot of an id that came from the kernel.</summary>
    /// <returns>0 when there is no such node (any more).</returns>
    public uint SlotOf(ulong id)
    {
        uint slot = (uint)id;
        if (slot == 0 || slot >= Volatile.Read(ref Header.Top))
            return 0;
        ref Node node = ref NodeAt(slot);
        return node.IsLive && (node.Generation & GenerationMask) == id >> 32 ? slot : 0;
    }

    /// <summary>The record of a slot below the top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref Node NodeAt(uint slot)
    {
        long chunk = _arena.At<long>(_chunks + (slot >> ChunkShift) * sizeof(long));
        return ref _arena.At<Node>(chunk + (slot & (ChunkNodes - 1)) * NodeSize);
    }

    /// <summary>How many nodes live, the root included. For tests and diagnostics: walks the table.</summary>
    internal int CountLive()
    {
        int count = 0;
        for (uint slot = Root; slot < Header.Top; slot++)
            count += NodeAt(slot).IsLive ? 1 : 0;
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> NameOf(ref Node node) => node.LongName != 0
        ? _arena.Bytes(node.LongName, node.NameLength)
        : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Node.InlineName, byte>(ref node.ShortName), Math.Min((int)node.NameLength, Node.InlineNameLength));

    private bool SetName(ref Node node, ReadOnlySpan<byte> name)
    {
        long block = 0;
        if (name.Length > Node.InlineNameLength)
        {
            block = _arena.Allocate(name.Length);
            if (block == 0)
                return false;
            name.CopyTo(_arena.Bytes(block, name.Length));
        }
        ClearName(ref node);
        if (block == 0)
            name.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Node.InlineName, byte>(ref node.ShortName), Node.InlineNameLength));
        node.LongName = block;
        node.NameLength = (ushort)name.Length;
        return true;
    }

    private void ClearName(ref Node node)
    {
        _arena.Free(node.LongName, Math.Max((int)node.NameLength, 1));
        node.LongName = 0;
        node.NameLength = 0;
    }

    private long Format()
    {
        // One chunk more than fits, so that the arena is full before the directory is.
        int chunks = (int)Math.Min(_arena.Size / ChunkSize + 1, 1 << 26);
        int buckets = (int)Math.Clamp(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)_arena.Size >> 9), FirstBuckets, 1 << 26);
        long header = _arena.Allocate(Unsafe.SizeOf<NodeTableHeader>());
        long directory = _arena.Allocate(chunks * sizeof(long));
        long table = _arena.Allocate(buckets * sizeof(uint));
        if (header == 0 || directory == 0 || table == 0)
            throw new InsufficientMemoryException("The arena is too small for a node table. Mount with a larger arena.");
        _arena.At<NodeTableHeader>(header) = new NodeTableHeader
        {
            Version = FormatVersion,
            Top = Root,
            Chunks = directory,
            ChunkCount = chunks,
            Buckets = table,
            MaxBuckets = buckets,
        };
        return header;
    }

    private void MakeRoot()
    {
        uint slot = TakeSlot();
        if (slot != Root)
            throw new InsufficientMemoryException("The arena is too small for a node table. Mount with a larger arena.");
        ref Node node = ref NodeAt(slot);
        node.Hash = HashOfSlot(slot);
        node.Lookups = 1;
        node.IsLive = true;
    }

    private struct NodeTableHeader
    {
        public uint Version;
        public uint Top;

        // How many workers have served the mount before this one.
        public int Epoch;

        public long Chunks;
        public int ChunkCount;
        public int MaxBuckets;
        public long Buckets;
    }
}
