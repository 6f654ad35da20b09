using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <content>Locks, ranges of files, devices.</content>
public sealed partial class PathFileSystem
{
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int LockUnlock = 8;

    /// <inheritdoc/>
    public override Errno GetLk(in Request request, ulong node, ulong handle, ulong owner, ref FileLock fileLock)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.Lock, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        file.LockOwner = owner;
        return Checked(_target.Lock(request, use.Path, PathLockCommand.Get, ref fileLock, ref file));
    }

    /// <inheritdoc/>
    public override Errno SetLk(in Request request, ulong node, ulong handle, ulong owner, in FileLock fileLock, bool isFlock, bool wait)
    {
        using PathUse use = UseNode(request, node, handle, isFlock ? PathOperations.Flock : PathOperations.Lock, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        file.LockOwner = owner;
        FileLock asked = fileLock;
        if (!isFlock)
            return Checked(_target.Lock(request, use.Path, wait ? PathLockCommand.SetAndWait : PathLockCommand.Set, ref asked, ref file));
        int operation = asked.Type switch { 0 => LockShared, 1 => LockExclusive, _ => LockUnlock };
        if (!wait)
            operation |= LockNonBlocking;
        return Checked(_target.Flock(request, use.Path, operation, ref file));
    }

    /// <inheritdoc/>
    public override Errno Bmap(in Request request, ulong node, uint blockSize, ref ulong block)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.Bmap, takesFile: false);
        return use.Error != Errno.Success ? use.Error : Checked(_target.Bmap(request, use.Path, blockSize, ref block));
    }

    /// <inheritdoc/>
    public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.Ioctl, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        Errno error = Checked(_target.Ioctl(request, use.Path, command, argument, flags, input, ref file, ref reply));
        return error == Errno.Success && (uint)reply.Length > (uint)reply.Room.Length ? Errno.EIO : error;
    }

    /// <inheritdoc/>
    public override Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.Poll, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        file.PollEvents = events;
        return Checked(_target.Poll(request, use.Path, pollHandle, ref file, ref ready));
    }

    /// <inheritdoc/>
    public override Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.FAllocate, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        return Checked(_target.FAllocate(request, use.Path, mode, offset, length, ref file));
    }

    /// <inheritdoc/>
    public override Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.LSeek, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        Errno error = Checked(_target.LSeek(request, use.Path, offset, whence, ref file, out ulong found));
        if (error != Errno.Success)
            return error;
        result = found;
        return found <= long.MaxValue ? Errno.Success : Errno.EIO;
    }

    /// <inheritdoc/>
    public override Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied)
    {
        if (!_traits.Implements(PathOperations.CopyFileRange))
            return Errno.ENOSYS;
        uint from = Nodes.SlotOf(range.NodeIn);
        uint to = Nodes.SlotOf(range.NodeOut);
        if (from == 0 || to == 0)
            return Errno.ESTALE;
        if (range.HandleIn != 0 && !Files.IsValid(range.HandleIn, range.NodeIn) || range.HandleOut != 0 && !Files.IsValid(range.HandleOut, range.NodeOut))
            return Errno.EBADF;
        PathThread thread = CurrentThread;
        Tree.EnterShared(thread, from, to);
        using var hold = new PathUse(Tree, thread, from, default, default);
        Errno error = Resolve(request, from, range.HandleIn, takesFile: true, thread.First, out ReadOnlySpan<byte> path, out PathFile file);
        if (error != Errno.Success)
            return error;
        error = Resolve(request, to, range.HandleOut, takesFile: true, thread.Second, out ReadOnlySpan<byte> newPath, out PathFile newFile);
        if (error != Errno.Success)
            return error;
        error = Checked(_target.CopyFileRange(request, path, range.OffsetIn, ref file, newPath, range.OffsetOut, ref newFile,
            range.Length, (uint)range.Flags, out ulong count));
        if (error != Errno.Success)
            return error;
        copied = count;
        return count <= range.Length ? Errno.Success : Errno.EIO;
    }
}
