using Tmds.Linux;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <content>Attributes, and extended ones.</content>
internal sealed partial class TmdsFileSystem
{
    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
    {
        FuseFileInfo fi = ToFileInfo(file);
        stat stat = default;
        Errno error = ToErrno(_fileSystem.GetAttr(path, ref stat, file.IsOpen ? new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi)) : default));
        if (error == Errno.Success)
            Copy(stat, ref attributes);
        return error;
    }

    /// <inheritdoc/>
    public override Errno ChMod(in Request request, ReadOnlySpan<byte> path, uint mode, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.ChMod(path, ToMode(mode), file.IsOpen ? new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi)) : default));
    }

    /// <inheritdoc/>
    public override Errno Chown(in Request request, ReadOnlySpan<byte> path, uint uid, uint gid, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        return ToErrno(_fileSystem.Chown(path, uid, gid, file.IsOpen ? new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi)) : default));
    }

    /// <inheritdoc/>
    public override Errno UpdateTimes(in Request request, ReadOnlySpan<byte> path, Timestamp atime, Timestamp mtime, ref PathFile file)
    {
        FuseFileInfo fi = ToFileInfo(file);
        timespec access = ToTimespec(atime);
        timespec change = ToTimespec(mtime);
        return ToErrno(_fileSystem.UpdateTimestamps(path, ref access, ref change, file.IsOpen ? new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi)) : default));
    }

    /// <inheritdoc/>
    public override Errno Access(in Request request, ReadOnlySpan<byte> path, uint mask) => ToErrno(_fileSystem.Access(path, ToMode(mask)));

    /// <inheritdoc/>
    public override Errno StatFs(in Request request, ReadOnlySpan<byte> path, ref StatFs statFs)
    {
        statvfs statvfs = default;
        Errno error = ToErrno(_fileSystem.StatFS(path, ref statvfs));
        if (error == Errno.Success)
            Copy(statvfs, ref statFs);
        return error;
    }

    /// <inheritdoc/>
    public override Errno SetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) =>
        ToErrno(_fileSystem.SetXAttr(path, name, value, (int)flags));

    /// <inheritdoc/>
    public override Errno GetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ref XAttrReply value) =>
        Answer(_fileSystem.GetXAttr(path, name, value.Room), ref value);

    /// <inheritdoc/>
    public override Errno ListXAttr(in Request request, ReadOnlySpan<byte> path, ref XAttrReply names) =>
        Answer(_fileSystem.ListXAttr(path, names.Room), ref names);

    /// <inheritdoc/>
    public override Errno RemoveXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => ToErrno(_fileSystem.RemoveXAttr(path, name));

    private static Errno Answer(int size, ref XAttrReply reply)
    {
        if (size < 0)
            return ToErrno(size);
        // A file system that gives the size of what didn't fit means ERANGE.
        if (!reply.IsSizeQuery && size > reply.Room.Length)
            return Errno.ERANGE;
        reply.Size = size;
        return Errno.Success;
    }
}
