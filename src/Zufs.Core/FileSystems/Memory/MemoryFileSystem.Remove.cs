namespace Zufs.FileSystems.Memory;

/// <content>Names that go: UNLINK, RMDIR.</content>
public sealed partial class MemoryFileSystem
{
    /// <inheritdoc/>
    public override Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(parent, out uint dir))
            return Errno.ESTALE;
        ulong gone;
        using (_names.Write(dir))
        using (Undo undo = _undo.Begin())
        {
            error = CheckDirectory(dir, parent);
            if (error != Errno.Success)
                return error;
            ref DirectoryRoot entries = ref _inodes.Get(dir).Directory;
            long index = _directories.Find(ref entries, name, _directories.Hash(name));
            if (index < 0)
                return Errno.ENOENT;
            uint child = _directories.Child(ref entries, index);
            if (FileMode.IsDirectory(_inodes.Get(child).Mode))
                return Errno.EISDIR;
            Timestamp now = Timestamp.Now;
            long entry = _directories.EntryOf(ref entries, index);
            undo.Note(UndoKind.RemovedName, dir, index, entry);
            _directories.Remove(ref entries, index);
            TouchDirectory(undo, dir, now);
            gone = DropLink(undo, child, now);
            _directories.Drop(ref entries, entry);
        }
        Reap(gone);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        if (name is [(byte)'.'])
            return Errno.EINVAL;
        if (name is [(byte)'.', (byte)'.'])
            return Errno.ENOTEMPTY;
        if (!_inodes.TryResolve(parent, out uint dir))
            return Errno.ESTALE;
        ulong gone;
        while (!TryRmDir(dir, parent, name, out error, out gone))
            continue;
        if (error == Errno.Success)
            Reap(gone);
        return error;
    }

    // False: the name came to mean something else before it was locked.
    private bool TryRmDir(uint dir, ulong parent, ReadOnlySpan<byte> name, out Errno error, out ulong gone)
    {
        gone = 0;
        uint expected = Peek(dir, parent, name);
        using LockSet names = _names.Write(dir, DirectoryOrNone(expected));
        using Undo undo = _undo.Begin();
        error = CheckDirectory(dir, parent);
        if (error != Errno.Success)
            return true;
        ref DirectoryRoot entries = ref _inodes.Get(dir).Directory;
        long index = _directories.Find(ref entries, name, _directories.Hash(name));
        uint child = index < 0 ? 0 : _directories.Child(ref entries, index);
        if (child != expected)
            return false;
        error = Errno.ENOENT;
        if (child == 0)
            return true;
        ref Inode inode = ref _inodes.Get(child);
        error = !FileMode.IsDirectory(inode.Mode) ? Errno.ENOTDIR : inode.Directory.Count > 0 ? Errno.ENOTEMPTY : Errno.Success;
        if (error != Errno.Success)
            return true;
        Timestamp now = Timestamp.Now;
        long entry = _directories.EntryOf(ref entries, index);
        undo.Note(UndoKind.RemovedName, dir, index, entry);
        _directories.Remove(ref entries, index);
        TouchDirectory(undo, dir, now, links: -1);
        gone = DropLink(undo, child, now);
        _directories.Drop(ref entries, entry);
        return true;
    }

    // What a name leads to at this moment; 0: nothing.
    private uint Peek(uint dir, ulong parent, ReadOnlySpan<byte> name)
    {
        using ReadGuard names = _names.Read(dir);
        return CheckDirectory(dir, parent) == Errno.Success ? FindChild(ref _inodes.Get(dir), name) : 0;
    }

    private uint DirectoryOrNone(uint slot) => slot != 0 && FileMode.IsDirectory(_inodes.Get(slot).Mode) ? slot : 0;
}
