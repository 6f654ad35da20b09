namespace Zufs.FileSystems.Memory;

/// <content>Nodes: how they are found, counted, made and freed.</content>
public sealed partial class MemoryFileSystem
{
    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(parent, out uint dir))
            return Errno.ESTALE;
        using ReadGuard names = _names.Read(dir);
        // For a file handle (open_by_handle_at(2)) whose node it has forgotten, the kernel looks up "." in it, whatever it is.
        // What no name leads to any more can't be opened by its handle, as on a disk: the kernel may not have forgotten the node yet.
        bool isItself = name is [(byte)'.'];
        error = isItself ? InodeTable.IsLive(_inodes.Get(dir), parent) && _inodes.Get(dir).Nlink != 0 ? Errno.Success : Errno.ESTALE : CheckDirectory(dir, parent);
        if (error != Errno.Success)
            return error;
        ref Inode directory = ref _inodes.Get(dir);
        uint child = name switch
        {
            [(byte)'.'] => dir,
            [(byte)'.', (byte)'.'] => directory.Parent,
            _ => FindChild(ref directory, name),
        };
        // No node with success: the kernel may remember that the name isn't there.
        if (child == 0)
            return Errno.Success;
        // Under the lock of names: as long as the name is there, so is the inode.
        CountLookup(child);
        FillEntry(child, ref entry);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override void Forget(ulong node, ulong lookups)
    {
        if (!_inodes.TryResolve(node, out uint slot) || slot == InodeTable.RootSlot)
            return;
        ref Inode inode = ref _inodes.Get(slot);
        long left = Interlocked.Add(ref inode.Lookups, -(long)lookups);
        if (left <= 0)
            Reap(node);
    }

    private static Errno CheckName(ReadOnlySpan<byte> name)
    {
        if (name.Length > NameMax)
            return Errno.ENAMETOOLONG;
        return name.IsEmpty || name.ContainsAny((byte)'/', (byte)0) ? Errno.EINVAL : Errno.Success;
    }

    // Asked under a lock: between finding a slot and locking it, the inode may have gone.
    private Errno CheckDirectory(uint slot, ulong node)
    {
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        return FileMode.IsDirectory(inode.Mode) ? Errno.Success : Errno.ENOTDIR;
    }

    // As CheckDirectory, and the directory may get new names: it isn't removed.
    private Errno CheckParent(uint slot, ulong node)
    {
        Errno error = CheckDirectory(slot, node);
        return error == Errno.Success && _inodes.Get(slot).Nlink == 0 ? Errno.ENOENT : error;
    }

    private uint FindChild(ref Inode directory, ReadOnlySpan<byte> name)
    {
        long index = _directories.Find(ref directory.Directory, name, _directories.Hash(name));
        return index < 0 ? 0 : _directories.Child(ref directory.Directory, index);
    }

    private void CountLookup(uint slot)
    {
        if (slot != InodeTable.RootSlot)
            Interlocked.Increment(ref _inodes.Get(slot).Lookups);
    }

    private void FillEntry(uint slot, ref Entry entry)
    {
        using ReadGuard contents = _contents.Read(slot);
        ref Inode inode = ref _inodes.Get(slot);
        entry.Node = InodeTable.NodeOf(slot, inode);
        entry.Generation = inode.Generation;
        FillAttributes(slot, ref inode, ref entry.Attributes);
    }

    private static void FillAttributes(uint slot, ref Inode inode, ref Attributes attributes)
    {
        attributes.Ino = InodeTable.NodeOf(slot, inode);
        // A directory counts 20 bytes an entry, with . and .., as on tmpfs.
        attributes.Size = FileMode.IsDirectory(inode.Mode) ? (inode.Directory.Count + 2UL) * 20 : (ulong)inode.Size;
        attributes.Blocks = (ulong)inode.Pages * (BlockStore.PageSize / 512);
        attributes.Atime = inode.Atime;
        attributes.Mtime = inode.Mtime;
        attributes.Ctime = inode.Ctime;
        attributes.Mode = inode.Mode;
        attributes.Nlink = inode.Nlink;
        attributes.Uid = inode.Uid;
        attributes.Gid = inode.Gid;
        attributes.Rdev = inode.Rdev;
        attributes.BlockSize = BlockStore.PageSize;
    }

    /// <summary>
    /// A new inode without a link that nothing leads to yet. 0: ENOSPC. The group, and a directory's set-GID bit, come from a parent that has the bit
    /// (inode(7)).
    /// </summary>
    private uint NewInode(in Request request, uint parent, uint mode, uint umask, uint rdev)
    {
        if (!_quota.TryAddInode(request.Uid))
            return 0;
        uint slot = _inodes.Allocate();
        if (slot == 0)
        {
            _quota.Count(request.Uid, 0, -1);
            return 0;
        }
        ref Inode inode = ref _inodes.Get(slot);
        ref Inode directory = ref _inodes.Get(parent);
        bool inheritsGroup = (directory.Mode & FileMode.S_ISGID) != 0;
        inode.Uid = request.Uid;
        if (!TryInheritAcl(parent, ref inode, umask, ref mode))
        {
            FreeInode(slot);
            return 0;
        }
        if (inheritsGroup && FileMode.IsDirectory(mode))
            mode |= FileMode.S_ISGID;
        if (FileMode.IsDirectory(mode))
            inode.Parent = parent;
        inode.Gid = inheritsGroup ? directory.Gid : request.Gid;
        inode.Rdev = rdev;
        inode.Atime = inode.Mtime = inode.Ctime = inode.Btime = Timestamp.Now;
        // The mode makes it an inode.
        Volatile.Write(ref inode.Mode, mode);
        return slot;
    }

    /// <summary>Changes a directory's times, and its links by <paramref name="links"/>. The caller holds its lock of names.</summary>
    private void TouchDirectory(in Undo undo, uint slot, Timestamp now, int links = 0)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (links != 0)
            undo.Note(UndoKind.Links, slot, inode.Nlink);
        inode.Mtime = now;
        inode.Ctime = now;
        inode.Nlink = (uint)(inode.Nlink + links);
    }

    /// <summary>
    /// One name less, with which the operation has happened: links of a file are changed by whoever removes any of its names, so no other may come
    /// between. Returns the node, to be reaped when no lock is held.
    /// </summary>
    private ulong DropLink(in Undo undo, uint slot, Timestamp now)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        inode.Ctime = now;
        undo.Note(UndoKind.Links, slot, inode.Nlink);
        if (FileMode.IsDirectory(inode.Mode))
        {
            undo.Note(UndoKind.Parent, slot, inode.Parent);
            inode.Nlink = 0;
            inode.Parent = 0;
        }
        else if (--inode.Nlink > 0)
        {
            _inodes.Unreserve();
        }
        undo.Commit();
        return InodeTable.NodeOf(slot, inode);
    }

    /// <summary>Frees a node that has no name, isn't known to the kernel and isn't open. The caller holds no lock.</summary>
    private void Reap(ulong node)
    {
        if (!_inodes.TryResolve(node, out uint slot) || !IsUnused(slot))
            return;
        using WriteGuard names = _names.Write(slot);
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (InodeTable.IsLive(inode, node) && IsUnused(slot))
            FreeInode(slot);
    }

    private bool IsUnused(uint slot)
    {
        ref Inode inode = ref _inodes.Get(slot);
        return Volatile.Read(ref inode.Nlink) == 0 && Volatile.Read(ref inode.Lookups) <= 0 && Volatile.Read(ref inode.Opens) <= 0;
    }

    private void FreeInode(uint slot)
    {
        ref Inode inode = ref _inodes.Get(slot);
        if (FileMode.IsRegular(inode.Mode))
            _data.Truncate(ref inode, slot, 0);
        else if (FileMode.IsSymbolicLink(inode.Mode))
            FreeTarget(ref inode, slot);
        else if (FileMode.IsDirectory(inode.Mode))
            _directories.Clear(ref inode.Directory);
        _xattrs.Clear(ref inode);
        _quota.Count(inode.Uid, 0, -1);
        _inodes.Free(slot);
    }
}
