namespace Zufs.FileSystems.Memory;

/// <content>Listings: OPENDIR, READDIR, RELEASEDIR. An offset is 0 for <c>.</c>, 1 for <c>..</c>, and an entry's slot + 2.</content>
public sealed partial class MemoryFileSystem
{
    private const ulong FirstEntry = 2;

    /// <inheritdoc/>
    public override Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        ref Inode inode = ref _inodes.Get(slot);
        if (!FileMode.IsDirectory(inode.Mode))
            return Errno.ENOTDIR;
        Interlocked.Increment(ref inode.Opens);
        directory.Handle = node;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags) => Close(node);

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        Errno error = List(node, slot, offset, ref writer, out bool touch);
        if (touch)
            TouchAccess(node, slot);
        return error;
    }

    private Errno List(ulong node, uint slot, ulong offset, ref DirectoryWriter writer, out bool touch)
    {
        touch = false;
        using ReadGuard names = _names.Read(slot);
        Errno error = CheckDirectory(slot, node);
        if (error != Errno.Success)
            return error;
        ref Inode directory = ref _inodes.Get(slot);
        // A removed directory lists nothing, not even itself.
        if (directory.Nlink == 0)
            return Errno.Success;
        touch = WantsAccessTime(ref directory);
        uint type = FileMode.DirectoryType(FileMode.S_IFDIR);
        if (offset == 0)
        {
            if (!writer.TryAdd("."u8, 1, node, type))
                return Errno.Success;
            offset = 1;
        }
        if (offset == 1)
        {
            uint parent = directory.Parent;
            if (!writer.TryAdd(".."u8, FirstEntry, InodeTable.NodeOf(parent, _inodes.Get(parent)), type))
                return Errno.Success;
            offset = FirstEntry;
        }
        ListEntries(ref directory.Directory, offset - FirstEntry, ref writer);
        return Errno.Success;
    }

    private void ListEntries(ref DirectoryRoot root, ulong from, ref DirectoryWriter writer)
    {
        for (long index; (index = _directories.Next(ref root, from)) >= 0; from = (ulong)index + 1)
        {
            ReadOnlySpan<byte> name = _directories.Name(ref root, index);
            if (!writer.Fits(name.Length))
                return;
            uint child = _directories.Child(ref root, index);
            ulong next = (ulong)index + 1 + FirstEntry;
            if (writer.IsPlus)
            {
                Entry entry = writer.NewEntry();
                CountLookup(child);
                FillEntry(child, ref entry);
                writer.TryAdd(name, next, entry);
            }
            else
            {
                ref Inode inode = ref _inodes.Get(child);
                writer.TryAdd(name, next, InodeTable.NodeOf(child, inode), FileMode.DirectoryType(inode.Mode));
            }
        }
    }
}
