namespace Zufs.FileSystems;

/// <summary>
/// The inode-level API: all of FUSE's operations in its shape and by its names. The same file system runs on every channel.
/// </summary>
/// <remarks>
/// <para>Threads: by <see cref="FileSystemTraits.Concurrency"/>. Operations run inline on the server thread that received the request: no
/// hop, and whatever they wait for, the applications of that CPU wait for too.</para>
/// <para>Results: an <see cref="Errno"/>. ENOSYS means "never ask again" for several operations (OPEN, FLUSH, FSYNC, xattrs, LSEEK, POLL …:
/// fs/fuse in Linux). An exception becomes EIO and is logged with the operation. Out structures arrive zeroed, but for timeouts, which hold
/// the mount's defaults.</para>
/// <para>Names are raw bytes without <c>/</c>, at most 255 (NAME_MAX) on an ordinary mount, and one NUL stands behind the span. Spans are
/// valid during the call only. Node 1 is the root. Handles are the file system's own, 0 where a request has none.</para>
/// </remarks>
public interface IFileSystem : IDisposable
{
    /// <summary>What the file system says of itself. Asked before mounting; only <see cref="Offered"/> may change it.</summary>
    FileSystemTraits Traits { get; }

    /// <summary>
    /// What could be had of the kernel, before the answer to INIT: a file system may say only now which features and timeouts it wants, by its
    /// <see cref="Traits"/>, which are asked again. Its name, concurrency and recovery stay. Comes once a connection, on the thread that starts the
    /// session; not to a successor.
    /// </summary>
    /// <param name="offered">The features that the kernel offers.</param>
    /// <param name="maxWrite">The largest READ and WRITE in bytes that the session will ask for; may be lowered.</param>
    void Offered(FileSystemFeatures offered, ref int maxWrite)
    {
    }

    /// <summary>The mount begins: INIT is answered, no operation has come yet.</summary>
    /// <param name="mount">What the file system may use from now on.</param>
    void Start(MountContext mount);

    /// <summary>LOOKUP: finds a name. ENOENT, ENOTDIR, EACCES, ENAMETOOLONG.</summary>
    Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry);

    /// <summary>FORGET and BATCH_FORGET: the kernel gives back lookups. No reply. Never called for the root.</summary>
    void Forget(ulong node, ulong lookups);

    /// <summary>GETATTR. <paramref name="handle"/> is 0 when the request came by path.</summary>
    Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout);

    /// <summary>STATX: what GETATTR can't say. ENOSYS: the kernel goes on with GETATTR.</summary>
    Errno Statx(in Request request, ulong node, ulong handle, uint flags, uint mask, ref ExtendedAttributes attributes, ref CacheTimeout timeout);

    /// <summary>SETATTR: chmod, chown, truncate, utimens in one. EPERM, EACCES, EFBIG, ENOSPC, EROFS.</summary>
    Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout);

    /// <summary>READLINK: fills the target, without a NUL. EINVAL when the node is no symbolic link.</summary>
    Errno ReadLink(in Request request, ulong node, ref DataReply target);

    /// <summary>SYMLINK. EEXIST, ENOSPC, EROFS.</summary>
    Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry);

    /// <summary>MKNOD. <paramref name="mode"/> holds the type; <paramref name="umask"/> was applied already unless the file system does it itself.</summary>
    Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry);

    /// <summary>MKDIR. <paramref name="mode"/> may lack S_IFDIR.</summary>
    Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry);

    /// <summary>UNLINK. EISDIR or EPERM for a directory. The node lives on until it is forgotten and closed.</summary>
    Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name);

    /// <summary>RMDIR. ENOTEMPTY, ENOTDIR.</summary>
    Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name);

    /// <summary>RENAME and RENAME2. <paramref name="flags"/> are RENAME_NOREPLACE 1, RENAME_EXCHANGE 2, RENAME_WHITEOUT 4; EINVAL for those it can't do.</summary>
    Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags);

    /// <summary>LINK: one more name for a node. EPERM for a directory, EMLINK.</summary>
    Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry);

    /// <summary>OPEN. <paramref name="flags"/> as open(2) without O_CREAT, O_EXCL (and O_TRUNC unless it was asked for). ENOSYS: files need no open.</summary>
    Errno Open(in Request request, ulong node, uint flags, ref OpenFile file);

    /// <summary>CREATE: makes and opens a file in one. ENOSYS: the kernel goes on with MKNOD and OPEN.</summary>
    Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file);

    /// <summary>TMPFILE: makes and opens a file without a name (O_TMPFILE). ENOSYS, EOPNOTSUPP.</summary>
    Errno Tmpfile(in Request request, ulong parent, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file);

    /// <summary>READ: fill or lend up to the room's length; fewer bytes only at the end of the file.</summary>
    Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply);

    /// <summary>WRITE. Fewer bytes than given is a short write. ENOSPC, EFBIG, EDQUOT.</summary>
    Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written);

    /// <summary>FLUSH: one close(2) of an open file; may come more than once. Its error is what close(2) returns.</summary>
    Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner);

    /// <summary>RELEASE: the last reference to an open file is gone; comes once. Nobody sees the error.</summary>
    Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner);

    /// <summary>FSYNC: what was written reaches the disk; with <paramref name="dataOnly"/> only the data (fdatasync).</summary>
    Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly);

    /// <summary>OPENDIR. ENOSYS: directories need no open.</summary>
    Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory);

    /// <summary>
    /// READDIR and READDIRPLUS: entries from <paramref name="offset"/> on (0, or the offset given with an earlier entry) as long as the
    /// writer takes them. Nothing written means the end.
    /// </summary>
    Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer);

    /// <summary>RELEASEDIR.</summary>
    Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags);

    /// <summary>FSYNCDIR.</summary>
    Errno FSyncDir(in Request request, ulong node, ulong handle, bool dataOnly);

    /// <summary>STATFS.</summary>
    Errno StatFs(in Request request, ulong node, ref StatFs statFs);

    /// <summary>ACCESS: may the caller read 4, write 2, execute 1; 0: does it exist. ENOSYS: allowed, and not asked again.</summary>
    Errno Access(in Request request, ulong node, uint mask);

    /// <summary>SETXATTR. <paramref name="flags"/>: XATTR_CREATE 1 (EEXIST), XATTR_REPLACE 2 (ENODATA). <paramref name="aclKillSgid"/>: FUSE_SETXATTR_ACL_KILL_SGID.</summary>
    Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid);

    /// <summary>GETXATTR. ENODATA; a size query comes with an empty room: answer by <see cref="XAttrReply.Size"/>.</summary>
    Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value);

    /// <summary>LISTXATTR: names, each with its NUL. As <see cref="GetXAttr"/>.</summary>
    Errno ListXAttr(in Request request, ulong node, ref XAttrReply names);

    /// <summary>REMOVEXATTR. ENODATA.</summary>
    Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name);

    /// <summary>GETLK: the lock that stands in the way, or F_UNLCK. Only with <see cref="FileSystemFeatures.PosixLocks"/>.</summary>
    Errno GetLk(in Request request, ulong node, ulong handle, ulong owner, ref FileLock fileLock);

    /// <summary>SETLK and SETLKW (<paramref name="wait"/>), POSIX or flock. EAGAIN when taken; waiting is a deferred reply.</summary>
    Errno SetLk(in Request request, ulong node, ulong handle, ulong owner, in FileLock fileLock, bool isFlock, bool wait);

    /// <summary>BMAP (block devices only).</summary>
    Errno Bmap(in Request request, ulong node, uint blockSize, ref ulong block);

    /// <summary>IOCTL, restricted form: the kernel copied <paramref name="input"/> by the command's size. ENOTTY.</summary>
    Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply);

    /// <summary>POLL. With a <paramref name="pollHandle"/> that isn't 0, NOTIFY_POLL is wanted when the file becomes ready. ENOSYS: always ready.</summary>
    Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready);

    /// <summary>FALLOCATE. <paramref name="mode"/> as fallocate(2); EOPNOTSUPP for those it can't do.</summary>
    Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode);

    /// <summary>LSEEK with SEEK_DATA 3 or SEEK_HOLE 4. ENXIO beyond the end. ENOSYS: everything is data.</summary>
    Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result);

    /// <summary>COPY_FILE_RANGE and its 64-bit form. ENOSYS, EOPNOTSUPP: the kernel copies by READ and WRITE.</summary>
    Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied);

    /// <summary>SYNCFS (virtiofs only): everything written reaches the disk.</summary>
    Errno SyncFs(in Request request, ulong node);

    /// <summary>SETUPMAPPING (virtiofs DAX only).</summary>
    Errno SetupMapping(in Request request, ulong node, ulong handle, ulong fileOffset, ulong length, ulong flags, ulong memoryOffset);

    /// <summary>REMOVEMAPPING (virtiofs DAX only), one range of it.</summary>
    Errno RemoveMapping(in Request request, ulong memoryOffset, ulong length);

    /// <summary>NOTIFY_REPLY: the data that <see cref="INotifications.Retrieve"/> asked for. No reply.</summary>
    void RetrieveReply(in Request request, ulong cookie, ulong node, ulong offset, ReadOnlySpan<byte> data);

    /// <summary>
    /// DESTROY: the mount has ended, however it did (unmounted, aborted, stopped); called once, after the last operation, and before
    /// <see cref="IDisposable.Dispose"/>. Not when another worker takes the mount over: for its file system nothing has ended.
    /// </summary>
    void Destroy(in Request request);
}
