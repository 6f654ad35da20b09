namespace Zufs.FileSystems.Memory;

/// <content>New names: MKNOD, MKDIR, SYMLINK, LINK, CREATE, TMPFILE.</content>
public sealed partial class MemoryFileSystem
{
    private const int TargetMax = 4095;
    private const uint O_EXCL = 0x80;
    private const uint O_TRUNC = 0x200;

    /// <inheritdoc/>
    public override Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry)
    {
        switch (mode & FileMode.S_IFMT)
        {
            case 0:
                mode |= FileMode.S_IFREG;
                break;
            case FileMode.S_IFREG or FileMode.S_IFIFO or FileMode.S_IFSOCK:
                rdev = 0;
                break;
            case FileMode.S_IFCHR or FileMode.S_IFBLK:
                break;
            default:
                return Errno.EINVAL;
        }
        return Make(request, parent, name, mode, umask, rdev, default, ref entry);
    }

    /// <inheritdoc/>
    public override Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry) =>
        Make(request, parent, name, FileMode.S_IFDIR | (mode & FileMode.Permissions), umask, 0, default, ref entry);

    /// <inheritdoc/>
    public override Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry)
    {
        if (target.Length > TargetMax)
            return Errno.ENAMETOOLONG;
        return target.IsEmpty ? Errno.ENOENT : Make(request, parent, name, FileMode.S_IFLNK | 0x1FF, 0, 0, target, ref entry);
    }

    /// <inheritdoc/>
    public override Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry)
    {
        Errno error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(node, out uint slot) || !_inodes.TryResolve(newParent, out uint dir))
            return Errno.ESTALE;
        using WriteGuard names = _names.Write(dir);
        using Undo undo = _undo.Begin();
        error = CheckParent(dir, newParent);
        if (error != Errno.Success)
            return error;
        ref Inode directory = ref _inodes.Get(dir);
        if (FindChild(ref directory, newName) != 0)
            return Errno.EEXIST;
        Timestamp now = Timestamp.Now;
        error = AddLink(undo, slot, node, ref directory.Directory, dir, newName, now);
        if (error != Errno.Success)
            return error;
        TouchDirectory(undo, dir, now);
        CountLookup(slot);
        FillEntry(slot, ref entry);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Create(
        in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        Errno error = Make(request, parent, name, FileMode.S_IFREG | (mode & FileMode.Permissions), umask, 0, default, ref entry);
        if (error == Errno.EEXIST && (flags & O_EXCL) == 0)
        {
            error = Lookup(request, parent, name, ref entry);
            if (error == Errno.Success && entry.Node == 0)
                return Errno.ENOENT;
            if (error == Errno.Success && !FileMode.IsRegular(entry.Attributes.Mode))
                error = FileMode.IsDirectory(entry.Attributes.Mode) ? Errno.EISDIR : Errno.EEXIST;
            if (error != Errno.Success)
            {
                Forget(entry.Node, 1);
                return error;
            }
        }
        if (error == Errno.Success)
        {
            error = Open(request, entry.Node, flags, ref file);
            if ((flags & O_TRUNC) != 0 && error == Errno.Success)
                FillEntry((uint)entry.Node, ref entry);
        }
        return error;
    }

    /// <inheritdoc/>
    public override Errno Tmpfile(in Request request, ulong parent, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        if (!_inodes.TryResolve(parent, out uint dir))
            return Errno.ESTALE;
        using ReadGuard names = _names.Read(dir);
        Errno error = CheckParent(dir, parent);
        if (error != Errno.Success)
            return error;
        uint slot = NewInode(request, dir, FileMode.S_IFREG | (mode & FileMode.Permissions), umask, 0);
        if (slot == 0)
            return _quota.WhyNoInode(request.Uid);
        if ((flags & O_EXCL) == 0)
            _inodes.Get(slot).Flags |= Inode.Linkable;
        CountLookup(slot);
        FillEntry(slot, ref entry);
        return Open(request, entry.Node, flags & ~O_TRUNC, ref file);
    }

    private Errno Make(
        in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, uint rdev, ReadOnlySpan<byte> target, ref Entry entry)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(parent, out uint dir))
            return Errno.ESTALE;
        using WriteGuard names = _names.Write(dir);
        using Undo undo = _undo.Begin();
        error = CheckParent(dir, parent);
        if (error != Errno.Success)
            return error;
        ref Inode directory = ref _inodes.Get(dir);
        uint hash = _directories.Hash(name);
        if (name is [(byte)'.'] or [(byte)'.', (byte)'.'] || _directories.Find(ref directory.Directory, name, hash) >= 0)
            return Errno.EEXIST;
        bool isDirectory = FileMode.IsDirectory(mode);
        if (isDirectory && directory.Nlink >= LinkMax)
            return Errno.EMLINK;
        uint slot = NewInode(request, dir, mode, umask, rdev);
        if (slot == 0)
            return _quota.WhyNoInode(request.Uid);
        ref Inode inode = ref _inodes.Get(slot);
        undo.Note(UndoKind.Links, slot, 0);
        inode.Nlink = isDirectory ? 2u : 1u;
        undo.Note(UndoKind.AddedName, dir, slot, hash);
        if ((!target.IsEmpty && !TryStoreTarget(ref inode, target)) || !_directories.TryAdd(ref directory.Directory, name, hash, slot))
        {
            // Nothing is to be taken back any more, least of all when the slot is somebody else's.
            undo.Commit();
            FreeInode(slot);
            return Errno.ENOSPC;
        }
        TouchDirectory(undo, dir, inode.Mtime, isDirectory ? 1 : 0);
        undo.Commit();
        CountLookup(slot);
        FillEntry(slot, ref entry);
        return Errno.Success;
    }

    // The name and the link it counts, as one: under the lock that guards the links.
    private Errno AddLink(in Undo undo, uint slot, ulong node, ref DirectoryRoot directory, uint dir, ReadOnlySpan<byte> name, Timestamp now)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        if (FileMode.IsDirectory(inode.Mode))
            return Errno.EPERM;
        if (inode.Nlink == 0 && (inode.Flags & Inode.Linkable) == 0)
            return Errno.ENOENT;
        if (inode.Nlink >= LinkMax)
            return Errno.EMLINK;
        // As on tmpfs, a further name counts as an inode: names cost memory too.
        if (inode.Nlink > 0 && !_inodes.Reserve())
            return Errno.ENOSPC;
        undo.Note(UndoKind.Links, slot, inode.Nlink);
        uint hash = _directories.Hash(name);
        undo.Note(UndoKind.AddedName, dir, slot, hash);
        if (!_directories.TryAdd(ref directory, name, hash, slot))
        {
            undo.Commit();
            if (inode.Nlink > 0)
                _inodes.Unreserve();
            return Errno.ENOSPC;
        }
        inode.Nlink++;
        inode.Ctime = now;
        undo.Commit();
        return Errno.Success;
    }

    private bool TryStoreTarget(ref Inode inode, ReadOnlySpan<byte> target)
    {
        int size = BlockStore.BlockSize(target.Length);
        if (!_store.Reserve(size))
            return false;
        long block = _store.Arena.Allocate(size);
        if (block == 0)
        {
            _store.Unreserve(size);
            return false;
        }
        target.CopyTo(_store.Arena.Bytes(block, size));
        inode.First.Offset = block;
        inode.FirstCapacity = size;
        inode.Size = target.Length;
        return true;
    }

    private void FreeTarget(ref Inode inode, uint slot)
    {
        if (inode.First.Offset == 0)
            return;
        _store.FreeLent(slot, inode.First.Offset, inode.FirstCapacity);
        _store.Unreserve(inode.FirstCapacity);
    }
}
