using System.Text;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <summary>Takes the names of a directory. Valid during the call only.</summary>
public ref struct DirectoryContent
{
    private const int MaxName = 1024;

    private readonly DirectoryFiller _filler;

    internal DirectoryContent(DirectoryFiller filler) => _filler = filler;

    /// <summary>Adds a name, in UTF-8.</summary>
    /// <param name="name">1 to 1024 bytes. The kernel shows names of up to 255.</param>
    /// <exception cref="ArgumentException">It is empty or longer.</exception>
    public void AddEntry(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> bytes = stackalloc byte[MaxName];
        if (!Encoding.UTF8.TryGetBytes(name, bytes, out int length))
            ThrowLength();
        Add(_filler, bytes[..length]);
    }

    /// <summary>Adds a name.</summary>
    /// <param name="name">1 to 1024 bytes, with or without a NUL at the end. The kernel shows names of up to 255.</param>
    /// <exception cref="ArgumentException">It is empty or longer.</exception>
    public void AddEntry(ReadOnlySpan<byte> name) => Add(_filler, name);

    private static void Add(DirectoryFiller filler, ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        if (end >= 0)
            name = name[..end];
        if (name.IsEmpty || name.Length > MaxName)
            ThrowLength();
        // What the filler refuses fails the whole listing; the file system isn't asked to stop.
        filler.Add(name);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowLength() => throw new ArgumentException($"A name in a directory has 1 to {MaxName} bytes.", "name");
}
