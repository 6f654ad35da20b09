using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.FuseShim.Paths;

/// <content>Directories: listed by offset, or once for each time they are read from the beginning.</content>
public sealed partial class PathFileSystem
{
    // What libfuse shows where it knows no inode number (FUSE_UNKNOWN_INO).
    private const ulong UnknownIno = 0xFFFF_FFFF;

    /// <inheritdoc/>
    public override Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.None, takesFile: false);
        if (use.Error != Errno.Success)
            return use.Error;
        var open = new PathFile { IsOpen = true, Flags = flags };
        if (_traits.Implements(PathOperations.OpenDir))
        {
            Errno error = Checked(_target.OpenDir(request, use.Path, ref open));
            if (error != Errno.Success)
                return error;
        }
        long handle = Files.Add(use.Slot, open.Handle, flags, isDirectory: true);
        if (handle == 0)
        {
            if (_traits.Implements(PathOperations.ReleaseDir))
                _ = _target.ReleaseDir(request, use.Path, ref open);
            return Errno.ENOMEM;
        }
        directory.Handle = (ulong)handle;
        directory.Options = open.Options & ~OpenOptions.Passthrough;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags)
    {
        if (handle == 0)
            return Errno.Success;
        uint slot = Nodes.SlotOf(node);
        if (slot == 0 || !Files.IsValid(handle, node))
            return Errno.EBADF;
        var file = new PathFile { Flags = flags };
        return Close(request, slot, (long)handle, PathOperations.ReleaseDir, ref file, out _);
    }

    /// <inheritdoc/>
    public override Errno FSyncDir(in Request request, ulong node, ulong handle, bool dataOnly)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.FSyncDir, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        return Checked(_target.FSyncDir(request, use.Path, dataOnly, ref file));
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.ReadDir, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        if (handle == 0)
        {
            Errno error = List(request, use, offset, ref writer);
            return error != Errno.Success ? error : ShowListed(use, offset, ref writer);
        }
        ref OpenRecord record = ref Files.At((long)handle);
        OpenFiles.Lock(ref record);
        try
        {
            return ReadDirHeld(request, use, offset, ref record, ref writer);
        }
        finally
        {
            OpenFiles.Unlock(ref record);
        }
    }

    private Errno ReadDirHeld(in Request request, in PathUse use, ulong offset, ref OpenRecord record, ref DirectoryWriter writer)
    {
        if (record.Listing == 0 || offset == 0)
        {
            Files.DropListing(ref record);
            Errno error = List(request, use, offset, ref writer);
            if (error != Errno.Success)
                return error;
            DirectoryFiller filler = use.Thread.Filler;
            if (filler.IsByOffset == true)
                return ShowListed(use, offset, ref writer);
            if (!Files.KeepListing(ref record, filler.Records, filler.Count))
                return Errno.ENOMEM;
        }
        if (offset >= (ulong)record.ListingCount)
            return Errno.Success;
        ReadOnlySpan<byte> listing = Files.ListingOf(ref record);
        if (offset < (ulong)record.CursorEntry)
            record.CursorEntry = record.CursorPosition = 0;
        while ((ulong)record.CursorEntry < offset)
        {
            record.CursorPosition += DirectoryRecord.SizeOf(listing[record.CursorPosition..]);
            record.CursorEntry++;
        }
        record.CursorPosition += Show(use.Slot, listing[record.CursorPosition..], ref record.CursorEntry, isByOffset: false, ref writer, out Errno result);
        return result;
    }

    /// <summary>Has the file system list the directory into the thread's filler.</summary>
    private Errno List(in Request request, in PathUse use, ulong offset, ref DirectoryWriter writer)
    {
        DirectoryFiller filler = use.Thread.Filler;
        filler.Begin(writer.Free, writer.IsPlus);
        PathFile file = use.File;
        Errno error = Checked(_target.ReadDir(request, use.Path, offset, writer.IsPlus, filler, ref file));
        return error != Errno.Success ? error : filler.Error;
    }

    /// <summary>Shows what the thread's filler holds, without keeping it.</summary>
    private Errno ShowListed(in PathUse use, ulong offset, ref DirectoryWriter writer)
    {
        DirectoryFiller filler = use.Thread.Filler;
        ReadOnlySpan<byte> records = filler.Records;
        bool isByOffset = filler.IsByOffset == true;
        int entry = 0;
        while (!isByOffset && !records.IsEmpty && (ulong)entry < offset)
        {
            records = records[DirectoryRecord.SizeOf(records)..];
            entry++;
        }
        _ = Show(use.Slot, records, ref entry, isByOffset, ref writer, out Errno result);
        return result;
    }

    /// <summary>Writes entries as long as they fit.</summary>
    /// <returns>Bytes of the records that were written.</returns>
    private int Show(uint directory, scoped ReadOnlySpan<byte> records, ref int entry, bool isByOffset, ref DirectoryWriter writer, out Errno error)
    {
        int position = 0;
        bool isFirst = true;
        error = Errno.Success;
        while (position < records.Length)
        {
            var attributes = default(Attributes);
            int size = DirectoryRecord.Read(records[position..], out DirectoryRecord record, out ReadOnlySpan<byte> name, ref attributes);
            if (!writer.Fits(name.Length))
                break;
            ulong next = isByOffset ? record.NextOffset : (ulong)entry + 1;
            bool isDot = name.SequenceEqual("."u8) || name.SequenceEqual(".."u8);
            if (writer.IsPlus && record.HasAttributes && !isDot)
            {
                Entry found = writer.NewEntry();
                Errno trouble = FillEntry(directory, name, attributes, ref found);
                if (trouble != Errno.Success)
                {
                    // What was written counts as looked up, so it must reach the kernel.
                    error = isFirst ? trouble : Errno.Success;
                    break;
                }
                writer.TryAdd(name, next, found);
            }
            else
            {
                writer.TryAdd(name, next, InoOf(directory, name, record.Ino), FileMode.DirectoryType(record.Mode));
            }
            isFirst = false;
            position += size;
            entry++;
        }
        return position;
    }

    private ulong InoOf(uint directory, ReadOnlySpan<byte> name, ulong given)
    {
        if (_traits.UsesOwnInodeNumbers)
            return given != 0 ? given : UnknownIno;
        uint slot = name.SequenceEqual("."u8) ? directory
            : name.SequenceEqual(".."u8) ? Nodes.ParentOf(directory)
            : Nodes.Find(directory, name);
        return slot != 0 ? slot : UnknownIno;
    }
}
