using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.FuseShim.Paths;

/// <summary>The open files and directories of a mount. A handle is the offset of its record in the arena.</summary>
internal sealed class OpenFiles
{
    private readonly Arena _arena;
    private readonly NodeTable _nodes;

    public OpenFiles(Arena arena, NodeTable nodes)
    {
        _arena = arena;
        _nodes = nodes;
    }

    /// <summary>Remembers an open file.</summary>
    /// <returns>Its handle; 0 when the arena is full.</returns>
    public long Add(uint slot, ulong fileSystemHandle, uint flags, bool isDirectory)
    {
        long handle = _arena.Allocate(Unsafe.SizeOf<OpenRecord>());
        if (handle == 0)
            return 0;
        ref OpenRecord record = ref _arena.At<OpenRecord>(handle);
        record.Node = _nodes.IdOf(slot);
        record.Handle = fileSystemHandle;
        record.Flags = flags;
        record.Epoch = _nodes.Epoch;
        record.IsDirectory = isDirectory;
        record.Magic = OpenRecord.MagicNumber;
        _nodes.LinkOpen(slot, handle);
        return handle;
    }

    /// <summary>Whether a handle is one of ours and belongs to this node.</summary>
    public bool IsValid(ulong handle, ulong node)
    {
        if (handle % 32 != 0 || handle > (ulong)(_arena.Size - Unsafe.SizeOf<OpenRecord>()) || handle < (ulong)NodeTable.PathMax)
            return false;
        ref OpenRecord record = ref At((long)handle);
        return record.Magic == OpenRecord.MagicNumber && record.Node == node;
    }

    /// <summary>The record of a handle that is valid.</summary>
    public ref OpenRecord At(long handle) => ref _arena.At<OpenRecord>(handle);

    /// <summary>Forgets an open file and its listing.</summary>
    /// <returns>Whether a hidden name is to be unlinked; then the node is kept, until <see cref="NodeTable.Forget"/> takes one lookup away.</returns>
    public bool Remove(uint slot, long handle)
    {
        ref OpenRecord record = ref At(handle);
        DropListing(ref record);
        record.Magic = 0;
        bool isLastOfHidden = _nodes.UnlinkOpen(slot, handle);
        _arena.Free(handle, Unsafe.SizeOf<OpenRecord>());
        return isLastOfHidden;
    }

    /// <summary>The listing's bytes.</summary>
    public ReadOnlySpan<byte> ListingOf(ref OpenRecord record) => record.Listing == 0 ? default : _arena.Bytes(record.Listing, record.ListingLength);

    /// <summary>Keeps a listing in place of the one before.</summary>
    /// <returns>False when the arena is full.</returns>
    public bool KeepListing(ref OpenRecord record, ReadOnlySpan<byte> records, int count)
    {
        DropListing(ref record);
        if (records.IsEmpty)
            return true;
        long block = _arena.Allocate(records.Length);
        if (block == 0)
            return false;
        records.CopyTo(_arena.Bytes(block, records.Length));
        record.ListingLength = records.Length;
        record.ListingCount = count;
        record.Listing = block;
        return true;
    }

    /// <summary>Drops the listing, if any.</summary>
    public void DropListing(ref OpenRecord record)
    {
        _arena.Free(record.Listing, Math.Max(record.ListingLength, 1));
        record.Listing = 0;
        record.ListingLength = 0;
        record.ListingCount = 0;
        record.CursorEntry = 0;
        record.CursorPosition = 0;
    }

    /// <summary>
    /// For a successor: nobody works on any of them any more, and what the kernel was never told of, or has closed, goes.
    /// </summary>
    /// <param name="open">The handles that are open; null: nobody knows.</param>
    public void Recover(HashSet<ulong>? open)
    {
        for (uint slot = NodeTable.Root; slot < _nodes.Top; slot++)
        {
            if (!_nodes.NodeAt(slot).IsLive)
                continue;
            for (long handle = _nodes.FirstOpenOf(slot), next; handle != 0; handle = next)
            {
                ref OpenRecord record = ref At(handle);
                next = record.Next;
                record.Busy = 0;
                if (open is not null && !open.Contains((ulong)handle) && Remove(slot, handle))
                    _nodes.Forget(slot, 1);
            }
        }
    }

    /// <summary>Waits for whoever lists or reopens: seldom anybody, since the kernel lets one reader at a time list an open directory.</summary>
    public static void Lock(ref OpenRecord record)
    {
        var wait = new SpinWait();
        while (Interlocked.CompareExchange(ref record.Busy, 1, 0) != 0)
            wait.SpinOnce();
    }

    public static void Unlock(ref OpenRecord record) => Volatile.Write(ref record.Busy, 0);
}
