namespace Zufs.FileSystems.Memory;

/// <content>GETATTR, STATX, SETATTR, READLINK, and what changes attributes on the way.</content>
public sealed partial class MemoryFileSystem
{
    private const uint S_IXGRP = 8;
    private const uint STATX_BASIC_STATS = 0x7FF;
    private const uint STATX_BTIME = 0x800;

    private static readonly long ClockOffset = Timestamp.Now.Seconds - Environment.TickCount64 / 1000;

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using ReadGuard contents = _contents.Read(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        FillAttributes(slot, ref inode, ref attributes);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Statx(
        in Request request, ulong node, ulong handle, uint flags, uint mask, ref ExtendedAttributes attributes, ref CacheTimeout timeout)
    {
        Errno error = GetAttr(request, node, handle, ref attributes.Attributes, ref timeout);
        if (error != Errno.Success)
            return error;
        attributes.Mask = STATX_BASIC_STATS | STATX_BTIME;
        // Set once, before anything leads to the inode.
        attributes.Btime = _inodes.Get((uint)node).Btime;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno SetAttr(
        in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        Timestamp now = Timestamp.Now;
        if ((changes.Fields & AttributeFields.Size) != 0)
        {
            Errno error = CheckSize(ref inode, changes.Size);
            if (error != Errno.Success)
                return error;
            // A change also when the length stays, as on tmpfs.
            inode.Mtime = now;
            _data.Truncate(ref inode, slot, (long)changes.Size);
            if ((changes.Fields & AttributeFields.KillSuidGid) != 0)
                KillPrivileges(ref inode);
            else
                KillCapability(ref inode);
        }
        ChangeOwner(ref inode, changes);
        if ((changes.Fields & AttributeFields.Mode) != 0)
        {
            inode.Mode = (inode.Mode & FileMode.S_IFMT) | (changes.Mode & FileMode.Permissions);
            ChangeModeOfAcl(ref inode);
        }
        if ((changes.Fields & AttributeFields.Atime) != 0)
            inode.Atime = (changes.Fields & AttributeFields.AtimeNow) != 0 ? now : changes.Atime;
        if ((changes.Fields & AttributeFields.Mtime) != 0)
            inode.Mtime = (changes.Fields & AttributeFields.MtimeNow) != 0 ? now : changes.Mtime;
        inode.Ctime = (changes.Fields & AttributeFields.Ctime) != 0 ? changes.Ctime : now;
        FillAttributes(slot, ref inode, ref attributes);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in Request request, ulong node, ref DataReply target)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        bool touch;
        using (_contents.Read(slot))
        {
            ref Inode inode = ref _inodes.Get(slot);
            if (!InodeTable.IsLive(inode, node))
                return Errno.ESTALE;
            if (!FileMode.IsSymbolicLink(inode.Mode))
                return Errno.EINVAL;
            int length = (int)Math.Min(inode.Size, target.Room.Length);
            _store.Arena.Bytes(inode.First.Offset, length).CopyTo(target.Room);
            target.Fill(length);
            touch = WantsAccessTime(ref inode);
        }
        if (touch)
            TouchAccess(node, slot);
        return Errno.Success;
    }

    private static Errno CheckSize(ref Inode inode, ulong size)
    {
        if (FileMode.IsDirectory(inode.Mode))
            return Errno.EISDIR;
        if (!FileMode.IsRegular(inode.Mode))
            return Errno.EINVAL;
        return size > long.MaxValue ? Errno.EFBIG : Errno.Success;
    }

    private void ChangeOwner(ref Inode inode, in AttributeChanges changes)
    {
        if ((changes.Fields & (AttributeFields.Uid | AttributeFields.Gid)) == 0)
            return;
        if ((changes.Fields & AttributeFields.Uid) != 0)
        {
            // Only root gives files away, and no limit stops root.
            _quota.Count(inode.Uid, -inode.Pages, -1);
            _quota.Count(changes.Uid, inode.Pages, 1);
            inode.Uid = changes.Uid;
        }
        if ((changes.Fields & AttributeFields.Gid) != 0)
            inode.Gid = changes.Gid;
        // chown(2): whoever does it, a program doesn't keep rights that were meant for its old owner.
        if (!FileMode.IsDirectory(inode.Mode))
            KillPrivileges(ref inode);
    }

    // Set-GID without group execute was a mark for mandatory locking: it stays.
    private void KillPrivileges(ref Inode inode)
    {
        uint gone = FileMode.S_ISUID | ((inode.Mode & S_IXGRP) != 0 ? FileMode.S_ISGID : 0);
        if ((inode.Mode & gone) != 0)
            inode.Mode &= ~gone;
        KillCapability(ref inode);
    }

    // Whoever changes a file: FUSE_HANDLE_KILLPRIV_V2 leaves file capabilities to the file system altogether (linux/fuse.h).
    private void KillCapability(ref Inode inode)
    {
        if (inode.XAttrs != 0)
            _xattrs.Remove(ref inode, "security.capability"u8);
    }

    // FALLOCATE and COPY_FILE_RANGE don't say whether the caller may keep set-ID bits (CAP_FSETID): root is taken to.
    private void KillAsChanged(in Request request, ref Inode inode)
    {
        if (request.Uid != 0)
            KillPrivileges(ref inode);
        else
            KillCapability(ref inode);
    }

    /// <summary>
    /// Whether reading is to change the access time: FUSE leaves this to the server, and this is what relatime asks for (mount(8)).
    /// </summary>
    private static bool WantsAccessTime(ref Inode inode)
    {
        if (Compare(inode.Atime, inode.Mtime) <= 0 || Compare(inode.Atime, inode.Ctime) <= 0)
            return true;
        // A coarse clock will do for "older than a day".
        return Environment.TickCount64 / 1000 + ClockOffset - inode.Atime.Seconds > 24 * 60 * 60;
    }

    private static int Compare(Timestamp left, Timestamp right)
    {
        int seconds = left.Seconds.CompareTo(right.Seconds);
        return seconds != 0 ? seconds : left.Nanoseconds.CompareTo(right.Nanoseconds);
    }

    private void TouchAccess(ulong node, uint slot)
    {
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (InodeTable.IsLive(inode, node))
            inode.Atime = Timestamp.Now;
    }
}
