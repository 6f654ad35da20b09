using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Modes, owners and times.</summary>
internal static class Attributes
{
    private static readonly TimeValue _omit = new(0, UTIME_OMIT);
    private static readonly TimeValue _now = new(0, UTIME_NOW);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("chmod", "Every permission bit can be set and cleared, by name and by descriptor.", Modifies, Chmod),
        new("chmod-special-bits", "Set-user-id, set-group-id and sticky are kept.", Modifies, SpecialBits),
        new("chmod-directory", "A directory's mode.", Modifies, ChmodDirectory),
        new("umask", "The umask takes bits from create, mkdir and mknod, not from chmod.", Modifies, Umask),
        new("chown", "Root gives a file away; -1 changes nothing.", Modifies, Chown),
        new("chown-clears-set-user-id", "chown of an executable takes its set-user-id bits away.", Modifies, ChownClears),
        new("chown-symlink", "lchown changes the symlink, not its target.", Modifies, ChownSymlink),
        new("setgid-directory", "What is made in a set-group-id directory has its group; directories inherit the bit.", Modifies, SetGroupId),
        new("stat-kinds", "stat, lstat and fstat agree, for every kind of file.", Modifies, Kinds),
        new("stat-blocks", "Blocks grow with data and go with it.", Modifies, Blocks),
        new("inode-numbers", "Each of 500 files has an inode of its own, the same at every look.", Modifies, Inodes),
        new("utimens-explicit", "Times are kept to the nanosecond.", Modifies, Explicit),
        new("utimens-now-and-omit", "UTIME_NOW, UTIME_OMIT, and both omitted.", Modifies, NowAndOmit),
        new("utimens-range", "Before 1970 and after 2038.", Modifies, Range),
        new("utimens-wrong", "Nanoseconds out of range are EINVAL.", Modifies, WrongTimes),
        new("utimens-symlink", "AT_SYMLINK_NOFOLLOW sets the symlink's own times.", Modifies, SymlinkTimes),
        new("times-of-write", "A write moves mtime and ctime; a read doesn't.", Modifies, WriteTimes),
        new("times-of-chmod", "chmod moves ctime, not mtime.", Modifies, ChmodTimes),
        new("times-after-close", "Explicit times set after writing stay over close and sync.", Modifies, AfterClose),
        new("birth-time", "The time of birth, where there is one, stays over write, chmod and rename.", Modifies, BirthTime),
        new("stat-by-force", "statx with AT_STATX_FORCE_SYNC shows what a plain one shows.", Modifies, ForcedStatus),
        new("access", "access() of root: all but executing what nobody may execute.", Modifies, Access),
    ];

    private static void BirthTime(CheckContext c)
    {
        const uint Birth = 0x800;
        c.Put("f", "x"u8);
        c.Works("statx", Sys.StatusWithBirth(c.Directory, "f", 0, out var first));
        c.Note("has a time of birth", (first.Mask & Birth) != 0);
        if ((first.Mask & Birth) == 0) return;
        c.Holds("it is recent", CheckContext.IsRecent(first.Born));
        CheckContext.NextTick();
        int fd = c.Works("open", c.Open("f", O_RDWR));
        c.WriteAt(fd, "y"u8, 0);
        c.Works("chmod", c.Chmod("f", 600));
        c.Works("rename", c.Rename("f", "g"));
        c.Works("statx again", Sys.StatusWithBirth(c.Directory, "g", 0, out var second));
        c.Holds("it stays", (TimeValue)first.Born == second.Born);
        c.Holds("the change is later", ((TimeValue)second.Changed).CompareTo(second.Born) > 0);
    }

    private static void ForcedStatus(CheckContext c)
    {
        int fd = c.Create("f", c.Data(1234));
        c.Works("statx", Sys.Status(c.Directory, "f", LibC.AT_STATX_FORCE_SYNC, out var forced));
        var plain = c.Status("f");
        c.Is("size", 1234L, forced.Size);
        c.Is("size of the open file", 1234L, c.Status(fd).Size);
        c.Holds("inode", forced.Inode == plain.Inode);
        c.Holds("mtime", (TimeValue)forced.Modified == plain.Modified);
        c.Works("of the directory", Sys.Status(c.Directory, ".", LibC.AT_STATX_FORCE_SYNC, out forced));
        c.Is("kind", "directory", forced.Kind);
    }

    private static void Chmod(CheckContext c)
    {
        int fd = c.Create("f");
        foreach (int mode in (int[])[0, 1, 10, 100, 777, 644, 7, 70, 700, 444])
        {
            c.Works($"chmod {mode}", c.Chmod("f", mode));
            c.Is($"mode {mode}", mode.ToString("D4", System.Globalization.CultureInfo.InvariantCulture), c.Status(fd).PermissionText);
        }

        c.Works("fchmod", Sys.ChangeMode(fd, Octal(640)));
        c.Is("mode by name", "0640", c.Status("f").PermissionText);
        c.Is("kind", "file", c.Status("f").Kind);
    }

    private static void SpecialBits(CheckContext c)
    {
        c.Put("f");
        c.Works("mkdir", c.Mkdir("d"));
        foreach (int mode in (int[])[4755, 2755, 6755])
        {
            c.Works($"chmod {mode}", c.Chmod("f", mode));
            c.Is("mode", mode.ToString(System.Globalization.CultureInfo.InvariantCulture), c.Status("f").PermissionText);
        }

        c.Works("chmod 1777", c.Chmod("d", 1777));
        c.Is("sticky", "1777", c.Status("d").PermissionText);
    }

    private static void ChmodDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d", 700));
        c.Put("d/f");
        c.Works("chmod", c.Chmod("d", 555));
        c.Is("mode", "0555", c.Status("d").PermissionText);
        c.Is("kind", "directory", c.Status("d").Kind);
        c.Is("in it", "f", string.Join(" ", c.Names("d")));
    }

    private static void Umask(CheckContext c)
    {
        foreach (int mask in (int[])[0, 27, 77, 777])
        {
            Sys.SetMask(Octal(mask));
            c.Works("create", c.Open($"f{mask}", O_RDWR | O_CREAT, Octal(666)));
            c.Works("mkdir", c.Mkdir($"d{mask}", 777));
            bool hasFifos = c.MayWork("mkfifo", c.MakeNode($"p{mask}", S_IFIFO | Octal(666)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS);
            Sys.SetMask(Octal(22));
            c.Is($"file under {mask}", Convert.ToString(Octal(666) & ~Octal(mask), 8).PadLeft(4, '0'), c.Status($"f{mask}").PermissionText);
            c.Is($"directory under {mask}", Convert.ToString(Octal(777) & ~Octal(mask), 8).PadLeft(4, '0'), c.Status($"d{mask}").PermissionText);
            if (hasFifos) c.Is($"fifo under {mask}", Convert.ToString(Octal(666) & ~Octal(mask), 8).PadLeft(4, '0'), c.Status($"p{mask}").PermissionText);
        }

        Sys.SetMask(Octal(77));
        c.Works("chmod", c.Chmod("f0", 666));
        c.Is("chmod ignores it", "0666", c.Status("f0").PermissionText);
    }

    private static void Chown(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f");
        c.Works("chown", c.Chown("f", 1234, 5678));
        c.Is("owner", "1234:5678", Owner(c, "f"));
        c.Works("owner only", c.Chown("f", 4321, uint.MaxValue));
        c.Is("owner after it", "4321:5678", Owner(c, "f"));
        c.Works("group only", c.Chown("f", uint.MaxValue, 8765));
        c.Is("owner after group", "4321:8765", Owner(c, "f"));
        c.Works("neither", c.Chown("f", uint.MaxValue, uint.MaxValue));
        c.Is("owner at last", "4321:8765", Owner(c, "f"));
        c.Works("large ids", c.Chown("f", 4_000_000_000, 3_000_000_000));
        c.Is("large ids kept", "4000000000:3000000000", Owner(c, "f"));
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("chown a directory", c.Chown("d", 1, 2));
        c.Is("owner of a directory", "1:2", Owner(c, "d"));
    }

    private static string Owner(CheckContext c, Name name)
    {
        var status = c.Status(name);
        return $"{status.User}:{status.Group}";
    }

    private static void ChownClears(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", default, 755);
        c.Works("chmod", c.Chmod("f", 6755));
        c.Works("chown", c.Chown("f", 1234, 1234));
        c.Is("mode", "0755", c.Status("f").PermissionText);
    }

    private static void ChownSymlink(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f");
        c.Works("symlink", c.Symlink("f", "s"));
        c.Works("lchown", c.Chown("s", 1234, 1234));
        c.Is("symlink", "1234:1234", Owner(c, "s"));
        c.Is("target", "0:0", Owner(c, "f"));
    }

    private static void SetGroupId(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("chown", c.Chown("d", 0, 4444));
        c.Works("chmod", c.Chmod("d", 2775));
        c.Put("d/f");
        c.Works("mkdir below", c.Mkdir("d/e"));
        c.Works("symlink below", c.Symlink("f", "d/s"));
        c.Is("group of a file", 4444u, c.Status("d/f").Group);
        c.Is("mode of a file", "0644", c.Status("d/f").PermissionText);
        c.Is("group of a directory", 4444u, c.Status("d/e").Group);
        c.Is("mode of a directory", "2755", c.Status("d/e").PermissionText);
        c.Is("group of a symlink", 4444u, c.Status("d/s").Group);
    }

    private static void Kinds(CheckContext c)
    {
        c.Put("file", "abc"u8);
        c.Works("mkdir", c.Mkdir("directory"));
        c.Works("symlink", c.Symlink("file", "symlink"));
        bool hasFifos = c.MayWork("mkfifo", c.MakeNode("fifo", S_IFIFO | Octal(600)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS);
        foreach (string name in (string[])["file", "directory", "symlink", .. hasFifos ? ["fifo"] : Array.Empty<string>()])
        {
            var own = c.Status(name);
            c.Is("kind", name, own.Kind);
            int fd = c.Works("open with O_PATH", c.Open(name, O_PATH | O_NOFOLLOW));
            var open = c.Status(fd);
            c.Holds($"fstat of {name}", open.Inode == own.Inode && open.Mode == own.Mode && open.Size == own.Size && open.Links == own.Links);
        }

        c.Ready("stat", c.Stat("symlink", out var followed));
        c.Holds("stat follows", followed.Inode == c.Status("file").Inode);
        c.Is("size through it", 3L, followed.Size);
    }

    private static void Blocks(CheckContext c)
    {
        int fd = c.Create("f", c.Data(1 << 20));
        c.Works("fsync", Sys.Sync(fd));
        ulong full = c.Status(fd).Blocks;
        c.Holds("at least the data's", full * 512 >= 1 << 20);
        c.Works("ftruncate", Sys.Truncate(fd, 0));
        c.Works("fsync", Sys.Sync(fd));
        c.Holds("fewer when empty", c.Status(fd).Blocks < full);
        c.Holds("a block size that is a power of two", System.Numerics.BitOperations.IsPow2(c.Status(fd).BlockSize));
    }

    private static void Inodes(CheckContext c)
    {
        var seen = new HashSet<ulong>();
        var list = new List<ulong>();
        for (int i = 0; i < 500; i++)
        {
            c.Put($"f{i}");
            list.Add(c.Status($"f{i}").Inode);
            seen.Add(list[i]);
        }

        c.Is("different", 500, seen.Count);
        c.Is("the same at a second look", 500, Enumerable.Range(0, 500).Count(i => c.Status($"f{i}").Inode == list[i]));
    }

    private static void Explicit(CheckContext c)
    {
        int fd = c.Create("f");
        c.Works("by name", c.SetTimes("f", new TimeValue(1_111_111_111, 111_111_111), new TimeValue(1_222_222_222, 222_222_223)));
        c.Is("atime", new TimeValue(1_111_111_111, 111_111_111), c.Status("f").Accessed);
        c.Is("mtime", new TimeValue(1_222_222_222, 222_222_223), c.Status("f").Modified);
        c.Works("by descriptor", Sys.SetTimes(fd, new TimeValue(1, 1), new TimeValue(2, 999_999_999)));
        c.Is("atime by descriptor", new TimeValue(1, 1), c.Status("f").Accessed);
        c.Is("mtime by descriptor", new TimeValue(2, 999_999_999), c.Status("f").Modified);
        c.Holds("ctime is now", CheckContext.IsRecent(c.Status("f").Changed));
        c.Works("of a directory", c.SetTimes(".", new TimeValue(5, 5), new TimeValue(6, 6)));
        c.Is("mtime of a directory", new TimeValue(6, 6), c.Status(".").Modified);
    }

    private static void NowAndOmit(CheckContext c)
    {
        c.Put("f");
        c.MakeOld("f");
        c.Works("mtime now, atime omitted", c.SetTimes("f", _omit, _now));
        c.Holds("mtime is now", CheckContext.IsRecent(c.Status("f").Modified));
        c.Is("atime stays", new TimeValue(1_000_000_000, 0), c.Status("f").Accessed);
        c.Works("atime now, mtime set", c.SetTimes("f", _now, new TimeValue(77, 7)));
        c.Holds("atime is now", CheckContext.IsRecent(c.Status("f").Accessed));
        c.Is("mtime", new TimeValue(77, 7), c.Status("f").Modified);
        c.Works("both omitted", c.SetTimes("f", _omit, _omit));
        c.Is("mtime stays", new TimeValue(77, 7), c.Status("f").Modified);
    }

    private static void Range(CheckContext c)
    {
        c.Put("f");
        foreach (long seconds in (long[])[-1, -1_000_000_000, 0, int.MaxValue, int.MaxValue + 1L, 4_294_967_296, 7_000_000_000])
        {
            c.Works($"set {seconds}", c.SetTimes("f", new TimeValue(seconds, 5), new TimeValue(seconds, 500_000_000)));
            c.Is($"mtime {seconds}", new TimeValue(seconds, 500_000_000), c.Status("f").Modified);
        }
    }

    private static void WrongTimes(CheckContext c)
    {
        c.Put("f");
        c.MakeOld("f");
        c.Fails("a second of nanoseconds", c.SetTimes("f", _omit, new TimeValue(1, 1_000_000_000)), Errno.EINVAL);
        c.Fails("negative nanoseconds", c.SetTimes("f", _omit, new TimeValue(1, -1)), Errno.EINVAL);
        c.Is("mtime stays", new TimeValue(1_000_000_000, 0), c.Status("f").Modified);
    }

    private static void SymlinkTimes(CheckContext c)
    {
        c.Put("f");
        c.Works("symlink", c.Symlink("f", "s"));
        c.Works("utimens", c.SetTimes("s", new TimeValue(1, 2), new TimeValue(3, 4)));
        c.Is("symlink", new TimeValue(3, 4), c.Status("s").Modified);
        c.Holds("target stays", CheckContext.IsRecent(c.Status("f").Modified));
    }

    private static void WriteTimes(CheckContext c)
    {
        int fd = c.Create("f", "data"u8);
        c.MakeOld("f");
        c.ReadAt(fd, 0, 10);
        c.Holds("read leaves mtime", !CheckContext.IsRecent(c.Status(fd).Modified));
        TimeValue before = c.Status(fd).Changed;
        CheckContext.NextTick();
        c.WriteAt(fd, "more"u8, 0);
        c.Works("fsync", Sys.Sync(fd));
        c.Holds("write moves mtime", CheckContext.IsRecent(c.Status(fd).Modified));
        c.Holds("write moves ctime", ((TimeValue)c.Status(fd).Changed).CompareTo(before) > 0);
    }

    private static void ChmodTimes(CheckContext c)
    {
        c.Put("f");
        c.MakeOld("f");
        TimeValue before = c.Status("f").Changed;
        CheckContext.NextTick();
        c.Works("chmod", c.Chmod("f", 600));
        c.Holds("ctime moved", ((TimeValue)c.Status("f").Changed).CompareTo(before) > 0);
        c.Holds("mtime stays", !CheckContext.IsRecent(c.Status("f").Modified));
    }

    private static void AfterClose(CheckContext c)
    {
        int fd = c.Create("f", c.Data(100_000));
        c.Works("utimens", Sys.SetTimes(fd, new TimeValue(10, 1), new TimeValue(20, 2)));
        c.Works("fsync", Sys.Sync(fd));
        c.Works("close", c.Close(fd));
        c.Is("mtime", new TimeValue(20, 2), c.Status("f").Modified);
    }

    private static void Access(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f", default, 600);
        c.Put("x", default, 700);
        c.Works("F_OK", c.Access("f", F_OK));
        c.Works("R_OK|W_OK", c.Access("f", R_OK | W_OK));
        c.Works("all of a directory", c.Access(".", R_OK | W_OK | X_OK));
        c.Fails("X_OK of what nobody may execute", c.Access("f", X_OK), Errno.EACCES);
        c.Works("X_OK of an executable", c.Access("x", X_OK));
    }
}
