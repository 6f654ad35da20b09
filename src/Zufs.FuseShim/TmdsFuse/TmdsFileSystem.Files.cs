using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <content>Open files and their data.</content>
internal sealed partial class TmdsFileSystem
{
    /// <inheritdoc/>
    public override Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        Errno error = ToErrno(_fileSystem.Open(path, ref fi));
        if (error == Errno.Success)
            Keep(fi, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Create(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        Errno error = ToErrno(_fileSystem.Create(path, ToMode(mode), ref fi));
        if (error == Errno.Success)
            Keep(fi, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply)
    {
        FuseFileInfo fi = ToFileInfo(file);
        int count = _fileSystem.Read(path, offset, reply.Room, ref fi);
        if (count < 0)
            return ToErrno(count);
        if (count > reply.Room.Length)
            return Errno.EIO;
        reply.Fill(count);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written)
    {
        FuseFileInfo fi = ToFileInfo(file);
        written = 0;
        int count = _fileSystem.Write(path, offset, data, ref fi);
        if (count < 0)
            return ToErrno(count);
        if (count > data.Length)
            return Errno.EIO;
        written = count;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Flush(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.Flush(path, ref fi));
    }

    /// <inheritdoc/>
    public override Errno Release(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        _fileSystem.Release(path, ref fi);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno FSync(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.FSync(path, dataOnly, ref fi));
    }

    /// <inheritdoc/>
    public override Errno Truncate(in Request request, ReadOnlySpan<byte> path, ulong length, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.Truncate(path, length, file.IsOpen ? new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi)) : default));
    }

    /// <inheritdoc/>
    public override Errno FAllocate(in Request request, ReadOnlySpan<byte> path, uint mode, ulong offset, ulong length, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return length > long.MaxValue ? Errno.EFBIG : ToErrno(_fileSystem.FAllocate(path, (int)mode, offset, (long)length, ref fi));
    }
}
