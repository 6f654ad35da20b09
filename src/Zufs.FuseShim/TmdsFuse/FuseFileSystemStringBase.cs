using System.Text;

namespace Tmds.Fuse;

/// <summary>
/// A file system whose paths and names are strings. Bytes that <c>encoding</c> doesn't know come out as its replacement characters, so a
/// file system that must bear any name uses <see cref="FuseFileSystemBase"/>.
/// </summary>
public partial class FuseFileSystemStringBase : FuseFileSystemBase
{
    private readonly Encoding _encoding;

    /// <summary>A file system of strings.</summary>
    /// <param name="encoding">How bytes become strings.</param>
    /// <exception cref="ArgumentNullException">There is no <paramref name="encoding"/>.</exception>
    public FuseFileSystemStringBase(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        _encoding = encoding;
    }

    /// <summary>The path of the root, <c>/</c>.</summary>
    public static new string RootPath => "/";

    private int TerminatorLength => _encoding.GetByteCount("\0");
}
