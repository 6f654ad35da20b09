using Tmds.Linux;

namespace Tmds.Fuse;

/// <content>Attributes, and extended ones.</content>
public partial class FuseFileSystemStringBase
{
    /// <inheritdoc/>
    public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef) => GetAttr(_encoding.GetString(path), ref stat, fiRef);

    /// <summary>Attributes of a file; <paramref name="stat"/> arrives zeroed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stat">To be filled.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    public virtual int GetAttr(string path, ref stat stat, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Chown(ReadOnlySpan<byte> path, uint uid, uint gid, FuseFileInfoRef fiRef) => Chown(_encoding.GetString(path), uid, gid, fiRef);

    /// <summary>New owner and group; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="uid">User.</param>
    /// <param name="gid">Group.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    public virtual int Chown(string path, uint uid, uint gid, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int StatFS(ReadOnlySpan<byte> path, ref statvfs statfs) => StatFS(_encoding.GetString(path), ref statfs);

    /// <summary>What statfs(2) shows; <paramref name="statfs"/> arrives zeroed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="statfs">To be filled.</param>
    public virtual int StatFS(string path, ref statvfs statfs) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int ChMod(ReadOnlySpan<byte> path, mode_t mode, FuseFileInfoRef fiRef) => ChMod(_encoding.GetString(path), mode, fiRef);

    /// <summary>New permission bits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    public virtual int ChMod(string path, mode_t mode, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef) => UpdateTimestamps(_encoding.GetString(path), ref atime, ref mtime, fiRef);

    /// <summary>New times; either may be UTIME_NOW or UTIME_OMIT.</summary>
    /// <param name="path">The file.</param>
    /// <param name="atime">Last access.</param>
    /// <param name="mtime">Last change.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    public virtual int UpdateTimestamps(string path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int SetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int flags) => SetXAttr(_encoding.GetString(path), _encoding.GetString(name), data, flags);

    /// <summary>Sets an extended attribute; <paramref name="flags"/>: XATTR_CREATE 1, XATTR_REPLACE 2.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its value.</param>
    /// <param name="flags">XATTR_* bits.</param>
    public virtual int SetXAttr(string path, string name, ReadOnlySpan<byte> data, int flags) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> data) => GetXAttr(_encoding.GetString(path), _encoding.GetString(name), data);

    /// <summary>An extended attribute; the result is its size. An empty span only asks for the size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its value.</param>
    public virtual int GetXAttr(string path, string name, Span<byte> data) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int ListXAttr(ReadOnlySpan<byte> path, Span<byte> list) => ListXAttr(_encoding.GetString(path), list);

    /// <summary>The names of extended attributes, each with its NUL; the result is their size. An empty span only asks for the size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="list">The names.</param>
    public virtual int ListXAttr(string path, Span<byte> list) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int RemoveXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => RemoveXAttr(_encoding.GetString(path), _encoding.GetString(name));

    /// <summary>Removes an extended attribute.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    public virtual int RemoveXAttr(string path, string name) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Access(ReadOnlySpan<byte> path, mode_t mode) => Access(_encoding.GetString(path), mode);

    /// <summary>May the caller read 4, write 2, execute 1; 0: does it exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">What is asked.</param>
    public virtual int Access(string path, mode_t mode) => -LibC.ENOSYS;
}
