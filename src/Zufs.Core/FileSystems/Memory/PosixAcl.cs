using System.Buffers.Binary;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// Access control lists as they stand in the xattrs <c>system.posix_acl_access</c> and <c>system.posix_acl_default</c>: a version, then
/// entries of tag, permissions and id, little-endian (acl(5), linux/posix_acl_xattr.h).
/// </summary>
internal static class PosixAcl
{
    private const uint Version = 2;
    private const int HeaderSize = 4;
    private const int EntrySize = 8;
    private const int OwnerShift = 6;
    private const int GroupShift = 3;

    private enum Tag : ushort
    {
        Owner = 0x01,
        User = 0x02,
        OwningGroup = 0x04,
        Group = 0x08,
        Mask = 0x10,
        Other = 0x20,
    }

    /// <summary>Whether it is a list that acl(5) allows: each of owner, owning group and others once, a mask when somebody is named, and in order.</summary>
    public static bool IsValid(ReadOnlySpan<byte> acl)
    {
        if (acl.Length < HeaderSize || (acl.Length - HeaderSize) % EntrySize != 0 || BinaryPrimitives.ReadUInt32LittleEndian(acl) != Version)
            return false;
        Tag last = 0;
        uint lastId = 0;
        uint seen = 0;
        for (int at = HeaderSize; at < acl.Length; at += EntrySize)
        {
            Tag tag = TagAt(acl, at);
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(acl[(at + 4)..]);
            bool isNamed = tag is Tag.User or Tag.Group;
            if (!Enum.IsDefined(tag) || (PermissionsAt(acl, at) & ~7u) != 0 || tag < last || (tag == last && (!isNamed || id <= lastId)))
                return false;
            seen |= (uint)tag;
            (last, lastId) = (tag, id);
        }
        const uint Base = (uint)(Tag.Owner | Tag.OwningGroup | Tag.Other);
        bool needsMask = (seen & (uint)(Tag.User | Tag.Group)) != 0;
        return (seen & Base) == Base && (!needsMask || (seen & (uint)Tag.Mask) != 0);
    }

    /// <summary>The nine permission bits that stat(2) shows for it.</summary>
    /// <param name="acl">A valid list.</param>
    /// <param name="isMinimal">Whether the bits say all of it.</param>
    public static uint ToMode(ReadOnlySpan<byte> acl, out bool isMinimal)
    {
        uint mode = 0;
        uint mask = 0;
        bool hasMask = false;
        isMinimal = true;
        for (int at = HeaderSize; at < acl.Length; at += EntrySize)
        {
            uint permissions = PermissionsAt(acl, at);
            switch (TagAt(acl, at))
            {
                case Tag.Owner:
                    mode |= permissions << OwnerShift;
                    break;
                case Tag.OwningGroup:
                    mode |= permissions << GroupShift;
                    break;
                case Tag.Other:
                    mode |= permissions;
                    break;
                case Tag.Mask:
                    mask = permissions;
                    hasMask = true;
                    isMinimal = false;
                    break;
                default:
                    isMinimal = false;
                    break;
            }
        }
        return hasMask ? (mode & ~(7u << GroupShift)) | mask << GroupShift : mode;
    }

    /// <summary>What chmod(2) does to a list: the group's bits become the mask's, where there is one.</summary>
    public static void ChangeMode(Span<byte> acl, uint mode)
    {
        bool hasMask = Has(acl, Tag.Mask);
        for (int at = HeaderSize; at < acl.Length; at += EntrySize)
        {
            switch (TagAt(acl, at))
            {
                case Tag.Owner:
                    SetPermissions(acl, at, mode >> OwnerShift);
                    break;
                case Tag.OwningGroup when !hasMask:
                case Tag.Mask:
                    SetPermissions(acl, at, mode >> GroupShift);
                    break;
                case Tag.Other:
                    SetPermissions(acl, at, mode);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>What a new file makes of its directory's default list: neither grants what <paramref name="mode"/> doesn't ask for.</summary>
    /// <param name="acl">The list that the file will have; changed.</param>
    /// <param name="mode">The mode that was asked for, without any umask; changed.</param>
    public static void Inherit(Span<byte> acl, ref uint mode)
    {
        bool hasMask = Has(acl, Tag.Mask);
        uint bits = mode & 0x1FF;
        for (int at = HeaderSize; at < acl.Length; at += EntrySize)
        {
            int shift;
            switch (TagAt(acl, at))
            {
                case Tag.Owner:
                    shift = OwnerShift;
                    break;
                case Tag.OwningGroup when !hasMask:
                case Tag.Mask:
                    shift = GroupShift;
                    break;
                case Tag.Other:
                    shift = 0;
                    break;
                default:
                    continue;
            }
            uint both = PermissionsAt(acl, at) & (bits >> shift);
            SetPermissions(acl, at, both);
            bits = (bits & ~(7u << shift)) | both << shift;
        }
        mode = (mode & ~0x1FFu) | bits;
    }

    private static bool Has(ReadOnlySpan<byte> acl, Tag tag)
    {
        for (int at = HeaderSize; at < acl.Length; at += EntrySize)
        {
            if (TagAt(acl, at) == tag)
                return true;
        }
        return false;
    }

    private static Tag TagAt(ReadOnlySpan<byte> acl, int at) => (Tag)BinaryPrimitives.ReadUInt16LittleEndian(acl[at..]);

    private static uint PermissionsAt(ReadOnlySpan<byte> acl, int at) => BinaryPrimitives.ReadUInt16LittleEndian(acl[(at + 2)..]);

    private static void SetPermissions(Span<byte> acl, int at, uint permissions) =>
        BinaryPrimitives.WriteUInt16LittleEndian(acl[(at + 2)..], (ushort)(permissions & 7));
}
