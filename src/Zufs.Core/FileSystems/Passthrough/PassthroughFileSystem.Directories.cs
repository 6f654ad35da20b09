using System.Buffers.Binary;
using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Listings, by the backing's own offsets.</content>
public sealed partial class PassthroughFileSystem
{
    // struct linux_dirent64: the number, where the next begins, the record's length, the type, the name with its NUL.
    private const int OffsetField = 8;
    private const int LengthField = 16;
    private const int TypeField = 18;
    private const int NameField = 19;

    // What READDIRPLUS puts before an entry: as many fewer of them fit.
    private const int PlusFactor = 4;
    private const int SmallestListing = 1024;
    private const int LargestListing = 32768;

    [ThreadStatic] private static byte[]? t_listing;

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        Span<byte> listing = t_listing ??= new byte[LargestListing];
        listing = listing[..Math.Clamp(writer.IsPlus ? writer.Free / PlusFactor : writer.Free, SmallestListing, LargestListing)];
        ref OpenBacking open = ref _arena.At<OpenBacking>((long)handle);
        // The position is the descriptor's: listings of one open directory take turns.
        lock (_nodes.ListingLockOf(handle))
        {
            long position = (long)offset;
            for (; ; )
            {
                if (open.Position != position)
                {
                    long sought = NativeFile.Seek(fd, position, 0);
                    if (sought < 0)
                        return Error(sought);
                }
                int length = NativeFile.ReadDirectory(fd, listing);
                open.Position = -1;
                if (length <= 0)
                    return Error(length);
                bool isFull = !AddAll(request, node, fd, listing[..length], ref writer, ref position);
                if (isFull)
                    return Errno.Success;
                open.Position = position;
                // One listing may have held nothing but names that are gone.
                if (writer.Length > 0)
                    return Errno.Success;
            }
        }
    }

    private bool AddAll(in Request request, ulong node, int fd, Span<byte> listing, ref DirectoryWriter writer, ref long position)
    {
        while (listing.Length >= NameField)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(listing[LengthField..]);
            ulong ino = BinaryPrimitives.ReadUInt64LittleEndian(listing);
            ulong next = BinaryPrimitives.ReadUInt64LittleEndian(listing[OffsetField..]);
            ReadOnlySpan<byte> name = listing[NameField..length];
            name = name[..name.IndexOf((byte)0)];
            if (!Add(node, fd, name, next, ino, listing[TypeField], ref writer))
                return false;
            position = (long)next;
            listing = listing[length..];
        }
        return true;
    }

    private bool Add(ulong node, int fd, ReadOnlySpan<byte> name, ulong next, ulong ino, byte type, ref DirectoryWriter writer)
    {
        if (!writer.Fits(name.Length))
            return false;
        bool isDots = name is [(byte)'.'] or [(byte)'.', (byte)'.'];
        // What lies above the directory isn't shown, nor its number.
        if (isDots && node == 1 && NativeFile.Stat(_root, NativeStatx.BasicStats, out NativeStatx root) >= 0)
            ino = root.Ino;
        if (isDots || !writer.IsPlus)
            return writer.TryAdd(name, next, ino, type);
        Entry entry = writer.NewEntry();
        Identity.BecomeServer();
        return EnterChild(fd, node, name, ref entry) == Errno.Success
            ? writer.TryAdd(name, next, entry)
            : writer.TryAdd(name, next, ino, type);
    }
}
