using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>What another user may do. Needs root, which can act as anybody.</summary>
internal static class Permissions
{
    private const uint Other = 54_321;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("permission-read-and-write", "A file's mode says who may open it for what.", Modifies, ReadWrite),
        new("permission-owner-group-other", "The owner's, the group's and the others' bits, the first that fits.", Modifies, Classes),
        new("permission-directory", "Making and removing names needs w and x on the directory, looking up x, listing r.", Modifies, Directory),
        new("permission-sticky", "In a sticky directory only the owner removes and renames.", Modifies, Sticky),
        new("permission-chmod-and-chown", "Only the owner changes the mode, only root the owner.", Modifies, ChangeAttributes),
        new("permission-new-files", "What another user makes is his.", Modifies, NewFiles),
        new("permission-utimens", "Explicit times are the owner's, 'now' is for whoever may write.", Modifies, Times),
        new("permission-write-clears-set-user-id", "A write by another user takes set-user-id away.", Modifies, WriteClears),
        new("permission-chmod-setgid-of-foreign-group", "chmod by an owner outside the group drops set-group-id.", Modifies, ForeignGroup),
        new("permission-open-stays", "What is open stays open when the mode is taken away.", Modifies, OpenStays),
        new("permission-truncate-and-xattr", "Truncating and setting attributes need the right to write.", Modifies, OtherWrites),
    ];

    /// <summary>The check's directory opened to everybody; the steps as another user.</summary>
    private static void AsOther(CheckContext c, Action steps)
    {
        CheckContext.NeedsRoot();
        c.Ready("chmod .", c.Chmod(".", 777));
        CheckContext.As(Other, Other, steps);
    }

    private static void ReadWrite(CheckContext c)
    {
        CheckContext.NeedsRoot();
        foreach (int mode in (int[])[600, 644, 666, 622]) c.Put($"f{mode}", "x"u8, 600);
        foreach (int mode in (int[])[600, 644, 666, 622]) c.Ready("chmod", c.Chmod($"f{mode}", mode));
        AsOther(c, () =>
        {
            c.Fails("read 0600", c.Open("f600", O_RDONLY), Errno.EACCES);
            c.Fails("write 0600", c.Open("f600", O_WRONLY), Errno.EACCES);
            c.Works("read 0644", c.Open("f644", O_RDONLY));
            c.Fails("write 0644", c.Open("f644", O_WRONLY), Errno.EACCES);
            c.Fails("truncate 0644", c.Open("f644", O_RDONLY | O_TRUNC), Errno.EACCES);
            c.Works("read and write 0666", c.Open("f666", O_RDWR));
            c.Fails("read 0622", c.Open("f622", O_RDONLY), Errno.EACCES);
            c.Works("write 0622", c.Open("f622", O_WRONLY));
        });
        c.Works("root reads 0600", c.Open("f600", O_RDWR));
    }

    private static void Classes(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("owned", "x"u8);
        c.Works("chown", c.Chown("owned", Other, 0));
        c.Works("chmod", c.Chmod("owned", 66));
        c.Put("grouped", "x"u8);
        c.Works("chown", c.Chown("grouped", 0, Other));
        c.Works("chmod", c.Chmod("grouped", 606));
        c.Put("readable", "x"u8);
        c.Works("chown", c.Chown("readable", 0, Other));
        c.Works("chmod", c.Chmod("readable", 640));
        AsOther(c, () =>
        {
            c.Fails("owner without bits, others with", c.Open("owned", O_RDONLY), Errno.EACCES);
            c.Fails("group without bits, others with", c.Open("grouped", O_RDONLY), Errno.EACCES);
            c.Works("group may read", c.Open("readable", O_RDONLY));
            c.Fails("group may not write", c.Open("readable", O_WRONLY), Errno.EACCES);
        });
    }

    private static void Directory(CheckContext c)
    {
        CheckContext.NeedsRoot();
        foreach (int mode in (int[])[755, 711, 744, 700])
        {
            c.Works("mkdir", c.Mkdir($"d{mode}"));
            c.Put($"d{mode}/f", "x"u8);
            c.Works("chmod", c.Chmod($"d{mode}", mode));
        }

        AsOther(c, () =>
        {
            c.Fails("create in 0755", c.Open("d755/g", O_RDWR | O_CREAT, Octal(644)), Errno.EACCES);
            c.Fails("unlink in 0755", c.Unlink("d755/f"), Errno.EACCES);
            c.Fails("mkdir in 0755", c.Mkdir("d755/d"), Errno.EACCES);
            c.Fails("rename in 0755", c.Rename("d755/f", "d755/g"), Errno.EACCES);
            c.Works("read in 0755", c.Open("d755/f", O_RDONLY));
            c.Works("read in 0711", c.Open("d711/f", O_RDONLY));
            c.Fails("list 0711", c.Open("d711", O_RDONLY | O_DIRECTORY), Errno.EACCES);
            c.Works("list 0744", c.Open("d744", O_RDONLY | O_DIRECTORY));
            c.Fails("stat in 0744", c.Stat("d744/f", out _), Errno.EACCES);
            c.Fails("stat in 0700", c.Stat("d700/f", out _), Errno.EACCES);
            c.Fails("stat of nothing in 0700", c.Stat("d700/no", out _), Errno.EACCES);
        });
    }

    private static void Sticky(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("chmod", c.Chmod("d", 1777));
        c.Put("d/roots");
        c.Works("chmod", c.Chmod("d/roots", 666));
        AsOther(c, () =>
        {
            c.Works("create", c.Open("d/mine", O_RDWR | O_CREAT, Octal(644)));
            c.Fails("unlink root's", c.Unlink("d/roots"), Errno.EPERM, Errno.EACCES);
            c.Fails("rename root's", c.Rename("d/roots", "d/x"), Errno.EPERM, Errno.EACCES);
            c.Fails("rename over root's", c.Rename("d/mine", "d/roots"), Errno.EPERM, Errno.EACCES);
            c.Works("rename one's own", c.Rename("d/mine", "d/still-mine"));
            c.Works("unlink one's own", c.Unlink("d/still-mine"));
        });
    }

    private static void ChangeAttributes(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("roots");
        c.Works("chmod", c.Chmod("roots", 666));
        AsOther(c, () =>
        {
            c.Works("create", c.Open("mine", O_RDWR | O_CREAT, Octal(644)));
            c.Fails("chmod root's", c.Chmod("roots", 600), Errno.EPERM);
            c.Works("chmod one's own", c.Chmod("mine", 600));
            c.Fails("take root's", c.Chown("roots", Other, Other), Errno.EPERM);
            c.Fails("give away one's own", c.Chown("mine", 0, uint.MaxValue), Errno.EPERM);
            c.Fails("to a foreign group", c.Chown("mine", uint.MaxValue, 0), Errno.EPERM);
            c.Works("to one's own group", c.Chown("mine", uint.MaxValue, Other));
        });
        c.Is("root's mode", "0666", c.Status("roots").PermissionText);
    }

    private static void NewFiles(CheckContext c)
    {
        AsOther(c, () =>
        {
            c.Works("create", c.Open("f", O_RDWR | O_CREAT, Octal(644)));
            c.Works("mkdir", c.Mkdir("d"));
            c.Works("symlink", c.Symlink("x", "s"));
            c.Works("mkfifo", c.MakeNode("p", S_IFIFO | Octal(600)));
        });
        foreach (string name in (string[])["f", "d", "s", "p"])
            c.Is($"owner of {name}", $"{Other}:{Other}", $"{c.Status(name).User}:{c.Status(name).Group}");
    }

    private static void Times(CheckContext c)
    {
        CheckContext.NeedsRoot();
        var now = new TimeValue(0, UTIME_NOW);
        c.Put("writable");
        c.Works("chmod", c.Chmod("writable", 666));
        c.Put("readable");
        AsOther(c, () =>
        {
            c.Fails("explicit times", c.SetTimes("writable", new TimeValue(1, 0), new TimeValue(1, 0)), Errno.EPERM);
            c.Works("now", c.SetTimes("writable", now, now));
            c.Fails("now of what one may not write", c.SetTimes("readable", now, now), Errno.EACCES);
        });
    }

    private static void WriteClears(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "x"u8);
        c.Works("chmod", c.Chmod("f", 4777));
        AsOther(c, () =>
        {
            int fd = c.Works("open", c.Open("f", O_WRONLY));
            c.Gives("write", 1, Sys.Write(fd, "y"u8));
        });
        c.Is("mode", "0777", c.Status("f").PermissionText);
    }

    private static void ForeignGroup(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f");
        c.Works("chown", c.Chown("f", Other, 9999));
        AsOther(c, () => c.Works("chmod", c.Chmod("f", 2755)));
        c.Is("mode", "0755", c.Status("f").PermissionText);
    }

    private static void OpenStays(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "data"u8);
        c.Works("chmod", c.Chmod("f", 666));
        AsOther(c, () =>
        {
            int fd = c.Works("open", c.Open("f", O_RDWR));
            CheckContext.As(0, 0, () => c.Ready("chmod", c.Chmod("f", 600)));
            c.SameData("read", "data"u8, c.ReadAt(fd, 0, 10));
            c.Gives("write", 4, Sys.PWrite(fd, "more"u8, 4));
            c.Fails("open again", c.Open("f", O_RDONLY), Errno.EACCES);
        });
    }

    private static void OtherWrites(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", "data"u8);
        c.Works("mkdir", c.Mkdir("d"));
        AsOther(c, () =>
        {
            c.Fails("truncate", c.Truncate("f", 0), Errno.EACCES);
            c.Fails("setxattr", c.SetXAttr("f", "user.a", "x"u8), Errno.EACCES, Errno.EOPNOTSUPP);
            c.Fails("link into a directory one may not write", c.Link("f", "d/g"), Errno.EACCES, Errno.EPERM);
        });
        c.SameData("content", "data"u8, c.Content("f"));
    }
}
