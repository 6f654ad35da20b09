using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.Sessions;

/// <summary>
/// The open files and directories of a mount, in the arena. <c>fh</c> as the kernel sees it is a slot and its generation; the file system's
/// own handle stands in the slot, so that a successor can open again without the kernel noticing.
/// </summary>
/// <remarks>
/// Slots come in chunks of <see cref="ChunkSlots"/>. A chunk belongs to a shard (that of the CPU that asked for it), and its slots go back there, so that
/// a thread that opens on one CPU and closes on another doesn't drain one shard and flood another. Looking up takes no lock.
/// </remarks>
internal sealed partial class HandleTable
{
    /// <summary>Slots in a chunk: 32 KiB.</summary>
    public const int ChunkSlots = 1024;

    /// <summary>The most chunks: 16 million open files.</summary>
    public const int MaxChunks = 16384;

    private readonly Arena _arena;
    private readonly long _header;

    /// <summary>Opens the table of an arena, or makes it.</summary>
    /// <exception cref="SessionException">The arena is full.</exception>
    public HandleTable(Arena arena)
    {
        _arena = arena;
        for (int shard = 0; shard < Shards; shard++)
            _locks[shard].Lock = new SpinLock(enableThreadOwnerTracking: false);
        ref long root = ref arena.Root(ArenaRoot.Handles);
        if (root == 0)
        {
            long header = arena.Allocate(Unsafe.SizeOf<Directory>());
            if (header == 0)
                throw new SessionException("The arena is full: there is no room for the table of open files.");
            root = header;
        }
        _header = root;
    }

    /// <summary>How many are open now.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int shard = 0; shard < Shards; shard++)
                count += Volatile.Read(ref Header.Lists[shard].Open);
            return count;
        }
    }

    /// <summary>Slots there is memory for, open or not.</summary>
    public long Capacity => (long)Volatile.Read(ref Header.ChunkCount) * ChunkSlots;

    /// <summary>Everything that is open: its node and the file system's own handle. For a successor, before its threads run.</summary>
    public List<KeyValuePair<ulong, ulong>> List()
    {
        var open = new List<KeyValuePair<ulong, ulong>>();
        for (long slot = 0; slot < Capacity; slot++)
        {
            if (!TryLocate((uint)slot, out long offset))
                continue;
            ref OpenHandle handle = ref _arena.At<OpenHandle>(offset);
            if ((handle.Generation & 1) != 0)
                open.Add(new(handle.Node, handle.Own));
        }
        return open;
    }

    private ref Directory Header => ref _arena.At<Directory>(_header);

    /// <summary>Finds what the kernel means by an <c>fh</c>.</summary>
    /// <param name="fh">As it came.</param>
    /// <param name="node">The node of the request, which must be the one that was opened.</param>
    /// <param name="handle">A copy of the slot.</param>
    /// <returns>False when it isn't open, or is another node's: EBADF.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong fh, ulong node, out OpenHandle handle)
    {
        uint slot = (uint)fh - 1;
        uint generation = (uint)(fh >> 32);
        if ((generation & 1) != 0 && TryLocate(slot, out long offset))
        {
            ref OpenHandle found = ref _arena.At<OpenHandle>(offset);
            if (Volatile.Read(ref found.Generation) == generation)
            {
                handle = found;
                // A slot that was released meanwhile may have been read half old, half new.
                return Volatile.Read(ref found.Generation) == generation && handle.Node == node;
            }
        }
        handle = default;
        return false;
    }

    private bool TryLocate(uint slot, out long offset)
    {
        uint chunk = slot / ChunkSlots;
        offset = 0;
        if (chunk >= MaxChunks)
            return false;
        long start = Volatile.Read(ref Header.Chunks[(int)chunk]);
        if (start == 0)
            return false;
        offset = start + (long)(slot % ChunkSlots) * Unsafe.SizeOf<OpenHandle>();
        return true;
    }
}
