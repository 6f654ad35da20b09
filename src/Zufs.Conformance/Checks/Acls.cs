using System.Buffers.Binary;
using System.Globalization;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>POSIX ACLs, as their xattrs hold them (acl(5)). A file system without them says EOPNOTSUPP.</summary>
internal static class Acls
{
    private const uint Other = 4711;
    private const uint None = uint.MaxValue;
    private const int UserObject = 1, User = 2, GroupObject = 4, Group = 8, Mask = 16, Others = 32;

    private static readonly Name _access = "system.posix_acl_access";
    private static readonly Name _default = "system.posix_acl_default";

    public static IReadOnlyList<Check> All { get; } =
    [
        new("acl-grants-a-user", "A named user may do what his entry says.", Modifies, GrantsUser),
        new("acl-grants-a-group", "A named group may do what its entry says.", Modifies, GrantsGroup),
        new("acl-denies-a-user", "A named user's entry takes away what others may.", Modifies, DeniesUser),
        new("acl-mask-limits", "The mask limits named users, and is what stat shows as the group's bits.", Modifies, MaskLimits),
        new("acl-chmod-changes-mask", "chmod changes the mask, not the owning group's entry.", Modifies, ChmodChangesMask),
        new("acl-minimal-is-mode", "A list of three entries is the mode and nothing else.", Modifies, Minimal),
        new("acl-default-is-inherited", "What is made in a directory with a default list has it; the umask doesn't count.", Modifies, Inherited),
        new("acl-default-limits-mode", "The mode of a create limits what is inherited.", Modifies, InheritedLimited),
        new("acl-default-of-all-kinds", "Directories, FIFOs and files without a name inherit, symlinks don't.", Modifies, InheritedKinds),
        new("acl-default-on-a-file", "Only directories have default lists: EACCES.", Modifies, DefaultOnFile),
        new("acl-remove", "Without its list the mode counts again; removing none is no error.", Modifies, Remove),
        new("acl-invalid", "Lists that aren't any are EINVAL.", Modifies, Invalid),
        new("acl-not-the-owner", "Only the owner sets one: EPERM.", Modifies, NotOwner),
        new("acl-listed", "Both names are among the xattrs, while they are there.", Modifies, Listed),
        new("acl-link-and-rename", "A list belongs to the file.", Modifies, LinkAndRename),
        new("acl-kills-set-group-id", "Set by an owner outside the group, set-group-id goes.", Modifies, KillsSetGroup),
    ];

    private static byte[] List(params (int Tag, int Permissions, uint Id)[] entries)
    {
        byte[] list = new byte[4 + (entries.Length * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(list, 2);
        for (int i = 0; i < entries.Length; i++)
        {
            var entry = list.AsSpan(4 + (i * 8));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)entries[i].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Id);
        }

        return list;
    }

    private static string Text(CheckContext c, Name name, Name attribute)
    {
        byte[] buffer = new byte[4096];
        var outcome = c.GetXAttr(name, attribute, buffer);
        if (outcome.Failed) return outcome.ToString();
        var parts = new List<string>();
        for (int at = 4; at + 8 <= outcome.Value; at += 8)
        {
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(at + 4));
            string tag = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at)) switch
            {
                UserObject => "owner",
                User => "user",
                GroupObject => "owning-group",
                Group => "group",
                Mask => "mask",
                Others => "others",
                _ => "?",
            };
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{tag}{(id == None ? "" : " " + id)} {BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 2))}"));
        }

        return string.Join(", ", parts);
    }

    private static bool Has(CheckContext c, Name file, byte[] list) => c.MayWork("set the list", c.SetXAttr(file, _access, list));

    // 0640 with rights for one more user.
    private static byte[] ForUser(int permissions, int mask = 7) => List(
        (UserObject, 6, None), (User, permissions, Other), (GroupObject, 4, None), (Mask, mask, None), (Others, 0, None));

    private static void As(CheckContext c, uint group, Action steps)
    {
        c.Ready("chmod .", c.Chmod(".", 777));
        CheckContext.As(Other, group, steps);
    }

    private static void GrantsUser(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8, 600);
        As(c, Other, () => c.Fails("before", c.Open("f", O_RDONLY), Errno.EACCES));
        if (!Has(c, "f", ForUser(4))) return;
        As(c, Other, () =>
        {
            c.Works("read", c.Open("f", O_RDONLY));
            c.Fails("write", c.Open("f", O_WRONLY), Errno.EACCES);
        });
        c.Works("set anew", c.SetXAttr("f", _access, ForUser(6)));
        As(c, Other, () => c.Works("write, then", c.Open("f", O_RDWR)));
    }

    private static void GrantsGroup(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8, 600);
        if (!Has(c, "f", List((UserObject, 6, None), (GroupObject, 0, None), (Group, 4, Other), (Mask, 4, None), (Others, 0, None)))) return;
        As(c, Other, () => c.Works("a member reads", c.Open("f", O_RDONLY)));
        As(c, Other, () => c.Fails("a member writes", c.Open("f", O_WRONLY), Errno.EACCES));
        As(c, Other + 1, () => c.Fails("nobody else reads", c.Open("f", O_RDONLY), Errno.EACCES));
    }

    private static void DeniesUser(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        if (!Has(c, "f", List((UserObject, 6, None), (User, 0, Other), (GroupObject, 4, None), (Mask, 7, None), (Others, 4, None)))) return;
        As(c, Other, () => c.Fails("read", c.Open("f", O_RDONLY), Errno.EACCES));
        CheckContext.As(Other + 1, Other + 1, () => c.Works("others read", c.Open("f", O_RDONLY)));
    }

    private static void MaskLimits(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        if (!Has(c, "f", ForUser(6, mask: 4))) return;
        c.Is("mode", "0640", c.Status("f").PermissionText);
        As(c, Other, () =>
        {
            c.Works("read", c.Open("f", O_RDONLY));
            c.Fails("write", c.Open("f", O_WRONLY), Errno.EACCES);
        });
        c.Works("set anew", c.SetXAttr("f", _access, ForUser(6, mask: 6)));
        c.Is("mode, then", "0660", c.Status("f").PermissionText);
    }

    private static void ChmodChangesMask(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        if (!Has(c, "f", ForUser(6))) return;
        // Without any group bit Linux doesn't look at the list at all.
        c.Works("chmod 0614", c.Chmod("f", 614));
        c.Is("list", "owner 6, user 4711 6, owning-group 4, mask 1, others 4", Text(c, "f", _access));
        As(c, Other, () => c.Fails("read", c.Open("f", O_RDONLY), Errno.EACCES));
        c.Works("chmod 0660", c.Chmod("f", 660));
        c.Is("list, then", "owner 6, user 4711 6, owning-group 4, mask 6, others 0", Text(c, "f", _access));
        As(c, Other, () => c.Works("write, then", c.Open("f", O_RDWR)));
    }

    private static void Minimal(CheckContext c)
    {
        c.Put("f", "x"u8);
        if (!Has(c, "f", List((UserObject, 7, None), (GroupObject, 5, None), (Others, 1, None)))) return;
        c.Is("mode", "0751", c.Status("f").PermissionText);
        c.Is("list", "ENODATA", Text(c, "f", _access));
    }

    private static bool MakeDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        byte[] list = List((UserObject, 7, None), (User, 7, Other), (GroupObject, 5, None), (Mask, 7, None), (Others, 5, None));
        return c.MayWork("set the default list", c.SetXAttr("d", _default, list));
    }

    private static void Inherited(CheckContext c)
    {
        Sys.OwnMask(Octal(77));
        if (!MakeDirectory(c)) return;
        c.Works("create", c.Open("d/f", O_RDWR | O_CREAT, Octal(666)));
        c.Is("mode", "0664", c.Status("d/f").PermissionText);
        c.Is("list", "owner 6, user 4711 7, owning-group 5, mask 6, others 4", Text(c, "d/f", _access));
        c.Works("mkdir below", c.Mkdir("d/e", 777));
        c.Is("mode of the directory", "0775", c.Status("d/e").PermissionText);
        c.Is("its default list", Text(c, "d", _default), Text(c, "d/e", _default));
        c.Works("create below", c.Open("d/e/f", O_RDWR | O_CREAT, Octal(600)));
        c.Is("mode below", "0600", c.Status("d/e/f").PermissionText);
    }

    private static void InheritedLimited(CheckContext c)
    {
        Sys.OwnMask(0);
        if (!MakeDirectory(c)) return;
        c.Works("create 0640", c.Open("d/f", O_RDWR | O_CREAT, Octal(640)));
        c.Is("mode", "0640", c.Status("d/f").PermissionText);
        c.Is("list", "owner 6, user 4711 7, owning-group 5, mask 4, others 0", Text(c, "d/f", _access));
        c.Works("a minimal default list", c.SetXAttr("d", _default, List((UserObject, 7, None), (GroupObject, 5, None), (Others, 0, None))));
        c.Works("create 0666", c.Open("d/g", O_RDWR | O_CREAT, Octal(666)));
        c.Is("mode of it", "0640", c.Status("d/g").PermissionText);
        c.Is("list of it", "ENODATA", Text(c, "d/g", _access));
    }

    private static void InheritedKinds(CheckContext c)
    {
        CheckContext.NeedsRoot();
        Sys.OwnMask(Octal(77));
        if (!MakeDirectory(c)) return;
        c.Works("mknod", c.MakeNode("d/fifo", S_IFIFO | Octal(666)));
        c.Is("mode of the fifo", "0664", c.Status("d/fifo").PermissionText);
        c.Works("symlink", c.Symlink("fifo", "d/s"));
        c.Is("list of the symlink", true, c.GetXAttr("d/s", _access, new byte[100]).Failed);
        var opened = c.Open("d", O_TMPFILE | O_RDWR, Octal(666));
        if (!c.MayWork("O_TMPFILE", opened, Errno.EOPNOTSUPP, Errno.EISDIR)) return;
        c.Is("mode of the file without a name", "0664", c.Status((int)opened.Value).PermissionText);
    }

    private static void DefaultOnFile(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", ForUser(4))) return;
        c.Fails("default list of a file", c.SetXAttr("f", _default, ForUser(4)), Errno.EACCES);
    }

    private static void Remove(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        if (!Has(c, "f", ForUser(6))) return;
        c.Works("remove", c.RemoveXAttr("f", _access));
        c.Is("list", "ENODATA", Text(c, "f", _access));
        c.Works("remove again", c.RemoveXAttr("f", _access));
        c.Works("chmod", c.Chmod("f", 600));
        As(c, Other, () => c.Fails("read", c.Open("f", O_RDONLY), Errno.EACCES));
    }

    private static void Invalid(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", ForUser(4))) return;
        c.Fails("without a mask", c.SetXAttr("f", _access, List((UserObject, 6, None), (User, 4, Other), (GroupObject, 4, None), (Others, 0, None))), Errno.EINVAL);
        c.Fails("without others", c.SetXAttr("f", _access, List((UserObject, 6, None), (GroupObject, 4, None))), Errno.EINVAL);
        c.Fails("out of order", c.SetXAttr("f", _access, List((Others, 0, None), (UserObject, 6, None), (GroupObject, 4, None))), Errno.EINVAL);
        c.Fails("a permission too many", c.SetXAttr("f", _access, List((UserObject, 9, None), (GroupObject, 4, None), (Others, 0, None))), Errno.EINVAL);
        c.Fails("cut off", c.SetXAttr("f", _access, ForUser(4).AsSpan(0, 30)), Errno.EINVAL);
        c.Is("list", "owner 6, user 4711 4, owning-group 4, mask 7, others 0", Text(c, "f", _access));
    }

    private static void NotOwner(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8, 666);
        if (!Has(c, "f", ForUser(6))) return;
        As(c, Other, () =>
        {
            c.Fails("set", c.SetXAttr("f", _access, ForUser(7)), Errno.EPERM);
            c.Fails("remove", c.RemoveXAttr("f", _access), Errno.EPERM);
        });
    }

    private static void Listed(CheckContext c)
    {
        if (!MakeDirectory(c)) return;
        c.Works("set the other", c.SetXAttr("d", _access, ForUser(5)));
        c.Is("both", "system.posix_acl_access system.posix_acl_default", AclNames(c));
        c.Works("remove one", c.RemoveXAttr("d", _access));
        c.Is("one", "system.posix_acl_default", AclNames(c));
    }

    private static string AclNames(CheckContext c)
    {
        byte[] buffer = new byte[4096];
        int length = c.Ready("list", c.ListXAttr("d", buffer));
        return string.Join(' ', System.Text.Encoding.Latin1.GetString(buffer, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(n => n.StartsWith("system.posix", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static void LinkAndRename(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", ForUser(4))) return;
        string right = Text(c, "f", _access);
        c.Works("link", c.Link("f", "g"));
        c.Is("by the other name", right, Text(c, "g", _access));
        c.Works("rename", c.Rename("f", "h"));
        c.Is("renamed", right, Text(c, "h", _access));
    }

    private static void KillsSetGroup(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        c.Works("chown", c.Chown("f", Other, 777));
        c.Works("chmod", c.Chmod("f", 2755));
        bool has = false;
        As(c, Other, () => has = Has(c, "f", ForUser(5)));
        if (has) c.Is("mode", "0670", c.Status("f").PermissionText);
    }
}
