using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// One entry of a listing as it is kept: this head, the name padded to 8 bytes, then the attributes when the file system gave them all.
/// </summary>
internal struct DirectoryRecord
{
    /// <summary>The longest listing in bytes: what one block of an arena can hold.</summary>
    public const int MaxListing = 1 << 30;

    // struct fuse_dirent and struct fuse_entry_out (linux/fuse.h): what an entry takes in a reply beside its name.
    private const int DirentSize = 24;
    private const int EntryOutSize = 128;

    public ulong NextOffset;
    public ulong Ino;
    public uint Mode;
    public ushort NameLength;
    public bool HasAttributes;

    /// <summary>Bytes of a record with a name of this length.</summary>
    public static int SizeFor(int nameLength, bool hasAttributes) =>
        Unsafe.SizeOf<DirectoryRecord>() + Padded(nameLength) + (hasAttributes ? Unsafe.SizeOf<Attributes>() : 0);

    /// <summary>Bytes that the entry takes in a reply.</summary>
    public static int ReplySizeFor(int nameLength, bool isPlus) => (isPlus ? EntryOutSize : 0) + Padded(DirentSize + nameLength);

    /// <summary>Writes a record; <paramref name="room"/> is as long as <see cref="SizeFor"/> says.</summary>
    public static void Write(Span<byte> room, ReadOnlySpan<byte> name, ulong nextOffset, in Attributes attributes, bool hasAttributes)
    {
        var head = new DirectoryRecord
        {
            NextOffset = nextOffset,
            Ino = attributes.Ino,
            Mode = attributes.Mode,
            NameLength = (ushort)name.Length,
            HasAttributes = hasAttributes,
        };
        MemoryMarshal.Write(room, in head);
        int afterHead = Unsafe.SizeOf<DirectoryRecord>();
        int afterName = afterHead + Padded(name.Length);
        name.CopyTo(room[afterHead..]);
        room[(afterHead + name.Length)..afterName].Clear();
        if (hasAttributes)
            MemoryMarshal.Write(room[afterName..], in attributes);
    }

    /// <summary>Bytes of the record at the beginning of <paramref name="records"/>.</summary>
    public static int SizeOf(ReadOnlySpan<byte> records)
    {
        var head = MemoryMarshal.Read<DirectoryRecord>(records);
        return SizeFor(head.NameLength, head.HasAttributes);
    }

    /// <summary>Reads the record at the beginning of <paramref name="records"/>.</summary>
    /// <returns>The record's size; what lies beyond it is the next record.</returns>
    public static int Read(ReadOnlySpan<byte> records, out DirectoryRecord head, out ReadOnlySpan<byte> name, ref Attributes attributes)
    {
        head = MemoryMarshal.Read<DirectoryRecord>(records);
        int afterHead = Unsafe.SizeOf<DirectoryRecord>();
        name = records.Slice(afterHead, head.NameLength);
        if (head.HasAttributes)
            attributes = MemoryMarshal.Read<Attributes>(records[(afterHead + Padded(head.NameLength))..]);
        return SizeFor(head.NameLength, head.HasAttributes);
    }

    private static int Padded(int length) => (length + 7) & ~7;
}
