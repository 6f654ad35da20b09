using Tmds.Linux;

namespace Tmds.Fuse;

/// <summary>
/// A file system without any operation: ENOSYS for all but opening a directory. Derive and override what yours can do.
/// </summary>
public class FuseFileSystemBase : IFuseFileSystem
{
    /// <summary>The path of the root, <c>/</c>.</summary>
    public static ReadOnlySpan<byte> RootPath => "/"u8;

    /// <inheritdoc/>
    public virtual bool SupportsMultiThreading => false;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <inheritdoc/>
    public virtual int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Chown(ReadOnlySpan<byte> path, uint uid, uint gid, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual void Release(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
    {
    }

    /// <inheritdoc/>
    public virtual int Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, int flags) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int SymLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int RmDir(ReadOnlySpan<byte> path) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Unlink(ReadOnlySpan<byte> path) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int MkDir(ReadOnlySpan<byte> path, mode_t mode) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Create(ReadOnlySpan<byte> path, mode_t mode, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Truncate(ReadOnlySpan<byte> path, ulong length, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Write(ReadOnlySpan<byte> path, ulong off, ReadOnlySpan<byte> span, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int StatFS(ReadOnlySpan<byte> path, ref statvfs statfs) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int ChMod(ReadOnlySpan<byte> path, mode_t mode, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Link(ReadOnlySpan<byte> fromPath, ReadOnlySpan<byte> toPath) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Flush(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int FSync(ReadOnlySpan<byte> path, bool onlyData, ref FuseFileInfo fi) => FSync(path, ref fi);

    /// <inheritdoc/>
    public virtual int SetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int flags) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> data) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int ListXAttr(ReadOnlySpan<byte> path, Span<byte> list) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int RemoveXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => 0;

    /// <inheritdoc/>
    public virtual int ReleaseDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int FSyncDir(ReadOnlySpan<byte> readOnlySpan, bool onlyData, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int Access(ReadOnlySpan<byte> path, mode_t mode) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public virtual int FAllocate(ReadOnlySpan<byte> path, int mode, ulong offset, long length, ref FuseFileInfo fi) => -LibC.ENOSYS;
}
