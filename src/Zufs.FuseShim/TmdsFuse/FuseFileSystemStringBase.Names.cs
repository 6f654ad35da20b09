using Tmds.Linux;

namespace Tmds.Fuse;

/// <content>Names, links and directories.</content>
public partial class FuseFileSystemStringBase
{
    /// <inheritdoc/>
    public override int Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, int flags) => Rename(_encoding.GetString(path), _encoding.GetString(newPath), flags);

    /// <summary>Renames; <paramref name="flags"/> are the RENAME_* bits of renameat2(2).</summary>
    /// <param name="path">The file.</param>
    /// <param name="newPath">The new name.</param>
    /// <param name="flags">RENAME_* bits.</param>
    public virtual int Rename(string path, string newPath, int flags) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi) => ReadDir(_encoding.GetString(path), offset, flags, content, ref fi);

    /// <summary>Lists a directory: adds every name in one call, whatever <paramref name="offset"/> says, with <c>.</c> and <c>..</c> among them.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="offset">Of no use here: 0 in practice.</param>
    /// <param name="flags">1: attributes are of use too (FUSE_READDIR_PLUS).</param>
    /// <param name="content">Takes the names.</param>
    /// <param name="fi">The open file.</param>
    public virtual int ReadDir(string path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int SymLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => SymLink(_encoding.GetString(path), _encoding.GetString(target));

    /// <summary>Makes the symbolic link <paramref name="path"/> that leads to <paramref name="target"/> (the reverse of symlink(2)).</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where it leads.</param>
    public virtual int SymLink(string path, string target) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int RmDir(ReadOnlySpan<byte> path) => RmDir(_encoding.GetString(path));

    /// <summary>Removes an empty directory.</summary>
    /// <param name="path">The directory.</param>
    public virtual int RmDir(string path) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Unlink(ReadOnlySpan<byte> path) => Unlink(_encoding.GetString(path));

    /// <summary>Removes a name that is no directory.</summary>
    /// <param name="path">The file.</param>
    public virtual int Unlink(string path) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int MkDir(ReadOnlySpan<byte> path, mode_t mode) => MkDir(_encoding.GetString(path), mode);

    /// <summary>Makes a directory; <paramref name="mode"/> may lack S_IFDIR.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Type and permissions.</param>
    public virtual int MkDir(string path, mode_t mode) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer) => ReadLink(_encoding.GetString(path), buffer);

    /// <summary>Puts the target of a symbolic link and a NUL behind it into <paramref name="buffer"/>; the result is 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buffer">The bytes.</param>
    public virtual int ReadLink(string path, Span<byte> buffer) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Link(ReadOnlySpan<byte> fromPath, ReadOnlySpan<byte> toPath) => Link(_encoding.GetString(fromPath), _encoding.GetString(toPath));

    /// <summary>One more name, <paramref name="toPath"/>, for the file at <paramref name="fromPath"/>.</summary>
    /// <param name="fromPath">The file.</param>
    /// <param name="toPath">The new name.</param>
    public virtual int Link(string fromPath, string toPath) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => OpenDir(_encoding.GetString(path), ref fi);

    /// <summary>Opens a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="fi">The open file.</param>
    public virtual int OpenDir(string path, ref FuseFileInfo fi) => 0;

    /// <inheritdoc/>
    public override int ReleaseDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => ReleaseDir(_encoding.GetString(path), ref fi);

    /// <summary>The last reference to an open directory is gone.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="fi">The open file.</param>
    public virtual int ReleaseDir(string path, ref FuseFileInfo fi) => -LibC.ENOSYS;
}
