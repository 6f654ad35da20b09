using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Directories, and how they are listed.</summary>
internal static class Directories
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("mkdir", "A new directory is empty, has the mode asked for, and is removed again.", Modifies, Make),
        new("mkdir-existing", "mkdir over anything that is there is EEXIST.", Modifies, MakeExisting),
        new("mkdir-links", "A directory's links are 2 and one for each directory in it (or always 1).", Modifies, Links),
        new("rmdir-not-empty", "rmdir of a directory with something in it is ENOTEMPTY.", Modifies, RemoveNotEmpty),
        new("rmdir-not-a-directory", "rmdir of a file or symlink is ENOTDIR.", Modifies, RemoveFile),
        new("rmdir-open", "A removed directory that is open has no names and takes none.", Modifies, RemoveOpen),
        new("readdir-empty", "An empty directory lists '.' and '..'.", Modifies, c => Many(c, 0)),
        new("readdir-one", "One name.", Modifies, c => Many(c, 1)),
        new("readdir-1000", "1000 names, each once.", Modifies, c => Many(c, 1000)),
        new("readdir-10000", "10,000 names, each once.", Modifies, c => Many(c, 10_000)),
        new("readdir-long-names", "200 names of 255 bytes through a small buffer.", Modifies, LongNames),
        new("readdir-small-buffer", "A buffer too small for a name is EINVAL; a larger one goes on.", Modifies, SmallBuffer),
        new("readdir-types", "The type and inode in the listing are those of the file.", Modifies, Types),
        new("readdir-rewind", "After rewinding, what was made since is listed.", Modifies, Rewind),
        new("readdir-seek", "Going back to a position lists the rest again.", Modifies, Seek),
        new("readdir-two-at-once", "Two listings of one directory don't disturb each other.", Modifies, TwoAtOnce),
        new("readdir-while-removing", "Names that stay are listed once while others are removed.", Modifies, WhileRemoving),
        new("readdir-while-creating", "Names that were there are listed once while others are made.", Modifies, WhileCreating),
        new("readdir-after-rename", "A renamed file is listed by its new name only.", Modifies, AfterRename),
        new("readdir-times", "Making and removing names moves the directory's mtime and ctime.", Modifies, Times),
    ];

    private static void Make(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d", 751));
        var status = c.Status("d");
        c.Is("kind", "directory", status.Kind);
        c.Is("mode", "0751", status.PermissionText);
        c.Is("owner", Sys.User, status.User);
        c.Holds("times are now", CheckContext.IsRecent(status.Modified));
        c.Is("names in it", 0, c.Names("d").Count);
        c.Works("rmdir", c.Rmdir("d"));
        c.Fails("stat", c.Stat("d", out _), Errno.ENOENT);
        c.Fails("rmdir again", c.Rmdir("d"), Errno.ENOENT);
    }

    private static void MakeExisting(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("f");
        c.Works("symlink", c.Symlink("nowhere", "s"));
        foreach (string name in (string[])["d", "f", "s"]) c.Fails($"mkdir {name}", c.Mkdir(name), Errno.EEXIST);
    }

    private static void Links(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        uint empty = c.Status("d").Links;
        c.Holds("2 or 1 when empty", empty is 1 or 2);
        c.Note("links when empty", empty);
        for (int i = 0; i < 3; i++) c.Works("mkdir below", c.Mkdir($"d/{i}"));
        c.Put("d/f");
        c.Is("with three directories and a file", empty == 1 ? 1u : 5u, c.Status("d").Links);
        c.Works("rmdir below", c.Rmdir("d/0"));
        c.Works("rename out", c.Rename("d/1", "out"));
        c.Is("with one", empty == 1 ? 1u : 3u, c.Status("d").Links);
    }

    private static void RemoveNotEmpty(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("d/f");
        c.Fails("with a file", c.Rmdir("d"), Errno.ENOTEMPTY, Errno.EEXIST);
        c.Works("unlink", c.Unlink("d/f"));
        c.Works("mkdir", c.Mkdir("d/e"));
        c.Fails("with a directory", c.Rmdir("d"), Errno.ENOTEMPTY, Errno.EEXIST);
        c.Works("rmdir", c.Rmdir("d/e"));
        c.Works("rmdir when empty", c.Rmdir("d"));
    }

    private static void RemoveFile(CheckContext c)
    {
        c.Put("f");
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("symlink", c.Symlink("d", "s"));
        c.Fails("file", c.Rmdir("f"), Errno.ENOTDIR);
        c.Fails("symlink to a directory", c.Rmdir("s"), Errno.ENOTDIR);
        c.Contains("listed", "d", "f", "s");
    }

    private static void RemoveOpen(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        int fd = c.Works("open", c.Open("d", O_RDONLY | O_DIRECTORY));
        c.Works("rmdir", c.Rmdir("d"));
        var items = new List<DirectoryItem>();
        var listed = Sys.List(fd, new byte[4096], items);
        c.Holds("listing it is ENOENT or empty", listed.Error == Errno.ENOENT || (!listed.Failed && items.All(i => i.IsDot)));
        c.Fails("create in it", Sys.Open(fd, "f", O_RDWR | O_CREAT, Octal(644)), Errno.ENOENT);
        c.Is("kind", "directory", c.Status(fd).Kind);
        c.Works("mkdir of the same name", c.Mkdir("d"));
        c.Put("d/new");
        c.Fails("the new one's file isn't in the old one", Sys.Status(fd, "new", 0, out _), Errno.ENOENT);
    }

    private static void Many(CheckContext c, int count)
    {
        c.Works("mkdir", c.Mkdir("d"));
        for (int i = 0; i < count; i++) c.Ready("mknod", c.MakeNode($"d/name-{i:D5}", S_IFREG | Octal(600)));
        var items = c.List("d");
        c.Is("'.' and '..'", 2, items.Count(i => i.IsDot));
        var names = CheckContext.Sorted(items);
        c.Is("names", count, names.Count);
        c.Is("different ones", count, names.Distinct(StringComparer.Ordinal).Count());
        c.Holds("the right ones", names.SequenceEqual(Enumerable.Range(0, count).Select(i => $"name-{i:D5}")));
        c.Is("names through a small buffer", count, c.List("d", 512).Count(i => !i.IsDot));
    }

    private static void LongNames(CheckContext c)
    {
        for (int i = 0; i < 200; i++) c.Put(new string('n', 252) + i.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
        var names = CheckContext.Sorted(c.List(".", 700));
        c.Is("names", 200, names.Distinct(StringComparer.Ordinal).Count());
        c.Holds("whole", names.All(n => n.Length == 255));
    }

    private static void SmallBuffer(CheckContext c)
    {
        c.Put(new string('n', 255));
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        var items = new List<DirectoryItem>();
        c.Fails("room for nothing", Sys.List(fd, new byte[8], items), Errno.EINVAL);
        Outcome listed;
        while (!(listed = Sys.List(fd, new byte[64], items)).Failed && listed.Value > 0)
        {
        }

        c.Fails("room for short names only", listed, Errno.EINVAL);
        items.AddRange(c.Rest(fd));
        c.Is("names in all", 1, items.Count(i => !i.IsDot));
    }

    private static void Types(CheckContext c)
    {
        c.Put("file");
        c.Works("mkdir", c.Mkdir("directory"));
        c.Works("symlink", c.Symlink("x", "symlink"));
        c.MayWork("mkfifo", c.MakeNode("fifo", S_IFIFO | Octal(600)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS);
        foreach (var item in c.List(".").Where(i => !i.IsDot).OrderBy(i => i.Name.ToString(), StringComparer.Ordinal))
        {
            var status = c.Status(item.Name);
            c.Holds($"type of {item.Name} is right or unknown", item.Type == 0 || item.Type == status.Mode >> 12);
            c.Holds($"inode of {item.Name}", item.Inode == status.Inode);
        }

        var dot = c.List(".").First(i => i.Name.Bytes.SequenceEqual("."u8));
        c.Holds("inode of '.'", dot.Inode == c.Status(".").Inode);
    }

    private static void Rewind(CheckContext c)
    {
        c.Put("a");
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        c.Is("first", "a", string.Join(" ", CheckContext.Sorted(c.Rest(fd))));
        c.Put("b");
        c.Works("unlink", c.Unlink("a"));
        c.Gives("rewind", 0, Sys.Seek(fd, 0, SEEK_SET));
        c.Is("again", "b", string.Join(" ", CheckContext.Sorted(c.Rest(fd))));
    }

    private static void Seek(CheckContext c)
    {
        for (int i = 0; i < 500; i++) c.Put($"name-{i}");
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        var all = c.Rest(fd, 2048);
        int wrong = 0;
        foreach (int place in (int[])[3, 100, 250, 400, 490, all.Count - 1])
        {
            c.Ready("seek", Sys.Seek(fd, all[place].Next, SEEK_SET));
            var rest = c.Rest(fd, 2048);
            if (!rest.Select(i => i.Name.ToString()).SequenceEqual(all.Skip(place + 1).Select(i => i.Name.ToString()))) wrong++;
        }

        c.Is("positions with another rest", 0, wrong);
    }

    private static void TwoAtOnce(CheckContext c)
    {
        for (int i = 0; i < 300; i++) c.Put($"name-{i}");
        int first = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY)), second = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        var one = new List<DirectoryItem>();
        var two = new List<DirectoryItem>();
        byte[] buffer = new byte[1024];
        while (c.Ready("list", Sys.List(first, buffer, one)) + c.Ready("list", Sys.List(second, buffer.AsSpan(0, 600), two)) > 0)
        {
        }

        c.Is("names of the first", 300, CheckContext.Sorted(one).Distinct().Count());
        c.Is("names of the second", 300, CheckContext.Sorted(two).Distinct().Count());
    }

    private static void WhileRemoving(CheckContext c)
    {
        for (int i = 0; i < 400; i++) c.Put($"{(i % 2 == 0 ? "stay" : "go")}-{i}");
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        var items = new List<DirectoryItem>();
        byte[] buffer = new byte[1024];
        for (int next = 1; c.Ready("list", Sys.List(fd, buffer, items)) > 0;)
        {
            for (int i = 0; i < 30 && next < 400; i++, next += 2) c.Ready("unlink", c.Unlink($"go-{next}"));
        }

        var stayed = CheckContext.Sorted(items).Where(n => n.StartsWith("stay", StringComparison.Ordinal)).ToList();
        c.Is("names that stayed", 200, stayed.Count);
        c.Is("different ones", 200, stayed.Distinct().Count());
        c.Is("left", 200, c.Names(".").Count);
    }

    private static void WhileCreating(CheckContext c)
    {
        for (int i = 0; i < 200; i++) c.Put($"old-{i}");
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        var items = new List<DirectoryItem>();
        byte[] buffer = new byte[1024];
        for (int made = 0; c.Ready("list", Sys.List(fd, buffer, items)) > 0;)
        {
            for (int i = 0; i < 20 && made < 500; i++) c.Put($"new-{made++}");
        }

        var old = CheckContext.Sorted(items).Where(n => n.StartsWith("old", StringComparison.Ordinal)).ToList();
        c.Is("names that were there", 200, old.Count);
        c.Is("different ones", 200, old.Distinct().Count());
    }

    private static void AfterRename(CheckContext c)
    {
        for (int i = 0; i < 50; i++) c.Put($"a{i:D2}");
        for (int i = 0; i < 50; i += 2) c.Ready("rename", c.Rename($"a{i:D2}", $"b{i:D2}"));
        c.Is("names", 50, c.Names(".").Count);
        c.Is("renamed", 25, c.Names(".").Count(n => n[0] == 'b'));
    }

    private static void Times(CheckContext c)
    {
        (string What, Func<Outcome> Do)[] steps =
        [
            ("create", () => c.Open("f", O_RDWR | O_CREAT, Octal(644))),
            ("link", () => c.Link("f", "g")),
            ("symlink", () => c.Symlink("f", "s")),
            ("mkdir", () => c.Mkdir("d")),
            ("rename", () => c.Rename("s", "t")),
            ("unlink", () => c.Unlink("g")),
            ("rmdir", () => c.Rmdir("d")),
        ];
        foreach (var (what, step) in steps)
        {
            c.MakeOld(".");
            c.Works(what, step());
            c.Holds($"{what} moves mtime", CheckContext.IsRecent(c.Status(".").Modified));
        }

        c.MakeOld(".");
        c.Fails("failing mkdir", c.Mkdir("f"), Errno.EEXIST);
        c.Holds("a failing call doesn't", !CheckContext.IsRecent(c.Status(".").Modified));
    }
}
