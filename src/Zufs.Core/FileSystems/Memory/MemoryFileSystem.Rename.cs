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
        using Undo undo = _undo.Begin();
        if ((move.Flags & RENAME_EXCHANGE) != 0)
            Exchange(undo, in move);
        else
            error = Replace(undo, request, ref move, newName);
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

    private void Exchange(in Undo undo, in Move move)
    {
        Timestamp now = Timestamp.Now;
        Redirect(undo, move.To, move.TargetIndex, move.Source);
        Redirect(undo, move.From, move.SourceIndex, move.Target);
        int gained = 0;
        if (move.From != move.To)
        {
            gained = (DirectoryOrNone(move.Source) != 0 ? 1 : 0) - (DirectoryOrNone(move.Target) != 0 ? 1 : 0);
        }
        MoveTo(undo, move.Source, move.To, now);
        MoveTo(undo, move.Target, move.From, now);
        TouchDirectory(undo, move.From, now, -gained);
        TouchDirectory(undo, move.To, now, gained);
        undo.Commit();
    }

    private void Redirect(in Undo undo, uint dir, long index, uint child)
    {
        ref DirectoryRoot directory = ref _inodes.Get(dir).Directory;
        long entry = _directories.EntryOf(ref directory, index);
        undo.Note(UndoKind.Redirected, dir, entry, _directories.Child(ref directory, index));
        _directories.Redirect(entry, child);
    }

    private Errno Replace(in Undo undo, in Request request, ref Move move, ReadOnlySpan<byte> newName)
    {
        uint whiteout = 0;
        if ((move.Flags & RENAME_WHITEOUT) != 0)
        {
            // What overlayfs takes for "removed here": a character device 0/0.
            whiteout = NewInode(request, move.From, FileMode.S_IFCHR, 0, 0);
            if (whiteout == 0)
                return Errno.ENOSPC;
            undo.Note(UndoKind.Links, whiteout, 0);
            _inodes.Get(whiteout).Nlink = 1;
        }
        Timestamp now = Timestamp.Now;
        ref DirectoryRoot next = ref _inodes.Get(move.To).Directory;
        uint hash = _directories.Hash(newName);
        // The new name first: it is never without one.
        if (move.Target != 0)
            Redirect(undo, move.To, move.TargetIndex, move.Source);
        else
            undo.Note(UndoKind.AddedName, move.To, move.Source, hash);
        if (move.Target == 0 && !_directories.TryAdd(ref next, newName, hash, move.Source))
        {
            undo.Commit();
            if (whiteout != 0)
                FreeInode(whiteout);
            return Errno.ENOSPC;
        }
        ref DirectoryRoot old = ref _inodes.Get(move.From).Directory;
        long removed = 0;
        if (whiteout != 0)
        {
            Redirect(undo, move.From, move.SourceIndex, whiteout);
        }
        else
        {
            removed = _directories.EntryOf(ref old, move.SourceIndex);
            undo.Note(UndoKind.RemovedName, move.From, move.SourceIndex, removed);
            _directories.Remove(ref old, move.SourceIndex);
        }
        int moved = DirectoryOrNone(move.Source) != 0 && move.From != move.To ? 1 : 0;
        int replaced = DirectoryOrNone(move.Target) != 0 ? 1 : 0;
        MoveTo(undo, move.Source, move.To, now);
        TouchDirectory(undo, move.From, now, -moved);
        TouchDirectory(undo, move.To, now, moved - replaced);
        if (move.Target != 0)
            move.Gone = DropLink(undo, move.Target, now);
        else
            undo.Commit();
        if (removed != 0)
            _directories.Drop(ref old, removed);
        return Errno.Success;
    }

    private void MoveTo(in Undo undo, uint slot, uint parent, Timestamp now)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        inode.Ctime = now;
        if (!FileMode.IsDirectory(inode.Mode))
            return;
        undo.Note(UndoKind.Parent, slot, inode.Parent);
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
