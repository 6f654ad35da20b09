namespace Zufs.FileSystems.Memory;

/// <content>
/// What a successor does before it serves: takes back what was cut short, and counts anew what can be counted. Afterwards the file system is as if each operation
/// had happened or not. One pass over the inodes; of the data only the clusters' heads are read.
/// </content>
public sealed partial class MemoryFileSystem
{
    private void Recover(MountContext mount)
    {
        for (int i = 0; i < UndoJournal.Records; i++)
        {
            ref UndoRecord record = ref _undo.At(i);
            for (int step = Math.Min(record.Count, UndoRecord.MaxSteps) - 1; step >= 0; step--)
                TakeBack(record.Steps[step]);
            record.Count = 0;
            record.Owned = 0;
        }
        _store.FreeAllPending();
        for (uint slot = InodeTable.RootSlot; slot < _inodes.Slots; slot++)
        {
            ref Inode inode = ref _inodes.Get(slot);
            if (FileMode.IsDirectory(inode.Mode))
                _directories.Repair(ref inode.Directory);
            if (mount.OpenHandles is not null)
                inode.Opens = 0;
        }
        foreach ((ulong node, _) in mount.OpenHandles ?? [])
        {
            if (_inodes.TryResolve(node, out uint slot))
                _inodes.Get(slot).Opens++;
        }
        Recount(mount.OpenHandles is not null);
    }

    private void Recount(bool isReaped)
    {
        long bytes = 0;
        long inodes = 0;
        for (uint slot = InodeTable.RootSlot; slot < _inodes.Slots; slot++)
        {
            ref Inode inode = ref _inodes.Get(slot);
            // Nobody knows it, and nothing leads to it: what was just being made, or removed.
            if (isReaped && inode.Mode != 0 && slot != InodeTable.RootSlot && IsUnused(slot))
                FreeInode(slot);
            if (inode.Mode == 0)
                continue;
            inodes += FileMode.IsDirectory(inode.Mode) ? 1 : Math.Max(1, inode.Nlink);
            if (FileMode.IsRegular(inode.Mode))
                inode.Pages = _data.CountPages(ref inode);
            bytes += inode.Pages * BlockStore.PageSize + _xattrs.CountBytes(ref inode);
            if (FileMode.IsSymbolicLink(inode.Mode))
                bytes += inode.FirstCapacity;
        }
        _store.SetUsed(bytes);
        _inodes.Rebuild(inodes);
        CountOwners();
    }

    // From nothing, and last: what was freed above was counted by nobody.
    private void CountOwners()
    {
        _quota.Clear();
        for (uint slot = InodeTable.RootSlot; _quota.IsOn && slot < _inodes.Slots; slot++)
        {
            ref Inode inode = ref _inodes.Get(slot);
            if (inode.Mode != 0)
                _quota.Count(inode.Uid, inode.Pages, 1);
        }
    }

    private void TakeBack(in UndoStep step)
    {
        switch ((UndoKind)step.Kind)
        {
            case UndoKind.AddedName:
                _directories.TakeOut(ref _inodes.Get(step.Slot).Directory, (uint)step.First, (uint)step.Second);
                break;
            case UndoKind.RemovedName:
                _directories.PutBack(ref _inodes.Get(step.Slot).Directory, step.First, step.Second);
                break;
            case UndoKind.Redirected:
                _directories.Redirect(step.First, (uint)step.Second);
                break;
            case UndoKind.Links:
                _inodes.Get(step.Slot).Nlink = (uint)step.First;
                break;
            case UndoKind.Parent:
                _inodes.Get(step.Slot).Parent = (uint)step.First;
                break;
        }
    }
}
