using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <content>Names, links and directories.</content>
internal sealed partial class TmdsFileSystem
{
    private const ReadDirFlags WithAttributes = (ReadDirFlags)1;

    /// <inheritdoc/>
    public override Errno MkDir(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask) => ToErrno(_fileSystem.MkDir(path, ToMode(mode)));

    /// <inheritdoc/>
    public override Errno RmDir(in Request request, ReadOnlySpan<byte> path) => ToErrno(_fileSystem.RmDir(path));

    /// <inheritdoc/>
    public override Errno Unlink(in Request request, ReadOnlySpan<byte> path) => ToErrno(_fileSystem.Unlink(path));

    /// <inheritdoc/>
    public override Errno SymLink(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => ToErrno(_fileSystem.SymLink(path, target));

    /// <inheritdoc/>
    public override Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        Errno error = ToErrno(_fileSystem.ReadLink(path, target));
        if (error != Errno.Success)
            return error;
        int end = target.IndexOf((byte)0);
        length = end < 0 ? target.Length : end;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags) => ToErrno(_fileSystem.Rename(path, newPath, (int)flags));

    /// <inheritdoc/>
    public override Errno Link(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath) => ToErrno(_fileSystem.Link(path, newPath));

    /// <inheritdoc/>
    public override Errno OpenDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        Errno error = ToErrno(_fileSystem.OpenDir(path, ref fi));
        if (error == Errno.Success)
            Keep(fi, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.ReadDir(path, offset, wantsAttributes ? WithAttributes : 0, new DirectoryContent(filler), ref fi));
    }

    /// <inheritdoc/>
    public override Errno ReleaseDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.ReleaseDir(path, ref fi));
    }

    /// <inheritdoc/>
    public override Errno FSyncDir(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.FSyncDir(path, dataOnly, ref fi));
    }
}
