using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>rename(2) and its flags.</summary>
internal static class Renames
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("rename", "A file keeps inode, data and times under its new name.", Modifies, Simple),
        new("rename-over-file", "What was there is gone; its open descriptors live on.", Modifies, OverFile),
        new("rename-over-open-unlinked", "Reading and writing a file that was renamed over.", Modifies, OverOpen),
        new("rename-to-itself", "Renaming a name, or a link of it, to itself does nothing.", Modifies, ToItself),
        new("rename-across-directories", "Into another directory and back.", Modifies, AcrossDirectories),
        new("rename-directory", "A directory moves with all below it; '..' leads to the new parent.", Modifies, Directory),
        new("rename-directory-over-empty", "A directory replaces an empty one.", Modifies, OverEmpty),
        new("rename-directory-over-full", "Over one with something in it is ENOTEMPTY.", Modifies, OverFull),
        new("rename-kinds", "A file over a directory is EISDIR, a directory over a file ENOTDIR.", Modifies, Kinds),
        new("rename-into-own-child", "A directory below itself is EINVAL.", Modifies, IntoOwnChild),
        new("rename-over-own-parent", "Over one's own ancestor is ENOTEMPTY.", Modifies, OverOwnParent),
        new("rename-open-file", "An open file follows its rename.", Modifies, OpenFile),
        new("rename-open-directory", "An open directory follows its rename, and creates at the new place.", Modifies, OpenDirectory),
        new("rename-noreplace", "RENAME_NOREPLACE is EEXIST when something is there.", Modifies, NoReplace),
        new("rename-exchange", "RENAME_EXCHANGE swaps files, also with directories.", Modifies, Exchange),
        new("rename-whiteout", "RENAME_WHITEOUT leaves a character device 0:0 behind (root, where the file system can).", Modifies, Whiteout),
        new("rename-wrong-flags", "Unknown flags, and flags that contradict each other, are EINVAL.", Modifies, WrongFlags),
        new("rename-symlink-over-file", "Symlinks are renamed, and replaced, themselves.", Modifies, Symlinks),
        new("rename-chain", "A name handed round 200 times.", Modifies, Chain),
        new("rename-changes-ctime", "Both directories' mtime moves; the file's mtime stays.", Modifies, Times),
    ];

    private static void Simple(CheckContext c)
    {
        byte[] data = c.Data(5000);
        c.Put("f", data, 640);
        c.MakeOld("f");
        var before = c.Status("f");
        c.Works("rename", c.Rename("f", "g"));
        var after = c.Status("g");
        c.Contains("listed", "g");
        c.Fails("stat of the old name", c.Stat("f", out _), Errno.ENOENT);
        c.Holds("same inode", before.Inode == after.Inode);
        c.Is("mtime", (TimeValue)before.Modified, after.Modified);
        c.Is("mode", "0640", after.PermissionText);
        c.SameData("content", data, c.Content("g"));
    }

    private static void OverFile(CheckContext c)
    {
        c.Put("new", "new"u8);
        c.Put("old", "old"u8);
        c.Works("link the old", c.Link("old", "other"));
        ulong inode = c.Status("new").Inode;
        c.Works("rename", c.Rename("new", "old"));
        c.Contains("listed", "old", "other");
        c.Holds("inode is the new one's", c.Status("old").Inode == inode);
        c.SameData("content", "new"u8, c.Content("old"));
        c.SameData("the replaced one's other name", "old"u8, c.Content("other"));
        c.Is("its links", 1u, c.Status("other").Links);
    }

    private static void OverOpen(CheckContext c)
    {
        int old = c.Create("old", "old data"u8);
        c.Put("new", "new"u8);
        c.Works("rename", c.Rename("new", "old"));
        c.SameData("read the replaced", "old data"u8, c.ReadAt(old, 0, 100));
        c.WriteAt(old, "OLD"u8, 0);
        c.SameData("write it", "OLD data"u8, c.ReadAt(old, 0, 100));
        c.Is("its links", 0u, c.Status(old).Links);
        c.SameData("the new one", "new"u8, c.Content("old"));
    }

    private static void ToItself(CheckContext c)
    {
        c.Put("f", "x"u8);
        c.Works("link", c.Link("f", "g"));
        c.Works("to itself", c.Rename("f", "f"));
        c.Works("to its link", c.Rename("f", "g"));
        c.Contains("both are left", "f", "g");
        c.Is("links", 2u, c.Status("f").Links);
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("directory to itself", c.Rename("d", "d"));
    }

    private static void AcrossDirectories(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("a"));
        c.Works("mkdir", c.Mkdir("a/b"));
        c.Put("a/b/f", "x"u8);
        c.Works("up", c.Rename("a/b/f", "f"));
        c.Contains("listed", "a", "f");
        c.Is("left below", 0, c.Names("a/b").Count);
        c.Works("down", c.Rename("f", "a/b/g"));
        c.SameData("content", "x"u8, c.Content("a/b/g"));
        c.Contains("listed after", "a");
    }

    private static void Directory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("d/e"));
        c.Works("mkdir", c.Mkdir("target"));
        c.Put("d/e/f", "x"u8);
        c.Works("rename", c.Rename("d", "target/moved"));
        c.SameData("content", "x"u8, c.Content("target/moved/e/f"));
        c.Holds("'..' is the new parent", c.Status("target/moved/..").Inode == c.Status("target").Inode);
        c.Fails("the old path", c.Stat("d/e/f", out _), Errno.ENOENT);
        c.Works("create below", c.Open("target/moved/e/g", O_RDWR | O_CREAT, Octal(644)));
        c.Is("listed", "f g", string.Join(" ", c.Names("target/moved/e")));
    }

    private static void OverEmpty(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("d/f");
        c.Works("mkdir", c.Mkdir("empty"));
        c.Works("rename", c.Rename("d", "empty"));
        c.Contains("listed", "empty");
        c.Is("in it", "f", string.Join(" ", c.Names("empty")));
    }

    private static void OverFull(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("full"));
        c.Put("full/f");
        c.Fails("rename", c.Rename("d", "full"), Errno.ENOTEMPTY, Errno.EEXIST);
        c.Contains("listed", "d", "full");
    }

    private static void Kinds(CheckContext c)
    {
        c.Put("f");
        c.Works("mkdir", c.Mkdir("d"));
        c.Fails("file over directory", c.Rename("f", "d"), Errno.EISDIR);
        c.Fails("directory over file", c.Rename("d", "f"), Errno.ENOTDIR);
        c.Contains("listed", "d", "f");
    }

    private static void IntoOwnChild(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("d/e"));
        c.Fails("below itself", c.Rename("d", "d/x"), Errno.EINVAL);
        c.Fails("deeper", c.Rename("d", "d/e/x"), Errno.EINVAL);
        c.Is("in it", "e", string.Join(" ", c.Names("d")));
    }

    private static void OverOwnParent(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("d/e"));
        c.Works("mkdir", c.Mkdir("d/e/f"));
        c.Fails("over the parent", c.Rename("d/e", "d"), Errno.ENOTEMPTY, Errno.EEXIST);
        c.Fails("over the grandparent", c.Rename("d/e/f", "d"), Errno.ENOTEMPTY, Errno.EEXIST);
        c.Works("over the parent's empty sibling", c.Mkdir("s"));
        c.Works("rename", c.Rename("d/e", "s"));
        c.Is("moved", "f", string.Join(" ", c.Names("s")));
    }

    private static void OpenFile(CheckContext c)
    {
        int fd = c.Create("f", "0123"u8);
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("rename", c.Rename("f", "d/g"));
        c.WriteAt(fd, "4567"u8, 4);
        c.SameData("content", "01234567"u8, c.Content("d/g"));
        c.Works("rename its directory", c.Rename("d", "e"));
        c.WriteAt(fd, "89"u8, 8);
        c.SameData("content after it", "0123456789"u8, c.Content("e/g"));
        c.Works("fchmod", Sys.ChangeMode(fd, Octal(600)));
        c.Is("mode", "0600", c.Status("e/g").PermissionText);
    }

    private static void OpenDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        int fd = c.Works("open", c.Open("d", O_RDONLY | O_DIRECTORY));
        c.Works("rename", c.Rename("d", "e"));
        int file = c.Works("create in it", Sys.Open(fd, "f", O_RDWR | O_CREAT, Octal(644)));
        c.Track(file);
        c.Is("listed at the new place", "f", string.Join(" ", c.Names("e")));
        c.Works("mkdir at the old place", c.Mkdir("d"));
        c.Is("it is empty", 0, c.Names("d").Count);
    }

    private static void NoReplace(CheckContext c)
    {
        c.Put("f", "f"u8);
        c.Put("g", "g"u8);
        if (!c.MayWork("onto nothing", c.Rename("f", "h", RENAME_NOREPLACE), Errno.EINVAL)) return;
        c.Fails("onto a file", c.Rename("h", "g", RENAME_NOREPLACE), Errno.EEXIST);
        c.SameData("untouched", "g"u8, c.Content("g"));
        c.Contains("listed", "g", "h");
    }

    private static void Exchange(CheckContext c)
    {
        c.Put("f", "f"u8);
        c.Put("g", "g"u8);
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("d/x");
        if (!c.MayWork("two files", c.Rename("f", "g", RENAME_EXCHANGE), Errno.EINVAL)) return;
        c.SameData("f", "g"u8, c.Content("f"));
        c.SameData("g", "f"u8, c.Content("g"));
        c.Works("a file and a directory", c.Rename("f", "d", RENAME_EXCHANGE));
        c.SameData("d", "g"u8, c.Content("d"));
        c.Is("f", "x", string.Join(" ", c.Names("f")));
        c.Works("across directories", c.Rename("g", "f/x", RENAME_EXCHANGE));
        c.SameData("f/x", "f"u8, c.Content("f/x"));
        c.Fails("with nothing", c.Rename("g", "no", RENAME_EXCHANGE), Errno.ENOENT);
        c.Fails("with its own child", c.Rename("f", "f/x", RENAME_EXCHANGE), Errno.EINVAL);
    }

    private static void Whiteout(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        if (!c.MayWork("whiteout", c.Rename("f", "g", RENAME_WHITEOUT), Errno.EINVAL)) return;
        c.SameData("moved", "x"u8, c.Content("g"));
        var left = c.Status("f");
        c.Is("kind of what is left", "character device", left.Kind);
        c.Is("its numbers", "0:0", $"{left.DeviceMajor}:{left.DeviceMinor}");
        c.Works("unlink it", c.Unlink("f"));
        c.Contains("listed", "g");
    }

    private static void WrongFlags(CheckContext c)
    {
        c.Put("f");
        c.Put("g");
        c.Fails("both", c.Rename("f", "g", RENAME_NOREPLACE | RENAME_EXCHANGE), Errno.EINVAL);
        c.Fails("unknown", c.Rename("f", "g", 1u << 20), Errno.EINVAL);
        c.Contains("listed", "f", "g");
    }

    private static void Symlinks(CheckContext c)
    {
        c.Put("f", "f"u8);
        c.Put("target", "target"u8);
        c.Works("symlink", c.Symlink("target", "s"));
        c.Works("file over symlink", c.Rename("f", "s"));
        c.Is("kind", "file", c.Status("s").Kind);
        c.SameData("the symlink's target", "target"u8, c.Content("target"));
        c.Works("symlink", c.Symlink("target", "t"));
        c.Works("symlink over file", c.Rename("t", "s"));
        c.Is("kind after it", "symlink", c.Status("s").Kind);
        c.SameData("through it", "target"u8, c.Content("s"));
    }

    private static void Chain(CheckContext c)
    {
        c.Put("n0", "x"u8);
        ulong inode = c.Status("n0").Inode;
        for (int i = 1; i <= 200; i++) c.Ready("rename", c.Rename($"n{i - 1}", $"n{i}"));
        c.Contains("listed", "n200");
        c.Holds("same inode", c.Status("n200").Inode == inode);
    }

    private static void Times(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("a"));
        c.Works("mkdir", c.Mkdir("b"));
        c.Put("a/f");
        c.MakeOld("a/f");
        c.MakeOld("a");
        c.MakeOld("b");
        c.Works("rename", c.Rename("a/f", "b/f"));
        c.Holds("mtime of the source", CheckContext.IsRecent(c.Status("a").Modified));
        c.Holds("mtime of the target", CheckContext.IsRecent(c.Status("b").Modified));
        c.Holds("mtime of the file stays", !CheckContext.IsRecent(c.Status("b/f").Modified));
    }
}
