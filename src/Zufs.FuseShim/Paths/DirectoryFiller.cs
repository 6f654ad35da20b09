using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// Takes the entries of a <see cref="IPathFileSystem.ReadDir"/> (libfuse's <c>fuse_fill_dir_t</c>). One a thread, used again; valid during the
/// call only.
/// </summary>
public sealed class DirectoryFiller
{
    /// <summary>The longest name that is taken, in bytes: what the kernel takes (FUSE_NAME_MAX in fs/fuse/fuse_i.h).</summary>
    public const int MaxName = 1024;

    private const int FirstCapacity = 4096;

    // What one huge directory needed is not kept for the thread's life.
    private const int KeptCapacity = 1 << 20;

    private byte[] _records = new byte[FirstCapacity];
    private int _room;
    private int _taken;
    private bool _isPlus;

    internal DirectoryFiller()
    {
    }

    /// <summary>Records gathered so far, in bytes.</summary>
    internal int Length { get; private set; }

    /// <summary>How many they are.</summary>
    internal int Count { get; private set; }

    /// <summary>The records, one behind the other.</summary>
    internal ReadOnlySpan<byte> Records => _records.AsSpan(0, Length);

    /// <summary>Whether entries came with offsets. Null: none came.</summary>
    internal bool? IsByOffset { get; private set; }

    /// <summary>What was wrong with an entry; the operation fails with it.</summary>
    internal Errno Error { get; private set; }

    /// <summary>Adds an entry of which only the name is known (one-shot).</summary>
    /// <param name="name">1 to 1024 bytes without <c>/</c> and NUL. Otherwise the listing fails with EIO (ENAMETOOLONG when too long).</param>
    /// <returns>False when the entry wasn't taken: stop.</returns>
    public bool Add(ReadOnlySpan<byte> name) => Add(name, 0, 0, 0);

    /// <summary>Adds an entry without attributes.</summary>
    /// <param name="name">As in <see cref="Add(ReadOnlySpan{byte})"/>.</param>
    /// <param name="nextOffset">Where a later call goes on after this entry; 0: the listing is one-shot. Not to be mixed.</param>
    /// <param name="ino">The inode number, shown when the file system uses its own; 0 when unknown.</param>
    /// <param name="mode">An <c>st_mode</c> whose type is shown as <c>d_type</c>; 0 when unknown.</param>
    /// <returns>False when the entry wasn't taken, since the room is full or the entry is wrong: stop.</returns>
    public bool Add(ReadOnlySpan<byte> name, ulong nextOffset, ulong ino, uint mode)
    {
        var attributes = new Attributes { Ino = ino, Mode = mode };
        return Append(name, nextOffset, attributes, isFull: false);
    }

    /// <summary>Adds an entry with all of its attributes (FUSE_FILL_DIR_PLUS).</summary>
    /// <param name="name">As in <see cref="Add(ReadOnlySpan{byte})"/>.</param>
    /// <param name="nextOffset">Where a later call goes on after this entry; 0: the listing is one-shot. Not to be mixed.</param>
    /// <param name="attributes">As <see cref="IPathFileSystem.GetAttr"/> would give them.</param>
    /// <returns>False when the entry wasn't taken, since the room is full or the entry is wrong: stop.</returns>
    public bool Add(ReadOnlySpan<byte> name, ulong nextOffset, in Attributes attributes) => Append(name, nextOffset, attributes, isFull: true);

    /// <summary>Begins a listing.</summary>
    /// <param name="room">How many bytes of a reply a listing by offset may take.</param>
    /// <param name="isPlus">Whether the reply is a READDIRPLUS's.</param>
    internal void Begin(int room, bool isPlus)
    {
        if (_records.Length > KeptCapacity)
            _records = new byte[FirstCapacity];
        _room = room;
        _taken = 0;
        _isPlus = isPlus;
        Length = 0;
        Count = 0;
        IsByOffset = null;
        Error = Errno.Success;
    }

    private bool Append(ReadOnlySpan<byte> name, ulong nextOffset, in Attributes attributes, bool isFull)
    {
        if (Error != Errno.Success)
            return false;
        bool byOffset = nextOffset != 0;
        if (name.Length > MaxName)
            Error = Errno.ENAMETOOLONG;
        else if (name.IsEmpty || name.IndexOfAny((byte)'/', (byte)0) >= 0 || IsByOffset is bool before && before != byOffset)
            Error = Errno.EIO;
        if (Error != Errno.Success)
            return false;
        int size = DirectoryRecord.SizeFor(name.Length, isFull);
        if (byOffset)
        {
            IsByOffset = true;
            int taken = _taken + DirectoryRecord.ReplySizeFor(name.Length, _isPlus);
            if (taken > _room)
                return false;
            _taken = taken;
        }
        if (Length > DirectoryRecord.MaxListing - size)
        {
            Error = Errno.EOVERFLOW;
            return false;
        }
        IsByOffset = byOffset;
        if (Length + size > _records.Length)
            Array.Resize(ref _records, (int)Math.Min(Math.Max(_records.Length * 2L, Length + size), DirectoryRecord.MaxListing));
        DirectoryRecord.Write(_records.AsSpan(Length, size), name, nextOffset, attributes, isFull);
        Length += size;
        Count++;
        return true;
    }
}
