using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>A path-based file system that answers ENOSYS to whatever it doesn't override; opening and releasing succeed.</summary>
public abstract class PathFileSystemBase : IPathFileSystem
{
    /// <inheritdoc/>
    public abstract PathTraits Traits { get; }

    /// <inheritdoc/>
    public virtual PathOptions? Offered(FileSystemFeatures offered, ref int maxWrite) => null;

    /// <inheritdoc/>
    public virtual void Start(MountContext mount)
    {
    }

    /// <inheritdoc/>
    public virtual Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public virtual Errno MkNod(in Request request, ReadOnlySpan<byte> path, uint mode, uint rdev, uint umask) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno MkDir(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Unlink(in Request request, ReadOnlySpan<byte> path) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno RmDir(in Request request, ReadOnlySpan<byte> path) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SymLink(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Link(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ChMod(in Request request, ReadOnlySpan<byte> path, uint mode, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Chown(in Request request, ReadOnlySpan<byte> path, uint uid, uint gid, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Truncate(in Request request, ReadOnlySpan<byte> path, ulong length, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno UpdateTimes(in Request request, ReadOnlySpan<byte> path, Timestamp atime, Timestamp mtime, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno Create(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written)
    {
        written = 0;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public virtual Errno StatFs(in Request request, ReadOnlySpan<byte> path, ref StatFs statFs) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Flush(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Release(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno FSync(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno GetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ref XAttrReply value) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ListXAttr(in Request request, ReadOnlySpan<byte> path, ref XAttrReply names) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno RemoveXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno OpenDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ReleaseDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno FSyncDir(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Access(in Request request, ReadOnlySpan<byte> path, uint mask) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Lock(in Request request, ReadOnlySpan<byte> path, PathLockCommand command, ref FileLock fileLock, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Flock(in Request request, ReadOnlySpan<byte> path, int operation, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Bmap(in Request request, ReadOnlySpan<byte> path, uint blockSize, ref ulong block) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Ioctl(in Request request, ReadOnlySpan<byte> path, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref PathFile file, ref IoctlReply reply) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Poll(in Request request, ReadOnlySpan<byte> path, ulong pollHandle, ref PathFile file, ref uint ready) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno FAllocate(in Request request, ReadOnlySpan<byte> path, uint mode, ulong offset, ulong length, ref PathFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno CopyFileRange(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file,
        ReadOnlySpan<byte> newPath, ulong newOffset, ref PathFile newFile, ulong length, uint flags, out ulong copied)
    {
        copied = 0;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public virtual Errno LSeek(in Request request, ReadOnlySpan<byte> path, ulong offset, uint whence, ref PathFile file, out ulong result)
    {
        result = 0;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public virtual void Destroy(in Request request)
    {
    }

    /// <summary>Called once, when the mount has ended. Overriders free what they hold.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
