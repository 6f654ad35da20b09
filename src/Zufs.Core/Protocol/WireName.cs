namespace Zufs.Protocol;

/// <summary>What a name in a request may be.</summary>
public static class WireName
{
    /// <summary>Whether it names an entry of a directory: not empty, no <c>/</c>, neither <c>.</c> nor <c>..</c>.</summary>
    /// <param name="name">Without its NUL.</param>
    public static bool IsEntry(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.Contains((byte)'/') && !IsDots(name);

    /// <summary>Whether it is <c>.</c> or <c>..</c>, which only a LOOKUP of NFS export asks for.</summary>
    /// <param name="name">Without its NUL.</param>
    public static bool IsDots(ReadOnlySpan<byte> name) =>
        name.Length is 1 or 2 && name[0] == (byte)'.' && name[^1] == (byte)'.';
}
