using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary>
/// Extensions at the end of a request (<c>fuse_in_header.total_extlen</c>): records of <c>fuse_ext_header</c> and padding to 8 bytes.
/// </summary>
public static class RequestExtensions
{
    /// <summary>
    /// Walks the extensions and takes the supplementary groups out of them (FUSE_EXT_GROUPS). Others are stepped over.
    /// </summary>
    /// <param name="extensions">All of them.</param>
    /// <param name="groups">Where the groups go; further ones are left out.</param>
    /// <param name="count">How many groups there are.</param>
    /// <returns>False when the lengths don't add up.</returns>
    public static bool TryReadGroups(ReadOnlySpan<byte> extensions, Span<uint> groups, out int count)
    {
        count = 0;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < Unsafe.SizeOf<FuseExtHeader>())
                return false;
            var header = MemoryMarshal.Read<FuseExtHeader>(extensions);
            if (header.Size < Unsafe.SizeOf<FuseExtHeader>() || header.Size > (uint)extensions.Length)
                return false;
            ReadOnlySpan<byte> body = extensions[Unsafe.SizeOf<FuseExtHeader>()..(int)header.Size];
            if (header.Type == FuseConstants.ExtGroups)
            {
                if (body.Length < sizeof(uint))
                    return false;
                uint said = MemoryMarshal.Read<uint>(body);
                body = body[sizeof(uint)..];
                if (said > (uint)body.Length / sizeof(uint))
                    return false;
                count = Math.Min((int)said, groups.Length);
                body[..(count * sizeof(uint))].CopyTo(MemoryMarshal.AsBytes(groups));
            }
            // The last record may end without its padding.
            int step = Math.Min(((int)header.Size + 7) & ~7, extensions.Length);
            extensions = extensions[step..];
        }
        return true;
    }
}
