using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Samples;

/// <content>Open files and their data.</content>
public sealed partial class OperationsFileSystem
{
    private const int KeepSize = 0x01;
    private const int PunchHole = 0x02;
    private const int ZeroRange = 0x10;

    public override int Create(ReadOnlySpan<byte> path, mode_t mode, ref FuseFileInfo fi)
    {
        lock (_tree)
        {
            int result = Add(path, parent => new FileNode(_capacity, S_IFREG | (mode & ~S_IFMT), getuid(), GroupFor(parent)));
            return result == 0 || (result == -EEXIST && (fi.flags & O_EXCL) == 0) ? Open(path, ref fi) : result;
        }
    }

    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            if (node is not FileNode file)
                return node is DirectoryNode ? -EISDIR : -ELOOP;
            if ((fi.flags & O_TRUNC) != 0)
                file.Resize(0);
            file.Opens++;
            fi.fh = Remember(file);
            return 0;
        }
    }

    public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi)
    {
        int result = FindFile(fi, out FileNode file);
        return result != 0 ? result : file.Read(offset, buffer);
    }

    public override int Write(ReadOnlySpan<byte> path, ulong off, ReadOnlySpan<byte> span, ref FuseFileInfo fi)
    {
        int result = FindFile(fi, out FileNode file);
        if (result != 0)
            return result;
        if (off > long.MaxValue - (ulong)span.Length)
            return -EFBIG;
        int written = file.Write(off, span);
        return written == 0 && span.Length > 0 ? -ENOSPC : written;
    }

    public override int Truncate(ReadOnlySpan<byte> path, ulong length, FuseFileInfoRef fiRef)
    {
        int result = Find(path, fiRef, out Node node);
        if (result != 0)
            return result;
        if (node is not FileNode file)
            return node is DirectoryNode ? -EISDIR : -EINVAL;
        if (length > long.MaxValue)
            return -EFBIG;
        file.Resize((long)length);
        return 0;
    }

    public override int FAllocate(ReadOnlySpan<byte> path, int mode, ulong offset, long length, ref FuseFileInfo fi)
    {
        int result = FindFile(fi, out FileNode file);
        if (result != 0)
            return result;
        if (length <= 0)
            return -EINVAL;
        if (offset > (ulong)(long.MaxValue - length))
            return -EFBIG;
        bool keepsSize = (mode & KeepSize) != 0;
        switch (mode & ~KeepSize)
        {
            case 0:
                return file.Reserve((long)offset, length, keepsSize) ? 0 : -ENOSPC;
            case PunchHole when keepsSize:
                file.Punch((long)offset, length);
                return 0;
            case ZeroRange:
                file.Punch((long)offset, length);
                return file.Reserve((long)offset, length, keepsSize) ? 0 : -ENOSPC;
            default:
                return -EOPNOTSUPP;
        }
    }

    public override int Flush(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => FindFile(fi, out _);

    public override int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => FindFile(fi, out _);

    public override void Release(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
    {
        if (!_open.TryRemove(fi.fh, out Node? node) || node is not FileNode file)
            return;
        lock (_tree)
        {
            file.Opens--;
            file.FreeWhenUnused();
        }
    }
}
