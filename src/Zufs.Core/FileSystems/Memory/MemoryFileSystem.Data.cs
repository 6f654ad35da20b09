namespace Zufs.FileSystems.Memory;

/// <content>Open files: OPEN, READ, WRITE, RELEASE. A handle is the node id; the inode counts who has it open.</content>
public sealed partial class MemoryFileSystem
{
    /// <inheritdoc/>
    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        ref Inode inode = ref _inodes.Get(slot);
        // The kernel opens nothing else; what is a symbolic link's target must not be truncated.
        if (!FileMode.IsRegular(inode.Mode))
            return FileMode.IsDirectory(inode.Mode) ? Errno.EISDIR : FileMode.IsSymbolicLink(inode.Mode) ? Errno.ELOOP : Errno.ENXIO;
        Interlocked.Increment(ref inode.Opens);
        if ((flags & O_TRUNC) != 0)
        {
            using WriteGuard contents = _contents.Write(slot);
            _data.Truncate(ref inode, slot, 0);
            if (file.KillSuidGid)
                KillPrivileges(ref inode);
            else
                KillCapability(ref inode);
            inode.Mtime = inode.Ctime = Timestamp.Now;
        }
        file.Handle = node;
        // Only the kernel changes files, so its page cache stays right, and there is nothing to do at close(2).
        file.Options = OpenOptions.KeepCache | OpenOptions.NoFlush | OpenOptions.ParallelDirectWrites;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner) =>
        Close(node);

    /// <inheritdoc/>
    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        bool touch;
        using (_contents.Read(slot))
        {
            ref Inode inode = ref _inodes.Get(slot);
            Errno error = CheckRegular(ref inode, node);
            if (error != Errno.Success)
                return error;
            _data.Read(ref inode, slot, offset, ref reply);
            touch = WantsAccessTime(ref inode);
        }
        if (touch)
            TouchAccess(node, slot);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(
        in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        written = 0;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        if (offset > (ulong)(long.MaxValue - data.Length))
            return Errno.EFBIG;
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        Errno error = CheckRegular(ref inode, node);
        if (error != Errno.Success)
            return error;
        if (data.IsEmpty)
            return Errno.Success;
        written = (uint)_data.Write(ref inode, slot, (long)offset, data);
        if (written == 0)
            return _quota.WhyNoPage(inode.Uid);
        if ((options & WriteOptions.KillSuidGid) != 0)
            KillPrivileges(ref inode);
        else
            KillCapability(ref inode);
        inode.Mtime = inode.Ctime = Timestamp.Now;
        return Errno.Success;
    }

    private static Errno CheckRegular(ref Inode inode, ulong node)
    {
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        if (FileMode.IsRegular(inode.Mode))
            return Errno.Success;
        return FileMode.IsDirectory(inode.Mode) ? Errno.EISDIR : Errno.EINVAL;
    }

    private Errno Close(ulong node)
    {
        if (_inodes.TryResolve(node, out uint slot) && Interlocked.Decrement(ref _inodes.Get(slot).Opens) <= 0)
            Reap(node);
        return Errno.Success;
    }
}
