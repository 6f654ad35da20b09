using System.Text;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Extended attributes. A file system without them says EOPNOTSUPP to all.</summary>
internal static class XAttrs
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("xattr", "Set, get, list, remove.", Modifies, WholeLife),
        new("xattr-create-and-replace", "XATTR_CREATE over one that is there is EEXIST, XATTR_REPLACE of none is ENODATA.", Modifies, CreateReplace),
        new("xattr-sizes", "A size of 0 asks how large; a buffer too small is ERANGE.", Modifies, Sizes),
        new("xattr-empty-and-binary", "Empty values, and values of every byte.", Modifies, Binary),
        new("xattr-many", "100 attributes of one file.", Modifies, Many),
        new("xattr-large", "64 KiB, where the file system has room for it; more is E2BIG.", Modifies, Large),
        new("xattr-names", "Names of 255 bytes; longer is ERANGE; without a namespace EOPNOTSUPP.", Modifies, NamesOf),
        new("xattr-missing", "Getting or removing what isn't there is ENODATA.", Modifies, Missing),
        new("xattr-directory", "Directories have them too.", Modifies, Directory),
        new("xattr-symlink", "user.* on a symlink is EPERM.", Modifies, Symlink),
        new("xattr-links-and-rename", "They belong to the file, not the name, and stay over rename.", Modifies, LinksAndRename),
        new("xattr-descriptor", "fsetxattr and fgetxattr, also of an unlinked file.", Modifies, Descriptor),
        new("xattr-trusted", "trusted.* of root.", Modifies, Trusted),
        new("xattr-changes-ctime", "Setting one moves ctime, not mtime.", Modifies, ChangeTime),
    ];

    private static bool Has(CheckContext c, Name file, Name attribute, ReadOnlySpan<byte> value) =>
        c.MayWork($"set {attribute}", c.SetXAttr(file, attribute, value));

    private static void WholeLife(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", "user.a", "first"u8)) return;
        c.Works("set another", c.SetXAttr("f", "user.b", "second one"u8));
        Value(c, "f", "user.a", "first"u8);
        Value(c, "f", "user.b", "second one"u8);
        c.Works("change", c.SetXAttr("f", "user.a", "changed"u8));
        Value(c, "f", "user.a", "changed"u8);
        c.Is("list", "user.a user.b", List(c, "f"));
        c.Works("remove", c.RemoveXAttr("f", "user.a"));
        c.Is("list after it", "user.b", List(c, "f"));
        c.Fails("get what was removed", c.GetXAttr("f", "user.a", new byte[10]), Errno.ENODATA);
    }

    private static void Value(CheckContext c, Name file, Name attribute, ReadOnlySpan<byte> right)
    {
        byte[] buffer = new byte[70_000];
        int length = c.Works($"get {attribute}", c.GetXAttr(file, attribute, buffer));
        c.SameData($"value of {attribute}", right, buffer.AsSpan(0, length));
    }

    private static string List(CheckContext c, Name file)
    {
        byte[] buffer = new byte[65_536];
        int length = c.Ready("list", c.ListXAttr(file, buffer));
        return string.Join(' ', Encoding.Latin1.GetString(buffer, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(n => n.StartsWith("user.", StringComparison.Ordinal) || n.StartsWith("trusted.zufs", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
    }

    private static void CreateReplace(CheckContext c)
    {
        c.Put("f");
        if (!c.MayWork("create", c.SetXAttr("f", "user.a", "1"u8, XATTR_CREATE))) return;
        c.Fails("create again", c.SetXAttr("f", "user.a", "2"u8, XATTR_CREATE), Errno.EEXIST);
        Value(c, "f", "user.a", "1"u8);
        c.Works("replace", c.SetXAttr("f", "user.a", "3"u8, XATTR_REPLACE));
        Value(c, "f", "user.a", "3"u8);
        c.Fails("replace none", c.SetXAttr("f", "user.b", "4"u8, XATTR_REPLACE), Errno.ENODATA);
        c.Fails("unknown flags", c.SetXAttr("f", "user.a", "5"u8, 64), Errno.EINVAL);
    }

    private static void Sizes(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", "user.a", "0123456789"u8)) return;
        c.Works("set another", c.SetXAttr("f", "user.bb", "x"u8));
        c.Gives("size of the value", 10, c.GetXAttr("f", "user.a", default));
        c.Fails("a buffer too small", c.GetXAttr("f", "user.a", new byte[9]), Errno.ERANGE);
        c.Gives("one that fits", 10, c.GetXAttr("f", "user.a", new byte[10]));
        var size = c.ListXAttr("f", default);
        c.Holds("size of the list", size.Value >= 15);
        c.Fails("a list buffer too small", c.ListXAttr("f", new byte[5]), Errno.ERANGE);
        c.Holds("one that fits the list", c.ListXAttr("f", new byte[Math.Max(15, size.Value)]) == size);
    }

    private static void Binary(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", "user.empty", default)) return;
        c.Gives("size of the empty one", 0, c.GetXAttr("f", "user.empty", new byte[10]));
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) all[i] = (byte)i;
        c.Works("set", c.SetXAttr("f", "user.all", all));
        Value(c, "f", "user.all", all);
        c.Is("list", "user.all user.empty", List(c, "f"));
    }

    private static void Many(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", "user.n0", "0"u8)) return;
        int set = 1;
        while (set < 100 && !c.SetXAttr("f", $"user.n{set}", Encoding.ASCII.GetBytes($"{set}")).Failed) set++;

        // A file system may have room for fewer (ext4: what fits a block); those that it took must be right.
        c.Note("attributes taken", set);
        int right = 0;
        byte[] buffer = new byte[10];
        for (int i = 0; i < set; i++)
        {
            var got = c.GetXAttr("f", $"user.n{i}", buffer);
            if (!got.Failed && Encoding.ASCII.GetString(buffer, 0, (int)got.Value) == $"{i}") right++;
        }

        c.Is("with their value", set, right);
        c.Is("listed", set, List(c, "f").Split(' ').Length);
    }

    private static void Large(CheckContext c)
    {
        c.Put("f");
        byte[] data = c.Data(65_536);
        if (c.MayWork("2 KiB", c.SetXAttr("f", "user.a", data.AsSpan(0, 2048)))) Value(c, "f", "user.a", data.AsSpan(0, 2048));
        if (c.MayWork("64 KiB", c.SetXAttr("f", "user.a", data), Errno.EOPNOTSUPP, Errno.ENOSPC, Errno.E2BIG, Errno.ERANGE, Errno.ENOSYS))
            Value(c, "f", "user.a", data);
        c.Fails("64 KiB and one byte", c.SetXAttr("f", "user.a", new byte[65_537]), Errno.E2BIG, Errno.EOPNOTSUPP);
    }

    private static void NamesOf(CheckContext c)
    {
        c.Put("f");
        Name longest = "user." + new string('n', 250);
        if (!Has(c, "f", longest, "x"u8)) return;
        Value(c, "f", longest, "x"u8);
        c.Is("list", longest.ToString(), List(c, "f"));
        c.Fails("256 bytes", c.SetXAttr("f", "user." + new string('n', 251), "x"u8), Errno.ERANGE);
        c.Fails("empty", c.SetXAttr("f", "", "x"u8), Errno.ERANGE);
        Name other = (byte[])[.. "user."u8, 0xff, 0xe9];
        c.Works("not UTF-8", c.SetXAttr("f", other, "y"u8));
        Value(c, "f", other, "y"u8);
    }

    private static void Missing(CheckContext c)
    {
        c.Put("f");
        c.Fails("get", c.GetXAttr("f", "user.no", new byte[10]), Errno.ENODATA, Errno.EOPNOTSUPP);
        c.Fails("size", c.GetXAttr("f", "user.no", default), Errno.ENODATA, Errno.EOPNOTSUPP);
        c.Fails("remove", c.RemoveXAttr("f", "user.no"), Errno.ENODATA, Errno.EOPNOTSUPP);
        c.Is("list", "", List(c, "f"));
        c.Fails("of a missing file", c.GetXAttr("no", "user.a", new byte[10]), Errno.ENOENT);
    }

    private static void Directory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        if (!Has(c, "d", "user.a", "x"u8)) return;
        Value(c, "d", "user.a", "x"u8);
        c.Put("d/f");
        c.Is("what is in it has none", "", List(c, "d/f"));
    }

    private static void Symlink(CheckContext c)
    {
        c.Works("symlink", c.Symlink("nowhere", "s"));
        c.Fails("set", c.SetXAttr("s", "user.a", "x"u8), Errno.EPERM, Errno.EOPNOTSUPP);
    }

    private static void LinksAndRename(CheckContext c)
    {
        c.Put("f");
        if (!Has(c, "f", "user.a", "x"u8)) return;
        c.Works("link", c.Link("f", "g"));
        Value(c, "g", "user.a", "x"u8);
        c.Works("rename", c.Rename("f", "h"));
        Value(c, "h", "user.a", "x"u8);
        c.Works("unlink", c.Unlink("h"));
        c.Works("remove", c.RemoveXAttr("g", "user.a"));
        c.Put("h");
        c.Is("a new file of the name has none", "", List(c, "h"));
    }

    private static void Descriptor(CheckContext c)
    {
        int fd = c.Create("f");
        if (!c.MayWork("fsetxattr", Sys.SetXAttr(fd, "user.a", "x"u8, 0))) return;
        Value(c, "f", "user.a", "x"u8);
        c.Works("unlink", c.Unlink("f"));
        c.Works("set when unlinked", Sys.SetXAttr(fd, "user.b", "yy"u8, 0));
        c.Gives("get when unlinked", 2, Sys.GetXAttr(fd, "user.b", new byte[10]));
    }

    private static void Trusted(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f");
        if (!Has(c, "f", "trusted.zufs", "x"u8)) return;
        Value(c, "f", "trusted.zufs", "x"u8);
        c.Is("list", "trusted.zufs", List(c, "f"));
    }

    private static void ChangeTime(CheckContext c)
    {
        c.Put("f");
        c.MakeOld("f");
        TimeValue before = c.Status("f").Changed;
        CheckContext.NextTick();
        if (!Has(c, "f", "user.a", "x"u8)) return;
        c.Holds("ctime moved", ((TimeValue)c.Status("f").Changed).CompareTo(before) > 0);
        c.Holds("mtime stays", !CheckContext.IsRecent(c.Status("f").Modified));
    }
}
