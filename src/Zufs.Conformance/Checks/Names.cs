using System.Globalization;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>What may be a name, and what a missing one comes to.</summary>
internal static class Names
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("name-missing", "Every call on a name that isn't there is ENOENT.", Modifies, Missing),
        new("name-below-a-file", "A path that goes through a file is ENOTDIR.", Modifies, BelowAFile),
        new("name-empty", "The empty path is ENOENT.", Modifies, c => c.Fails("stat of nothing", c.Stat("", out _), Errno.ENOENT)),
        new("name-of-255-bytes", "A name of 255 bytes can be created, found, listed and removed.", Modifies, c => WholeLife(c, new string('n', 255))),
        new("name-of-255-bytes-not-ascii", "255 bytes of two-byte characters and one of one.", Modifies, c => WholeLife(c, new string('\u00e9', 127) + "x")),
        new("name-of-256-bytes", "A name of 256 bytes is ENAMETOOLONG for every call.", Modifies, TooLong),
        new("name-not-utf8", "A name is bytes: Latin-1 and broken UTF-8 come back as they were.", Modifies, NotUtf8),
        new("name-of-every-byte", "Every byte but NUL and the slash may be in a name.", Modifies, EveryByte),
        new("name-of-dots", "'...' and '..x' are names like others.", Modifies, Dots),
        new("name-with-space-and-newline", "Blanks, tabs and newlines are kept, at the ends too.", Modifies, c => WholeLife(c, " a\tb\n ")),
        new("name-case", "Names differ when their case differs.", Modifies, Case),
        new("name-unicode-forms", "Composed and decomposed characters are two names.", Modifies, UnicodeForms),
        new("name-dot-and-dot-dot", "'.' and '..' lead to the directory and its parent.", Modifies, DotAndDotDot),
        new("name-trailing-slash", "A slash behind a directory is ignored, behind a file it is ENOTDIR.", Modifies, TrailingSlash),
        new("name-prefix-of-another", "Names that begin alike, and names of one byte, are told apart.", Modifies, Prefixes),
        new("path-of-64-levels", "Directories can be nested 64 deep, and removed again.", Modifies, Deep),
        new("path-too-long", "A path of more than 4095 bytes is ENAMETOOLONG.", Modifies, PathTooLong),
    ];

    private static void Missing(CheckContext c)
    {
        c.Fails("stat", c.Stat("no", out _), Errno.ENOENT);
        c.Fails("lstat", c.LStat("no", out _), Errno.ENOENT);
        c.Fails("open", c.Open("no", O_RDONLY), Errno.ENOENT);
        c.Fails("open below", c.Open("no/no", O_RDONLY | O_CREAT, Octal(644)), Errno.ENOENT);
        c.Fails("unlink", c.Unlink("no"), Errno.ENOENT);
        c.Fails("rmdir", c.Rmdir("no"), Errno.ENOENT);
        c.Fails("rename", c.Rename("no", "other"), Errno.ENOENT);
        c.Fails("link", c.Link("no", "other"), Errno.ENOENT);
        c.Fails("readlink", c.ReadLink("no", new byte[10]), Errno.ENOENT);
        c.Fails("chmod", c.Chmod("no", 600), Errno.ENOENT);
        c.Fails("truncate", c.Truncate("no", 0), Errno.ENOENT);
        c.Fails("utimens", c.SetTimes("no", default, default), Errno.ENOENT);
        c.Fails("access", c.Access("no", F_OK), Errno.ENOENT);
        c.Fails("mkdir below", c.Mkdir("no/no"), Errno.ENOENT);
        c.Contains("nothing was made");
    }

    private static void BelowAFile(CheckContext c)
    {
        c.Put("f");
        c.Fails("stat", c.Stat("f/x", out _), Errno.ENOTDIR);
        c.Fails("open", c.Open("f/x", O_RDONLY), Errno.ENOTDIR);
        c.Fails("create", c.Open("f/x", O_RDWR | O_CREAT, Octal(644)), Errno.ENOTDIR);
        c.Fails("mkdir", c.Mkdir("f/x"), Errno.ENOTDIR);
        c.Fails("unlink", c.Unlink("f/x"), Errno.ENOTDIR);
        c.Fails("rmdir", c.Rmdir("f/x"), Errno.ENOTDIR);
        c.Fails("rename", c.Rename("f/x", "y"), Errno.ENOTDIR);
        c.Fails("rename to", c.Rename("f", "f/x"), Errno.ENOTDIR);
        c.Fails("symlink", c.Symlink("a", "f/x"), Errno.ENOTDIR);
    }

    private static void WholeLife(CheckContext c, Name name)
    {
        byte[] data = c.Data(100);
        c.Put(name, data);
        c.SameData("content", data, c.Content(name));
        c.Contains("listed", name.ToString());
        c.Works("rename away", c.Rename(name, "short"));
        c.Works("rename back", c.Rename("short", name));
        c.Works("link", c.Link(name, "second"));
        c.Works("unlink", c.Unlink(name));
        c.Fails("stat after unlink", c.Stat(name, out _), Errno.ENOENT);
        c.Works("mkdir", c.Mkdir(name));
        c.Is("kind", "directory", c.Status(name).Kind);
        c.Works("rmdir", c.Rmdir(name));
        c.Works("symlink", c.Symlink("second", name));
        c.SameData("through the symlink", data, c.Content(name));
    }

    private static void TooLong(CheckContext c)
    {
        Name name = new string('n', 256);
        c.Put("f");
        c.Fails("stat", c.Stat(name, out _), Errno.ENAMETOOLONG);
        c.Fails("create", c.Open(name, O_RDWR | O_CREAT, Octal(644)), Errno.ENAMETOOLONG);
        c.Fails("mkdir", c.Mkdir(name), Errno.ENAMETOOLONG);
        c.Fails("mknod", c.MakeNode(name, S_IFREG | Octal(644)), Errno.ENAMETOOLONG);
        c.Fails("symlink", c.Symlink("f", name), Errno.ENAMETOOLONG);
        c.Fails("link", c.Link("f", name), Errno.ENAMETOOLONG);
        c.Fails("rename", c.Rename("f", name), Errno.ENAMETOOLONG);
        c.Fails("unlink", c.Unlink(name), Errno.ENAMETOOLONG);
        c.Contains("untouched", "f");
    }

    private static void NotUtf8(CheckContext c)
    {
        WholeLife(c, (byte[])[.. "caf"u8, 0xe9]);
        c.Works("clear", c.Unlink("second"));
        c.Works("clear", c.Unlink((byte[])[.. "caf"u8, 0xe9]));
        WholeLife(c, (byte[])[0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]);
    }

    private static void EveryByte(CheckContext c)
    {
        int made = 0;
        for (int b = 1; b < 256; b++)
        {
            if (b == '/') continue;
            byte[] name = [(byte)'x', (byte)b];
            c.Put(name, name);
            made++;
        }

        c.Is("names listed", made, c.Names(".").Count);
        int right = 0;
        foreach (var item in c.List("."))
        {
            if (!item.IsDot && c.Content(item.Name).AsSpan().SequenceEqual(item.Name.Bytes)) right++;
        }

        c.Is("names that lead to their file", made, right);
    }

    private static void Dots(CheckContext c)
    {
        foreach (string name in (string[])["...", "..x", ".hidden", "a..", "...."]) c.Put(name, "x"u8);
        c.Contains("listed", "...", "..x", ".hidden", "a..", "....");
        c.Works("unlink", c.Unlink("..."));
        c.Fails("stat after unlink", c.Stat("...", out _), Errno.ENOENT);
    }

    private static void Case(CheckContext c)
    {
        c.Put("name", "lower"u8);
        c.Put("NAME", "upper"u8);
        c.Contains("listed", "name", "NAME");
        c.SameData("lower", "lower"u8, c.Content("name"));
        c.Works("unlink", c.Unlink("NAME"));
        c.Contains("left", "name");
    }

    private static void UnicodeForms(CheckContext c)
    {
        c.Put("\u00e9", "composed"u8);
        c.Put("e\u0301", "decomposed"u8);
        c.Is("names", 2, c.Names(".").Count);
        c.SameData("composed", "composed"u8, c.Content("\u00e9"));
        c.SameData("decomposed", "decomposed"u8, c.Content("e\u0301"));
    }

    private static void DotAndDotDot(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("mkdir", c.Mkdir("d/e"));
        c.Holds("d/. is d", c.Status("d/.").Inode == c.Status("d").Inode);
        c.Holds("d/e/.. is d", c.Status("d/e/..").Inode == c.Status("d").Inode);
        c.Holds("d/e/../.. is where d is", c.Status("d/e/../..").Inode == c.Status(".").Inode);
        var items = c.List("d/e");
        c.Is("'.' and '..' listed", 2, items.Count(i => i.IsDot));
        c.Fails("mkdir .", c.Mkdir("d/."), Errno.EEXIST);
        c.Fails("rmdir .", c.Rmdir("d/e/."), Errno.EINVAL);
        c.Fails("rmdir ..", c.Rmdir("d/e/.."), Errno.ENOTEMPTY);
        c.Fails("unlink .", c.Unlink("d/."), Errno.EISDIR, Errno.EINVAL);
        c.Fails("rename .", c.Rename("d/e/.", "x"), Errno.EBUSY);
    }

    private static void TrailingSlash(CheckContext c)
    {
        c.Works("mkdir d/", c.Mkdir("d/"));
        c.Is("kind of d/", "directory", c.Status("d/").Kind);
        c.Put("f");
        c.Fails("stat f/", c.Stat("f/", out _), Errno.ENOTDIR);
        c.Fails("open f/", c.Open("f/", O_RDONLY), Errno.ENOTDIR);
        c.Fails("create n/", c.Open("n/", O_RDWR | O_CREAT, Octal(644)), Errno.EISDIR);
        c.Fails("unlink f/", c.Unlink("f/"), Errno.ENOTDIR);
        c.Fails("rename f to n/", c.Rename("f", "n/"), Errno.ENOTDIR);
        c.Works("symlink", c.Symlink("d", "s"));
        c.Is("kind of s/", "directory", c.Status("s/").Kind);
        c.Works("rename d/ to e/", c.Rename("d/", "e/"));
        c.Works("rmdir e/", c.Rmdir("e/"));
    }

    private static void Prefixes(CheckContext c)
    {
        string[] names = ["a", "aa", "aaa", "ab", "b", "a.b", "a b"];
        foreach (string name in names) c.Put(name, System.Text.Encoding.ASCII.GetBytes(name));
        foreach (string name in names) c.SameData(name, System.Text.Encoding.ASCII.GetBytes(name), c.Content(name));
        c.Works("unlink", c.Unlink("aa"));
        c.Contains("left", "a", "aaa", "ab", "b", "a.b", "a b");
    }

    private static void Deep(CheckContext c)
    {
        string path = "d";
        c.Works("mkdir", c.Mkdir(path));
        for (int level = 2; level <= 64; level++)
        {
            path += "/d";
            c.Ready($"mkdir level {level.ToString(CultureInfo.InvariantCulture)}", c.Mkdir(path));
        }

        c.Put(path + "/f", "bottom"u8);
        c.SameData("file at the bottom", "bottom"u8, c.Content(path + "/f"));
        c.Works("unlink", c.Unlink(path + "/f"));
        for (; path.Length > 1; path = path[..^2]) c.Ready("rmdir", c.Rmdir(path));
        c.Works("rmdir", c.Rmdir("d"));
        c.Contains("nothing left");
    }

    private static void PathTooLong(CheckContext c)
    {
        string longest = string.Concat(Enumerable.Repeat("./", 2046)) + "abc";
        c.Put("abc", "x"u8);
        c.Works("path of 4095 bytes", c.Stat(longest, out _));
        c.Fails("path of 4096 bytes", c.Stat(longest + "d", out _), Errno.ENAMETOOLONG);
    }
}
