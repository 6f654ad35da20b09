using System.Text;

namespace Zufs.Conformance.Interop;

/// <summary>A name or path as the kernel sees it: bytes without NUL, in any encoding or none.</summary>
public readonly struct Name
{
    private readonly byte[] _bytes;

    private Name(byte[] terminated)
    {
        _bytes = terminated;
    }

    /// <summary>The bytes with the closing NUL.</summary>
    internal byte[] Terminated => _bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _bytes.Length - 1);

    /// <summary>A name from bytes.</summary>
    /// <param name="bytes">The bytes; no NUL among them.</param>
    public static Name Of(ReadOnlySpan<byte> bytes)
    {
        byte[] terminated = new byte[bytes.Length + 1];
        bytes.CopyTo(terminated);
        return new Name(terminated);
    }

    /// <summary>A name from text, as UTF-8.</summary>
    /// <param name="text">The text; no NUL in it.</param>
    public static implicit operator Name(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>A name from bytes.</summary>
    /// <param name="bytes">The bytes; no NUL among them.</param>
    public static implicit operator Name(byte[] bytes) => Of(bytes);

    /// <summary>The name of an entry below a directory: this, a slash, that.</summary>
    /// <param name="child">The entry's name.</param>
    public Name Slash(Name child)
    {
        byte[] joined = new byte[Bytes.Length + 1 + child._bytes.Length];
        Bytes.CopyTo(joined);
        joined[Bytes.Length] = (byte)'/';
        child._bytes.CopyTo(joined, Bytes.Length + 1);
        return new Name(joined);
    }

    /// <summary>Printable form: ASCII as it is, all other bytes as \xNN. Two different names never print the same.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (byte b in Bytes)
        {
            if (b is >= 0x20 and < 0x7f and not (byte)'\\') text.Append((char)b);
            else text.Append("\\x").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
