namespace Zufs.FileSystems;

/// <summary>
/// A file system that answers ENOSYS to whatever it doesn't override, but for the operations without which nothing works: opening succeeds
/// with handle 0, releasing succeeds, STATFS shows an empty file system with names of 255 bytes.
/// </summary>
public abstract class FileSystemBase : IFileSystem
{
    /// <inheritdoc/>
    public abstract FileSystemTraits Traits { get; }

    /// <inheritdoc/>
    public virtual void Offered(FileSystemFeatures offered, ref int maxWrite)
    {
    }

    /// <inheritdoc/>
    public virtual void Start(MountContext mount)
    {
    }

    /// <inheritdoc/>
    public virtual Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual void Forget(ulong node, ulong lookups)
    {
    }

    /// <inheritdoc/>
    public virtual Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Statx(in Request request, ulong node, ulong handle, uint flags, uint mask, ref ExtendedAttributes attributes, ref CacheTimeout timeout) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ReadLink(in Request request, ulong node, ref DataReply target) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Open(in Request request, ulong node, uint flags, ref OpenFile file) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Tmpfile(in Request request, ulong parent, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        written = 0;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public virtual Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags) => Errno.Success;

    /// <inheritdoc/>
    public virtual Errno FSyncDir(in Request request, ulong node, ulong handle, bool dataOnly) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno StatFs(in Request request, ulong node, ref StatFs statFs)
    {
        statFs.BlockSize = 4096;
        statFs.FragmentSize = 4096;
        statFs.NameLength = 255;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public virtual Errno Access(in Request request, ulong node, uint mask) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno ListXAttr(in Request request, ulong node, ref XAttrReply names) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno GetLk(in Request request, ulong node, ulong handle, ulong owner, ref FileLock fileLock) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SetLk(in Request request, ulong node, ulong handle, ulong owner, in FileLock fileLock, bool isFlock, bool wait) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Bmap(in Request request, ulong node, uint blockSize, ref ulong block) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SyncFs(in Request request, ulong node) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno SetupMapping(in Request request, ulong node, ulong handle, ulong fileOffset, ulong length, ulong flags, ulong memoryOffset) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual Errno RemoveMapping(in Request request, ulong memoryOffset, ulong length) => Errno.ENOSYS;

    /// <inheritdoc/>
    public virtual void RetrieveReply(in Request request, ulong cookie, ulong node, ulong offset, ReadOnlySpan<byte> data)
    {
    }

    /// <inheritdoc/>
    public virtual void Destroy(in Request request)
    {
    }

    /// <summary>Called once, when the mount has ended. Overriders free what they hold.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
