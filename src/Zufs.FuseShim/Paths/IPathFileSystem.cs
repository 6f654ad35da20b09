using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// The path-based contract that front ends adapt to: libfuse's high-level operations, neutral of any front end.
/// <see cref="PathFileSystem"/> puts it on the inode-level API.
/// </summary>
/// <remarks>
/// <para>Paths are absolute, begin with <c>/</c>, are raw bytes as the kernel gave them, hold no NUL, and one NUL stands behind the span; the
/// same holds for names of extended attributes and targets of symbolic links. An empty path: the file behind the handle has no name any more.
/// No path changes its meaning by a rename while an operation uses it.</para>
/// <para>Results are <see cref="Errno"/>; an exception becomes EIO. What a file system gives (counts, names, sizes) is checked; what isn't
/// possible becomes EIO. Out structures arrive zeroed. Spans and references are valid during the call only.</para>
/// <para>Threads: by <see cref="PathTraits.Concurrency"/>. <see cref="Request.Defer"/> isn't for file systems of this kind.</para>
/// </remarks>
public interface IPathFileSystem : IDisposable
{
    /// <summary>What the file system says of itself. Asked before mounting; only <see cref="Offered"/> may change it.</summary>
    PathTraits Traits { get; }

    /// <summary>As <see cref="IFileSystem.Offered"/>.</summary>
    /// <param name="offered">The features that the kernel offers.</param>
    /// <param name="maxWrite">The largest READ and WRITE in bytes; may be lowered.</param>
    /// <returns>What takes the place of the mount's options of paths and caches; null: they stay.</returns>
    PathOptions? Offered(FileSystemFeatures offered, ref int maxWrite) => null;

    /// <summary>The mount begins: INIT is answered, no operation has come yet.</summary>
    void Start(MountContext mount);

    /// <summary>Attributes; <see cref="Attributes.Mode"/> holds the type. ENOENT when there is no such name. By path or by an open file.</summary>
    Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes);

    /// <summary>The target of a symbolic link, without NUL. <paramref name="target"/> holds 4096 bytes, zeroed.</summary>
    Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length);

    /// <summary>Makes a node that is no directory and no symbolic link. <paramref name="umask"/> was applied to <paramref name="mode"/> already.</summary>
    Errno MkNod(in Request request, ReadOnlySpan<byte> path, uint mode, uint rdev, uint umask);

    /// <summary>Makes a directory. <paramref name="mode"/> may lack S_IFDIR.</summary>
    Errno MkDir(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask);

    /// <summary>Removes a name that is no directory.</summary>
    Errno Unlink(in Request request, ReadOnlySpan<byte> path);

    /// <summary>Removes an empty directory.</summary>
    Errno RmDir(in Request request, ReadOnlySpan<byte> path);

    /// <summary>Makes the symbolic link <paramref name="path"/> that leads to <paramref name="target"/>.</summary>
    Errno SymLink(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target);

    /// <summary>Renames. <paramref name="flags"/>: RENAME_NOREPLACE 1, RENAME_EXCHANGE 2, RENAME_WHITEOUT 4; EINVAL for those it can't do.</summary>
    Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags);

    /// <summary>One more name, <paramref name="newPath"/>, for the file at <paramref name="path"/>.</summary>
    Errno Link(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath);

    /// <summary>New permission bits; the type bits are the file's or zero.</summary>
    Errno ChMod(in Request request, ReadOnlySpan<byte> path, uint mode, ref PathFile file);

    /// <summary>New owner and group; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    Errno Chown(in Request request, ReadOnlySpan<byte> path, uint uid, uint gid, ref PathFile file);

    /// <summary>New length in bytes.</summary>
    Errno Truncate(in Request request, ReadOnlySpan<byte> path, ulong length, ref PathFile file);

    /// <summary>New times; either may be <see cref="PathTimes.Now"/> or <see cref="PathTimes.Omit"/>.</summary>
    Errno UpdateTimes(in Request request, ReadOnlySpan<byte> path, Timestamp atime, Timestamp mtime, ref PathFile file);

    /// <summary>Opens: flags are in <paramref name="file"/>, without O_CREAT and O_EXCL (and O_TRUNC unless it was asked for).</summary>
    Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file);

    /// <summary>Makes a regular file and opens it. ENOSYS: the kernel goes on with MKNOD and OPEN.</summary>
    Errno Create(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask, ref PathFile file);

    /// <summary>Fills or lends up to the length of the reply's room; fewer bytes only at the end of the file.</summary>
    Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply);

    /// <summary>Writes. Fewer bytes than given is a short write.</summary>
    Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written);

    /// <summary>What statfs(2) shows.</summary>
    Errno StatFs(in Request request, ReadOnlySpan<byte> path, ref StatFs statFs);

    /// <summary>One close(2) of an open file; may come more than once.</summary>
    Errno Flush(in Request request, ReadOnlySpan<byte> path, ref PathFile file);

    /// <summary>The last reference to an open file is gone; comes once. Nobody sees the error.</summary>
    Errno Release(in Request request, ReadOnlySpan<byte> path, ref PathFile file);

    /// <summary>What was written reaches the disk.</summary>
    Errno FSync(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file);

    /// <summary>Sets an extended attribute. <paramref name="flags"/>: XATTR_CREATE 1, XATTR_REPLACE 2.</summary>
    Errno SetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags);

    /// <summary>An extended attribute, or its size. ENODATA, ERANGE.</summary>
    Errno GetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ref XAttrReply value);

    /// <summary>The names of extended attributes, each with its NUL, or their size in all.</summary>
    Errno ListXAttr(in Request request, ReadOnlySpan<byte> path, ref XAttrReply names);

    /// <summary>Removes an extended attribute. ENODATA.</summary>
    Errno RemoveXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name);

    /// <summary>Opens a directory.</summary>
    Errno OpenDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file);

    /// <summary>
    /// Lists a directory, in one of two ways. One-shot: all entries are added without an offset, whatever <paramref name="offset"/> says; the
    /// listing is kept for as long as the directory is open, and taken again at rewinddir(3). By offset: entries from
    /// <paramref name="offset"/> on, each with the offset where a later call goes on, until the filler returns false.
    /// <c>.</c> and <c>..</c> are the file system's to add.
    /// </summary>
    /// <param name="request">Who asks.</param>
    /// <param name="path">The directory.</param>
    /// <param name="offset">0, or the offset of an earlier entry.</param>
    /// <param name="wantsAttributes">READDIRPLUS: attributes are of use (FUSE_READDIR_PLUS).</param>
    /// <param name="filler">Takes the entries.</param>
    /// <param name="file">The open directory.</param>
    Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file);

    /// <summary>The last reference to an open directory is gone.</summary>
    Errno ReleaseDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file);

    /// <summary>What was changed in a directory reaches the disk.</summary>
    Errno FSyncDir(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file);

    /// <summary>May the caller read 4, write 2, execute 1; 0: does it exist. ENOSYS: allowed.</summary>
    Errno Access(in Request request, ReadOnlySpan<byte> path, uint mask);

    /// <summary>POSIX locks; only with <see cref="FileSystemFeatures.PosixLocks"/>. The owner is in <paramref name="file"/>.</summary>
    Errno Lock(in Request request, ReadOnlySpan<byte> path, PathLockCommand command, ref FileLock fileLock, ref PathFile file);

    /// <summary>flock(2); only with <see cref="FileSystemFeatures.FlockLocks"/>. <paramref name="operation"/>: LOCK_SH 1, LOCK_EX 2, LOCK_NB 4, LOCK_UN 8.</summary>
    Errno Flock(in Request request, ReadOnlySpan<byte> path, int operation, ref PathFile file);

    /// <summary>Block devices only: which block of the device holds a block of the file.</summary>
    Errno Bmap(in Request request, ReadOnlySpan<byte> path, uint blockSize, ref ulong block);

    /// <summary>ioctl(2), restricted form: the command says how much goes in and out.</summary>
    Errno Ioctl(in Request request, ReadOnlySpan<byte> path, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref PathFile file, ref IoctlReply reply);

    /// <summary>poll(2). A <paramref name="pollHandle"/> that isn't 0 is for <see cref="INotifications.PollWakeup"/>.</summary>
    Errno Poll(in Request request, ReadOnlySpan<byte> path, ulong pollHandle, ref PathFile file, ref uint ready);

    /// <summary>fallocate(2). EOPNOTSUPP for modes it can't do.</summary>
    Errno FAllocate(in Request request, ReadOnlySpan<byte> path, uint mode, ulong offset, ulong length, ref PathFile file);

    /// <summary>copy_file_range(2) between two open files.</summary>
    Errno CopyFileRange(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file,
        ReadOnlySpan<byte> newPath, ulong newOffset, ref PathFile newFile, ulong length, uint flags, out ulong copied);

    /// <summary>lseek(2) with SEEK_DATA 3 or SEEK_HOLE 4.</summary>
    Errno LSeek(in Request request, ReadOnlySpan<byte> path, ulong offset, uint whence, ref PathFile file, out ulong result);

    /// <summary>The file system is unmounted; the last operation. Not sent when the connection was aborted.</summary>
    void Destroy(in Request request);
}
