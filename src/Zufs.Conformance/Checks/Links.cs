using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Hard links and symlinks.</summary>
internal static class Links
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("link", "Two names of one file share inode, data and attributes; links are counted.", Modifies, Hard),
        new("link-existing", "link over anything that is there is EEXIST.", Modifies, HardExisting),
        new("link-directory", "link to a directory is EPERM.", Modifies, HardDirectory),
        new("link-hundred", "A hundred names of one file, removed one by one.", Modifies, Hundred),
        new("link-symlink-itself", "linkat without AT_SYMLINK_FOLLOW links the symlink.", Modifies, HardSymlink),
        new("link-changes-ctime", "link and unlink move the file's ctime, not its mtime.", Modifies, ChangeTime),
        new("link-across-directories", "A link in another directory survives the first one's removal.", Modifies, AcrossDirectories),
        new("symlink", "A symlink keeps its target byte by byte; its size is its length.", Modifies, Soft),
        new("symlink-existing", "symlink over anything that is there is EEXIST.", Modifies, SoftExisting),
        new("symlink-dangling", "A dangling symlink exists by lstat, not by stat.", Modifies, Dangling),
        new("symlink-loop", "Symlinks that lead to each other are ELOOP.", Modifies, Loop),
        new("symlink-chain", "40 symlinks in a row are followed, 41 are ELOOP.", Modifies, Chain),
        new("symlink-long-target", "A target of 4095 bytes is kept, one of 4096 is ENAMETOOLONG, none is ENOENT.", Modifies, LongTarget),
        new("symlink-not-utf8", "Targets are bytes.", Modifies, NotUtf8),
        new("symlink-relative", "A relative target starts at the symlink's directory.", Modifies, Relative),
        new("symlink-readlink-short-buffer", "readlink cuts at the buffer; of anything else it is EINVAL.", Modifies, ShortBuffer),
        new("symlink-follows-and-not", "chmod and open follow, unlink and rename don't.", Modifies, Follows),
    ];

    private static void Hard(CheckContext c)
    {
        c.Put("f", "data"u8, 640);
        c.Works("link", c.Link("f", "g"));
        var first = c.Status("f");
        var second = c.Status("g");
        c.Holds("same inode", first.Inode == second.Inode);
        c.Is("links", 2u, second.Links);
        int fd = c.Works("open", c.Open("g", O_RDWR));
        c.WriteAt(fd, "more"u8, 4);
        c.SameData("content by the other name", "datamore"u8, c.Content("f"));
        c.Works("chmod", c.Chmod("f", 600));
        c.Is("mode by the other name", "0600", c.Status("g").PermissionText);
        c.Works("unlink", c.Unlink("f"));
        c.Is("links left", 1u, c.Status("g").Links);
        c.SameData("content left", "datamore"u8, c.Content("g"));
    }

    private static void HardExisting(CheckContext c)
    {
        c.Put("f", "f"u8);
        c.Put("g", "g"u8);
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("symlink", c.Symlink("nowhere", "s"));
        foreach (string name in (string[])["f", "g", "d", "s"]) c.Fails($"link to {name}", c.Link("f", name), Errno.EEXIST);
        c.SameData("content", "g"u8, c.Content("g"));
        c.Is("links", 1u, c.Status("f").Links);
    }

    private static void HardDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Fails("link", c.Link("d", "e"), Errno.EPERM);
        c.Contains("listed", "d");
    }

    private static void Hundred(CheckContext c)
    {
        c.Put("f", "x"u8);
        for (int i = 1; i < 100; i++) c.Ready("link", c.Link("f", $"l{i}"));
        c.Is("links", 100u, c.Status("l50").Links);
        c.Works("unlink the first", c.Unlink("f"));
        for (int i = 1; i < 99; i++) c.Ready("unlink", c.Unlink($"l{i}"));
        c.Is("links left", 1u, c.Status("l99").Links);
        c.SameData("content", "x"u8, c.Content("l99"));
    }

    private static void HardSymlink(CheckContext c)
    {
        c.Put("f");
        c.Works("symlink", c.Symlink("f", "s"));
        if (!c.MayWork("link", c.Link("s", "t"), Errno.EPERM, Errno.EOPNOTSUPP)) return;
        c.Is("kind", "symlink", c.Status("t").Kind);
        c.Holds("same inode", c.Status("t").Inode == c.Status("s").Inode);
        c.Works("follow", Sys.Link(c.Directory, "s", c.Directory, "u", LibC.AT_SYMLINK_FOLLOW));
        c.Is("kind when followed", "file", c.Status("u").Kind);
    }

    private static void ChangeTime(CheckContext c)
    {
        c.Put("f");
        c.MakeOld("f");
        TimeValue before = c.Status("f").Changed;
        CheckContext.NextTick();
        c.Works("link", c.Link("f", "g"));
        TimeValue after = c.Status("f").Changed;
        c.Holds("link moves ctime", after.CompareTo(before) > 0);
        CheckContext.NextTick();
        c.Works("unlink", c.Unlink("f"));
        c.Holds("unlink moves ctime", ((TimeValue)c.Status("g").Changed).CompareTo(after) > 0);
        c.Holds("mtime stays", !CheckContext.IsRecent(c.Status("g").Modified));
    }

    private static void AcrossDirectories(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("a"));
        c.Works("mkdir", c.Mkdir("b"));
        c.Put("a/f", "x"u8);
        c.Works("link", c.Link("a/f", "b/g"));
        c.Works("unlink", c.Unlink("a/f"));
        c.Works("rmdir", c.Rmdir("a"));
        c.SameData("content", "x"u8, c.Content("b/g"));
    }

    private static void Soft(CheckContext c)
    {
        c.Works("symlink", c.Symlink("some/where else/", "s"));
        byte[] target = new byte[100];
        c.Gives("readlink", 16, c.ReadLink("s", target));
        c.SameData("target", "some/where else/"u8, target.AsSpan(0, 16));
        var status = c.Status("s");
        c.Is("kind", "symlink", status.Kind);
        c.Is("size", 16L, status.Size);
        c.Is("mode", "0777", status.PermissionText);
        c.Is("links", 1u, status.Links);
    }

    private static void SoftExisting(CheckContext c)
    {
        c.Put("f", "f"u8);
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("symlink", c.Symlink("nowhere", "s"));
        foreach (string name in (string[])["f", "d", "s"]) c.Fails($"symlink at {name}", c.Symlink("x", name), Errno.EEXIST);
    }

    private static void Dangling(CheckContext c)
    {
        c.Works("symlink", c.Symlink("nowhere", "s"));
        c.Fails("stat", c.Stat("s", out _), Errno.ENOENT);
        c.Works("lstat", c.LStat("s", out _));
        c.Fails("open", c.Open("s", O_RDONLY), Errno.ENOENT);
        c.Put("nowhere", "x"u8);
        c.SameData("no longer", "x"u8, c.Content("s"));
    }

    private static void Loop(CheckContext c)
    {
        c.Works("symlink", c.Symlink("b", "a"));
        c.Works("symlink", c.Symlink("a", "b"));
        c.Works("symlink to itself", c.Symlink("self", "self"));
        c.Fails("stat", c.Stat("a", out _), Errno.ELOOP);
        c.Fails("open", c.Open("b", O_RDONLY), Errno.ELOOP);
        c.Fails("create", c.Open("self", O_RDWR | O_CREAT, Octal(644)), Errno.ELOOP);
        c.Fails("below", c.Stat("a/x", out _), Errno.ELOOP);
        c.Works("unlink", c.Unlink("self"));
    }

    private static void Chain(CheckContext c)
    {
        c.Put("s0", "x"u8);
        for (int i = 1; i <= 41; i++) c.Ready("symlink", c.Symlink($"s{i - 1}", $"s{i}"));
        c.SameData("over 40", "x"u8, c.Content("s40"));
        c.Fails("over 41", c.Stat("s41", out _), Errno.ELOOP);
    }

    private static void LongTarget(CheckContext c)
    {
        string target = new('t', 4095);
        c.Works("4095 bytes", c.Symlink(target, "s"));
        byte[] buffer = new byte[5000];
        c.Gives("readlink", 4095, c.ReadLink("s", buffer));
        c.Holds("whole", buffer.AsSpan(0, 4095).IndexOfAnyExcept((byte)'t') < 0);
        c.Is("size", 4095L, c.Status("s").Size);
        c.Fails("4096 bytes", c.Symlink(target + "t", "u"), Errno.ENAMETOOLONG);
        c.Fails("nothing", c.Symlink("", "v"), Errno.ENOENT);
    }

    private static void NotUtf8(CheckContext c)
    {
        byte[] target = [0xff, 0xe9, (byte)'/', 0x01, 0xc0];
        c.Works("symlink", c.Symlink(target, "s"));
        byte[] buffer = new byte[10];
        c.Gives("readlink", 5, c.ReadLink("s", buffer));
        c.SameData("target", target, buffer.AsSpan(0, 5));
    }

    private static void Relative(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("e"));
        c.Put("d/f", "in d"u8);
        c.Put("e/f", "in e"u8);
        c.Works("symlink", c.Symlink("../e/f", "d/s"));
        c.Works("symlink", c.Symlink("f", "d/near"));
        c.SameData("up and over", "in e"u8, c.Content("d/s"));
        c.SameData("beside", "in d"u8, c.Content("d/near"));
        c.Works("move it", c.Rename("d/near", "e/near"));
        c.SameData("beside, elsewhere", "in e"u8, c.Content("e/near"));
    }

    private static void ShortBuffer(CheckContext c)
    {
        c.Works("symlink", c.Symlink("0123456789", "s"));
        c.Put("f");
        byte[] buffer = new byte[4];
        c.Gives("readlink", 4, c.ReadLink("s", buffer));
        c.SameData("its start", "0123"u8, buffer);
        c.Fails("of a file", c.ReadLink("f", buffer), Errno.EINVAL);
        c.Fails("of a directory", c.ReadLink(".", buffer), Errno.EINVAL);
        c.Fails("into nothing", c.ReadLink("s", default), Errno.EINVAL);
    }

    private static void Follows(CheckContext c)
    {
        c.Put("f", "x"u8, 644);
        c.Works("symlink", c.Symlink("f", "s"));
        c.Works("chmod", c.Chmod("s", 600));
        c.Is("mode of the target", "0600", c.Status("f").PermissionText);
        c.Works("truncate", c.Truncate("s", 0));
        c.Is("size of the target", 0L, c.Status("f").Size);
        c.Works("rename", c.Rename("s", "t"));
        c.Is("kind", "symlink", c.Status("t").Kind);
        c.Works("unlink", c.Unlink("t"));
        c.Contains("left", "f");
    }
}
