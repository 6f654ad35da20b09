using Tmds.Linux;

namespace Tmds.Fuse;

/// <content>Open files and their data.</content>
public partial class FuseFileSystemStringBase
{
    /// <inheritdoc/>
    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Open(_encoding.GetString(path), ref fi);

    /// <summary>Opens a file; <see cref="FuseFileInfo.flags"/> holds what open(2) was given.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    public virtual int Open(string path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override void Release(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Release(_encoding.GetString(path), ref fi);

    /// <summary>The last reference to an open file is gone; comes once for an open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    public virtual void Release(string path, ref FuseFileInfo fi)
    {
    }

    /// <inheritdoc/>
    public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi) => Read(_encoding.GetString(path), offset, buffer, ref fi);

    /// <summary>Reads; the result is how many bytes, less than asked for only at the end of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="buffer">The bytes.</param>
    /// <param name="fi">The open file.</param>
    public virtual int Read(string path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Create(ReadOnlySpan<byte> path, mode_t mode, ref FuseFileInfo fi) => Create(_encoding.GetString(path), mode, ref fi);

    /// <summary>Makes a file and opens it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Type and permissions.</param>
    /// <param name="fi">The open file.</param>
    public virtual int Create(string path, mode_t mode, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Truncate(ReadOnlySpan<byte> path, ulong length, FuseFileInfoRef fiRef) => Truncate(_encoding.GetString(path), length, fiRef);

    /// <summary>New length in bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="fiRef">The open file, if the request came by one.</param>
    public virtual int Truncate(string path, ulong length, FuseFileInfoRef fiRef) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Write(ReadOnlySpan<byte> path, ulong off, ReadOnlySpan<byte> span, ref FuseFileInfo fi) => Write(_encoding.GetString(path), off, span, ref fi);

    /// <summary>Writes; the result is how many bytes were taken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="off">First byte.</param>
    /// <param name="span">The bytes.</param>
    /// <param name="fi">The open file.</param>
    public virtual int Write(string path, ulong off, ReadOnlySpan<byte> span, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int Flush(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Flush(_encoding.GetString(path), ref fi);

    /// <summary>One close(2) of an open file; may come more than once. Its error is what close(2) returns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    public virtual int Flush(string path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => FSync(_encoding.GetString(path), ref fi);

    /// <summary>What was written reaches the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fi">The open file.</param>
    public virtual int FSync(string path, ref FuseFileInfo fi) => -LibC.ENOSYS;

    /// <inheritdoc/>
    public override int FSync(ReadOnlySpan<byte> path, bool onlyData, ref FuseFileInfo fi) => FSync(_encoding.GetString(path), onlyData, ref fi);

    /// <summary>What was written reaches the disk; with <paramref name="onlyData"/> the data alone (fdatasync).</summary>
    /// <remarks>Goes on to the forms without <paramref name="onlyData"/>: first that of bytes, whose default is that of strings.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="onlyData">Whether the data alone.</param>
    /// <param name="fi">The open file.</param>
    public virtual int FSync(string path, bool onlyData, ref FuseFileInfo fi)
    {
        Span<byte> bytes = _encoding.GetBytes(path + '\0');
        return FSync(bytes[..^TerminatorLength], ref fi);
    }

    /// <inheritdoc/>
    public override int FAllocate(ReadOnlySpan<byte> path, int mode, ulong offset, long length, ref FuseFileInfo fi) => FAllocate(_encoding.GetString(path), mode, offset, length, ref fi);

    /// <summary>Allocates or frees space (fallocate(2)).</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">FALLOC_FL_* bits.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="fi">The open file.</param>
    public virtual int FAllocate(string path, int mode, ulong offset, long length, ref FuseFileInfo fi) => -LibC.ENOSYS;
}
