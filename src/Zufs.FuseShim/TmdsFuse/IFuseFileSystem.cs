using Tmds.Linux;

namespace Tmds.Fuse;

/// <summary>A file system of paths. <see cref="FuseFileSystemBase"/> has defaults for every member.</summary>
/// <remarks>
/// <para>Results: 0 (a count where the member says so), or a negated error number (<c>-LibC.ENOENT</c>). An exception becomes EIO. ENOSYS means "never ask
/// again" to the kernel for several operations.</para>
/// <para>Paths are raw bytes, absolute, without a NUL in the span; the byte behind the span is a NUL. The same holds for names of extended
/// attributes and for targets. Spans, references and <see cref="DirectoryContent"/> are valid during the call only.</para>
/// </remarks>
public interface IFuseFileSystem : IDisposable
{
    /// <summary>Whether operations may overlap. False: they come strictly one after the other.</summary>
    bool SupportsMultiThreading { get; }

    /// <summary>Attributes of a file; <paramref name="stat"/> arrives zeroed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stat">To be filled.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef);

    /// <summary>New owner and group; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="uid">User.</param>
    /// <param name="gid">Group.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    int Chown(ReadOnlySpan<byte> path, uint uid, uint gid, FuseFileInfoRef fiRef);

    /// <summary>Opens a file; <see cref="FuseFileInfo.flags"/> holds what open(2) was given.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi);

    /// <summary>The last reference to an open file is gone; comes once for an open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    void Release(ReadOnlySpan<byte> path, ref FuseFileInfo fi);

    /// <summary>Renames; <paramref name="flags"/> are the RENAME_* bits of renameat2(2).</summary>
    /// <param name="path">The file.</param>
    /// <param name="newPath">The new name.</param>
    /// <param name="flags">RENAME_* bits.</param>
    int Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, int flags);

    /// <summary>Reads; the result is how many bytes, less than asked for only at the end of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="buffer">The bytes.</param>
    /// <param name="fi">The open file.</param>
    int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi);

    /// <summary>Lists a directory: adds every name in one call, whatever <paramref name="offset"/> says, with <c>.</c> and <c>..</c> among them.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="offset">Of no use here: 0 in practice.</param>
    /// <param name="flags">1: attributes are of use too (FUSE_READDIR_PLUS).</param>
    /// <param name="content">Takes the names.</param>
    /// <param name="fi">The open file.</param>
    int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi);

    /// <summary>Makes the symbolic link <paramref name="path"/> that leads to <paramref name="target"/> (the reverse of symlink(2)).</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where it leads.</param>
    int SymLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target);

    /// <summary>Removes an empty directory.</summary>
    /// <param name="path">The directory.</param>
    int RmDir(ReadOnlySpan<byte> path);

    /// <summary>Removes a name that is no directory.</summary>
    /// <param name="path">The file.</param>
    int Unlink(ReadOnlySpan<byte> path);

    /// <summary>Makes a directory; <paramref name="mode"/> may lack S_IFDIR.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Type and permissions.</param>
    int MkDir(ReadOnlySpan<byte> path, mode_t mode);

    /// <summary>Makes a file and opens it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="fi">The open file.</param>
    int Create(ReadOnlySpan<byte> path, mode_t mode, ref FuseFileInfo fi);

    /// <summary>Puts the target of a symbolic link and a NUL behind it into <paramref name="buffer"/>; the result is 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buffer">The bytes.</param>
    int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer);

    /// <summary>New length in bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    int Truncate(ReadOnlySpan<byte> path, ulong length, FuseFileInfoRef fiRef);

    /// <summary>Writes; the result is how many bytes were taken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="buffer">The bytes.</param>
    /// <param name="fi">The open file.</param>
    int Write(ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> buffer, ref FuseFileInfo fi);

    /// <summary>What statfs(2) shows; <paramref name="statfs"/> arrives zeroed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="statfs">To be filled.</param>
    int StatFS(ReadOnlySpan<byte> path, ref statvfs statfs);

    /// <summary>New permission bits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    int ChMod(ReadOnlySpan<byte> path, mode_t mode, FuseFileInfoRef fiRef);

    /// <summary>One more name, <paramref name="toPath"/>, for the file at <paramref name="fromPath"/>.</summary>
    /// <param name="fromPath">The file.</param>
    /// <param name="toPath">The new name.</param>
    int Link(ReadOnlySpan<byte> fromPath, ReadOnlySpan<byte> toPath);

    /// <summary>New times; either may be UTIME_NOW or UTIME_OMIT (see <see cref="TimespecExtensions"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="atime">Last access.</param>
    /// <param name="mtime">Last change.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef);

    /// <summary>One close(2) of an open file; may come more than once. Its error is what close(2) returns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    int Flush(ReadOnlySpan<byte> path, ref FuseFileInfo fi);

    /// <summary>What was written reaches the disk.</summary>
    /// <remarks>Called by the default of the form with <c>onlyData</c>, also for fdatasync(2).</remarks>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <summary>What was written reaches the disk; with <paramref name="onlyData"/> the data alone (fdatasync).</summary>
    /// <remarks>The operation that is called; unless overridden it goes on to the form without <paramref name="onlyData"/>.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="onlyData">Whether the data alone.</param>
    /// <param name="fi">The open file.</param>
    int FSync(ReadOnlySpan<byte> path, bool onlyData, ref FuseFileInfo fi) => FSync(path, ref fi);

    /// <summary>Sets an extended attribute; <paramref name="flags"/>: XATTR_CREATE 1, XATTR_REPLACE 2.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its value.</param>
    /// <param name="flags">XATTR_* bits.</param>
    int SetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int flags);

    /// <summary>An extended attribute; the result is its size. An empty span only asks for the size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its value.</param>
    int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> data);

    /// <summary>The names of extended attributes, each with its NUL; the result is their size. An empty span only asks for the size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="list">The names.</param>
    int ListXAttr(ReadOnlySpan<byte> path, Span<byte> list);

    /// <summary>Removes an extended attribute.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    int RemoveXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name);

    /// <summary>Opens a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="fi">The open file.</param>
    int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi);

    /// <summary>The last reference to an open directory is gone.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="fi">The open file.</param>
    int ReleaseDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi);

    /// <summary>What was changed in a directory reaches the disk.</summary>
    /// <param name="readOnlySpan">The directory.</param>
    /// <param name="onlyData">Whether the data alone.</param>
    /// <param name="fi">The open file.</param>
    int FSyncDir(ReadOnlySpan<byte> readOnlySpan, bool onlyData, ref FuseFileInfo fi);

    /// <summary>May the caller read 4, write 2, execute 1; 0: does it exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">What is asked.</param>
    int Access(ReadOnlySpan<byte> path, mode_t mode);

    /// <summary>Allocates or frees space (fallocate(2)).</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">FALLOC_FL_* bits.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="fi">The open file.</param>
    int FAllocate(ReadOnlySpan<byte> path, int mode, ulong offset, long length, ref FuseFileInfo fi);
}
