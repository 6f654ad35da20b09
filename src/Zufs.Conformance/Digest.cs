using System.Globalization;

namespace Zufs.Conformance;

/// <summary>Short digests of data for observations. FNV-1a: it needs no library, also in a bare virtual machine, and nobody attacks it here.</summary>
internal static class Digest
{
    public static ulong Number(ReadOnlySpan<byte> data)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in data) hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }

    /// <summary>Length and digest.</summary>
    public static string Of(ReadOnlySpan<byte> data) => string.Create(CultureInfo.InvariantCulture, $"{data.Length} bytes, {Number(data):x16}");
}
