namespace Zufs.FileSystems.Memory;

/// <content>RENAME. One at a time: the tree above a directory stands still while it is moved.</content>
public sealed partial class MemoryFileSystem
{
    private const uint RENAME_NOREPLACE = 1;
    private const uint RENAME_EXCHANGE = 2;
    private const uint RENAME_WHITEOUT = 4;

    /// <inheritdoc/>
    public override Errno Rename(
        in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) != 0
            || ((flags & RENAME_EXCHANGE) != 0 && flags != RENAME_EXCHANGE))
            return Errno.EINVAL;
        Errno error = CheckName(name);
        if (error == Errno.Success)
            error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(parent, out uint from) || !_inodes.TryResolve(newParent, out uint to))
            return Errno.ESTALE;
        var move = new Move { From = from, To = to, Flags = flags };
        using (new WriteGuard(ref _renaming.State))
        {
            while (!TryRename(request, ref move, parent, name, newParent, newName, out error))
                continue;
        }
        if (move.Gone != 0)
            Reap(move.Gone);
        return error;
    }

    // False: a name came to mean something else before it was locked.
    private bool TryRename(
        in Request request, ref Move move, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, out Errno error)
    {
        move.Source = Peek(move.From, parent, name);
        move.Target = Peek(move.To, newParent, newName);
        using LockSet names = _names.Write(move.From, move.To, DirectoryOrNone(move.Source), DirectoryOrNone(move.Target));
        error = CheckParent(move.From, parent);
        if (error == Errno.Success)
            error = CheckParent(move.To, newParent);
        if (error != Errno.Success)
            return true;
        ref DirectoryRoot old = ref _inodes.Get(move.From).Directory;
        ref DirectoryRoot next = ref _inodes.Get(move.To).Directory;
        move.SourceIndex = _directories.Find(ref old, name, _directories.Hash(name));
        move.TargetIndex = _directories.Find(ref next, newName, _directories.Hash(newName));
        if (move.Source != (move.SourceIndex < 0 ? 0 : _directories.Child(ref old, move.SourceIndex))
            || move.Target != (move.TargetIndex < 0 ? 0 : _directories.Child(ref next, move.TargetIndex)))
            return false;
        error = CheckMove(in move, out bool nothingToDo);
        if (error != Errno.Success || nothingToDo)
            return true;
        if ((move.Flags & RENAME_EXCHANGE) != 0)
            Exchange(in move);
        else
            error = Replace(request, ref move, newName);
        return true;
    }

    private Errno CheckMove(in Move move, out bool nothingToDo)
    {
        nothingToDo = false;
        if (move.Source == 0)
            return Errno.ENOENT;
        bool exchange = (move.Flags & RENAME_EXCHANGE) != 0;
        bool sourceIsDirectory = DirectoryOrNone(move.Source) != 0;
        bool targetIsDirectory = DirectoryOrNone(move.Target) != 0;
        if (exchange && move.Target == 0)
            return Errno.ENOENT;
        if ((move.Flags & RENAME_NOREPLACE) != 0 && move.Target != 0)
            return Errno.EEXIST;
        if (sourceIsDirectory && IsAtOrAbove(move.Source, move.To))
            return Errno.EINVAL;
        if (targetIsDirectory && IsAtOrAbove(move.Target, move.From))
            return exchange ? Errno.EINVAL : Errno.ENOTEMPTY;
        if (move.Source == move.Target)
        {
            // Two names of one inode: rename(2) does nothing.
            nothingToDo = true;
            return Errno.Success;
        }
        bool gainsDirectory = sourceIsDirectory && move.From != move.To && !targetIsDirectory;
        if (gainsDirectory && _inodes.Get(move.To).Nlink >= LinkMax)
            return Errno.EMLINK;
        if (exchange || move.Target == 0)
            return Errno.Success;
        if (sourceIsDirectory != targetIsDirectory)
            return sourceIsDirectory ? Errno.ENOTDIR : Errno.EISDIR;
        return targetIsDirectory && _inodes.Get(move.Target).Directory.Count > 0 ? Errno.ENOTEMPTY : Errno.Success;
    }

    private bool IsAtOrAbove(uint slot, uint below)
    {
        while (below != 0 && below != slot && below != InodeTable.RootSlot)
            below = _inodes.Get(below).Parent;
        return below == slot;
    }

    private void Exchange(in Move move)
    {
        Timestamp now = Timestamp.Now;
        _directories.Child(ref _inodes.Get(move.To).Directory, move.TargetIndex) = move.Source;
        _directories.Child(ref _inodes.Get(move.From).Directory, move.SourceIndex) = move.Target;
        int gained = 0;
        if (move.From != move.To)
        {
            gained = (DirectoryOrNone(move.Source) != 0 ? 1 : 0) - (DirectoryOrNone(move.Target) != 0 ? 1 : 0);
        }
        MoveTo(move.Source, move.To, now);
        MoveTo(move.Target, move.From, now);
        TouchDirectory(move.From, now, -gained);
        TouchDirectory(move.To, now, gained);
    }

    private Errno Replace(in Request request, ref Move move, ReadOnlySpan<byte> newName)
    {
        uint whiteout = 0;
        if ((move.Flags & RENAME_WHITEOUT) != 0)
        {
            // What overlayfs takes for "removed here": a character device 0/0.
            whiteout = NewInode(request, move.From, FileMode.S_IFCHR, 0, 0, links: 1);
            if (whiteout == 0)
                return Errno.ENOSPC;
        }
        Timestamp now = Timestamp.Now;
        ref DirectoryRoot next = ref _inodes.Get(move.To).Directory;
        // The new name first: a crash may leave two names, never none.
        if (move.Target != 0)
        {
            Volatile.Write(ref _directories.Child(ref next, move.TargetIndex), move.Source);
        }
        else if (!_directories.TryAdd(ref next, newName, _directories.Hash(newName), move.Source))
        {
            if (whiteout != 0)
                FreeInode(whiteout);
            return Errno.ENOSPC;
        }
        ref DirectoryRoot old = ref _inodes.Get(move.From).Directory;
        if (whiteout != 0)
            Volatile.Write(ref _directories.Child(ref old, move.SourceIndex), whiteout);
        else
            _directories.Remove(ref old, move.SourceIndex);
        int moved = DirectoryOrNone(move.Source) != 0 && move.From != move.To ? 1 : 0;
        int replaced = DirectoryOrNone(move.Target) != 0 ? 1 : 0;
        MoveTo(move.Source, move.To, now);
        TouchDirectory(move.From, now, -moved);
        TouchDirectory(move.To, now, moved - replaced);
        if (move.Target != 0)
            move.Gone = DropLink(move.Target, now);
        return Errno.Success;
    }

    private void MoveTo(uint slot, uint parent, Timestamp now)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        inode.Ctime = now;
        if (FileMode.IsDirectory(inode.Mode))
            inode.Parent = parent;
    }

    private struct Move
    {
        public uint From;
        public uint To;
        public uint Source;
        public uint Target;
        public uint Flags;
        public long SourceIndex;
        public long TargetIndex;

        /// <summary>The node whose name was taken; 0: none.</summary>
        public ulong Gone;
    }
}
