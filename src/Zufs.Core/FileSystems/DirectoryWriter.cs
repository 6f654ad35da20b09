using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Protocol;

namespace Zufs.FileSystems;

/// <summary>
/// Where READDIR and READDIRPLUS put their entries, each encoded straight into the reply (<c>struct fuse_dirent</c>,
/// <c>struct fuse_direntplus</c>). Valid during the operation only.
/// </summary>
public ref struct DirectoryWriter
{
    private readonly Span<byte> _room;
    private readonly CacheTimeout _entryTimeout;
    private readonly CacheTimeout _attrTimeout;

    /// <summary>A writer over the reply's room; made by the session.</summary>
    /// <param name="room">As many bytes as the request asked for.</param>
    /// <param name="isPlus">READDIRPLUS: entries carry attributes and count as lookups.</param>
    /// <param name="entryTimeout">The mount's default.</param>
    /// <param name="attrTimeout">The mount's default.</param>
    public DirectoryWriter(Span<byte> room, bool isPlus, CacheTimeout entryTimeout, CacheTimeout attrTimeout)
    {
        _room = room;
        IsPlus = isPlus;
        _entryTimeout = entryTimeout;
        _attrTimeout = attrTimeout;
    }

    /// <summary>Whether the request is READDIRPLUS.</summary>
    public bool IsPlus { get; }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that are still free.</summary>
    public readonly int Free => _room.Length - Length;

    /// <summary>An entry with the mount's default timeouts, for <see cref="TryAdd(ReadOnlySpan{byte}, ulong, in Entry)"/>.</summary>
    public readonly Entry NewEntry() => new() { EntryTimeout = _entryTimeout, AttrTimeout = _attrTimeout };

    /// <summary>Whether an entry with a name of this length still fits: asked before a lookup is counted for it.</summary>
    /// <param name="nameLength">Bytes.</param>
    public readonly bool Fits(int nameLength) => Length + RecordSize(nameLength) <= _room.Length;

    /// <summary>
    /// Adds an entry without attributes. In a READDIRPLUS it carries node id 0: the kernel looks the name up when it needs it.
    /// </summary>
    /// <param name="name">1 to 255 bytes without <c>/</c> and NUL.</param>
    /// <param name="nextOffset">Where a later READDIR goes on after this entry; never 0.</param>
    /// <param name="ino">The inode number; not 0, which programs take for a deleted entry.</param>
    /// <param name="type">The <c>d_type</c>: <see cref="FileMode.DirectoryType"/>; 0 when unknown.</param>
    /// <returns>False when it doesn't fit: end the operation with success.</returns>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, ulong nextOffset, ulong ino, uint type)
    {
        if (!Fits(name.Length))
            return false;
        if (IsPlus)
        {
            Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(_room[Length..]), default(FuseEntryOut));
            Length += Unsafe.SizeOf<FuseEntryOut>();
        }
        AddDirent(name, nextOffset, ino, type);
        return true;
    }

    /// <summary>
    /// Adds an entry with its attributes, as READDIRPLUS wants it. It counts as a lookup of its node, but for <c>.</c> and <c>..</c>, which
    /// are to be added without attributes. In a plain READDIR only number and type are used, and nothing is counted.
    /// </summary>
    /// <param name="name">1 to 255 bytes without <c>/</c> and NUL.</param>
    /// <param name="nextOffset">Where a later READDIR goes on after this entry; never 0.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>False when it doesn't fit: nothing was counted; end the operation with success.</returns>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, ulong nextOffset, in Entry entry)
    {
        if (!Fits(name.Length))
            return false;
        if (IsPlus)
        {
            AttributesEncoding.Encode(entry, out FuseEntryOut wire);
            Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(_room[Length..]), wire);
            Length += Unsafe.SizeOf<FuseEntryOut>();
        }
        ulong ino = entry.Attributes.Ino != 0 ? entry.Attributes.Ino : entry.Node;
        AddDirent(name, nextOffset, ino, FileMode.DirectoryType(entry.Attributes.Mode));
        return true;
    }

    private readonly int RecordSize(int nameLength) =>
        (IsPlus ? Unsafe.SizeOf<FuseEntryOut>() : 0) + ((Unsafe.SizeOf<FuseDirent>() + nameLength + 7) & ~7);

    private void AddDirent(scoped ReadOnlySpan<byte> name, ulong nextOffset, ulong ino, uint type)
    {
        Span<byte> room = _room[Length..];
        var dirent = new FuseDirent { Ino = ino, Off = nextOffset, NameLength = (uint)name.Length, Type = type };
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(room), dirent);
        int end = Unsafe.SizeOf<FuseDirent>() + name.Length;
        int padded = (end + 7) & ~7;
        name.CopyTo(room[Unsafe.SizeOf<FuseDirent>()..]);
        room[end..padded].Clear();
        Length += padded;
    }
}
