namespace Zufs.FileSystems.Memory;

/// <content>Holes and copies: FALLOCATE, LSEEK, COPY_FILE_RANGE.</content>
public sealed partial class MemoryFileSystem
{
    // Longer copies end early, as copy_file_range(2) may: other requests of this CPU wait meanwhile.
    private const int LongestCopy = 8 << 20;

    private const uint FALLOC_FL_KEEP_SIZE = 1;
    private const uint FALLOC_FL_PUNCH_HOLE = 2;
    private const uint FALLOC_FL_ZERO_RANGE = 16;
    private const uint SEEK_DATA = 3;
    private const uint SEEK_HOLE = 4;

    /// <inheritdoc/>
    public override Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode)
    {
        if (length == 0 || offset > long.MaxValue || length > long.MaxValue)
            return Errno.EINVAL;
        if (length > long.MaxValue - offset)
            return Errno.EFBIG;
        bool keepSize = (mode & FALLOC_FL_KEEP_SIZE) != 0;
        uint kind = mode & ~FALLOC_FL_KEEP_SIZE;
        if (kind is not (0 or FALLOC_FL_ZERO_RANGE) && !(kind == FALLOC_FL_PUNCH_HOLE && keepSize))
            return Errno.EOPNOTSUPP;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        Errno error = CheckRegular(ref inode, node);
        if (error != Errno.Success)
            return error;
        long start = (long)offset;
        long end = start + (long)length;
        if (kind == FALLOC_FL_PUNCH_HOLE)
        {
            _data.Punch(ref inode, slot, start, end);
        }
        else
        {
            error = _data.Allocate(ref inode, slot, start, end);
            if (error != Errno.Success)
                return error;
            if (kind == FALLOC_FL_ZERO_RANGE)
                _data.Zero(ref inode, start, end);
            if (!keepSize && end > inode.Size)
                inode.Size = end;
        }
        KillAsChanged(request, ref inode);
        inode.Mtime = inode.Ctime = Timestamp.Now;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result)
    {
        if (whence is not (SEEK_DATA or SEEK_HOLE))
            return Errno.EINVAL;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using ReadGuard contents = _contents.Read(slot);
        ref Inode inode = ref _inodes.Get(slot);
        Errno error = CheckRegular(ref inode, node);
        if (error != Errno.Success)
            return error;
        if (offset >= (ulong)inode.Size)
            return Errno.ENXIO;
        long found = whence == SEEK_DATA ? _data.NextData(ref inode, (long)offset) : _data.NextHole(ref inode, (long)offset);
        if (found < 0)
            return Errno.ENXIO;
        result = (ulong)found;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied)
    {
        if (range.Flags != 0)
            return Errno.EINVAL;
        if (!_inodes.TryResolve(range.NodeIn, out uint source) || !_inodes.TryResolve(range.NodeOut, out uint target))
            return Errno.ESTALE;
        using LockSet contents = _contents.Write(source, target);
        ref Inode input = ref _inodes.Get(source);
        ref Inode output = ref _inodes.Get(target);
        Errno error = CheckRegular(ref input, range.NodeIn);
        if (error == Errno.Success)
            error = CheckRegular(ref output, range.NodeOut);
        if (error != Errno.Success)
            return error;
        if (range.OffsetIn >= (ulong)input.Size)
            return Errno.Success;
        long length = (long)Math.Min(Math.Min(range.Length, LongestCopy), (ulong)input.Size - range.OffsetIn);
        if (range.OffsetOut > (ulong)(long.MaxValue - length))
            return Errno.EFBIG;
        if (source == target && range.OffsetIn < range.OffsetOut + (ulong)length && range.OffsetOut < range.OffsetIn + (ulong)length)
            return Errno.EINVAL;
        long done = _data.Copy(ref input, source, (long)range.OffsetIn, ref output, target, (long)range.OffsetOut, length);
        if (done == 0 && length > 0)
            return _quota.WhyNoPage(output.Uid);
        KillAsChanged(request, ref output);
        output.Mtime = output.Ctime = Timestamp.Now;
        copied = (ulong)done;
        return Errno.Success;
    }
}
