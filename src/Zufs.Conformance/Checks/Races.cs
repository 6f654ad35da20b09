using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>More of several threads at the same thing: what one changes, another looks at in the middle.</summary>
internal static class Races
{
    private const int Threads = 4;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("parallel-lookups", "Four threads look up 500 names of one directory, and as many that aren't there.", Modifies, Lookups),
        new("parallel-exchange", "Of two names that are exchanged over and over, both are always there.", Modifies, Exchange),
        new("parallel-symlink-swap", "A symlink that is replaced over and over leads to one place or the other.", Modifies, SymlinkSwap),
        new("parallel-xattrs", "Four threads set attributes of their own on one file.", Modifies, XAttrs),
        new("parallel-record-locks", "A counter that is only changed under a record lock loses nothing.", Modifies, c => Counts(c, (fd, type) => Sys.Lock(fd, F_OFD_SETLKW, ref type, 0, 0))),
        new("parallel-flocks", "A counter that is only changed under flock loses nothing.", Modifies, c => Counts(c, (fd, type) => Sys.FLock(fd, type == F_UNLCK ? LOCK_UN : LOCK_EX))),
        new("parallel-tmpfiles", "Files made without a name by four threads get their names.", Modifies, TmpFiles),
        new("parallel-open-and-unlink", "What was opened stays its opener's while others remove and make the name.", Modifies, OpenAndUnlink),
        new("parallel-truncate-and-read", "A reader beside truncations sees the data or its end, nothing else.", Modifies, TruncateAndRead),
        new("parallel-rmdir-and-create", "A directory is removed, or has what was made in it.", Modifies, RemoveAndCreate),
        new("parallel-mkdir-deep", "Four threads make the same deep path; each part is made once.", Modifies, DeepPaths),
        new("parallel-chmod-and-chown", "Mode and owner set by two threads are both there.", Modifies, ChangeAttributes),
        new("parallel-list-and-rename", "A listing beside renames holds every name that stays.", Modifies, ListAndRename),
    ];

    private static void Lookups(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        for (int i = 0; i < 500; i++) c.Put($"d/n{i}");
        int wrong = 0;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 500; i++)
            {
                int n = ((i * 7) + (t * 125)) % 500;
                if (c.Stat($"d/n{n}", out _).Failed) Interlocked.Increment(ref wrong);
                if (c.Stat($"d/no{n}", out _).Error != Errno.ENOENT) Interlocked.Increment(ref wrong);
            }
        });
        c.Is("wrong answers", 0, wrong);
    }

    private static void Exchange(CheckContext c)
    {
        c.Put("a", "a"u8);
        c.Put("b", "b"u8);
        if (!c.MayWork("exchange", c.Rename("a", "b", RENAME_EXCHANGE), Errno.EINVAL)) return;
        int missing = 0;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 200; i++)
            {
                if (t == 0) _ = c.Rename("a", "b", RENAME_EXCHANGE);
                else if (c.Stat(i % 2 == 0 ? "a" : "b", out _).Failed) Interlocked.Increment(ref missing);
            }
        });
        c.Is("looks that found nothing", 0, missing);
        c.Contains("listed", "a", "b");
    }

    private static void SymlinkSwap(CheckContext c)
    {
        c.Works("symlink", c.Symlink("first", "s"));
        int wrong = 0;
        CheckContext.Together(Threads, t =>
        {
            byte[] buffer = new byte[100];
            for (int i = 0; i < 200; i++)
            {
                if (t == 0)
                {
                    _ = c.Symlink(i % 2 == 0 ? "second-and-longer" : "first", "new");
                    _ = c.Rename("new", "s");
                    continue;
                }

                var read = c.ReadLink("s", buffer);
                var target = buffer.AsSpan(0, read.Failed ? 0 : (int)read.Value);
                // ESTALE asks the caller to look again, as on network file systems.
                if (read.Error == Errno.ESTALE) continue;
                if (read.Failed || !(target.SequenceEqual("first"u8) || target.SequenceEqual("second-and-longer"u8))) Interlocked.Increment(ref wrong);
            }
        });
        c.Is("wrong targets", 0, wrong);
    }

    private static void XAttrs(CheckContext c)
    {
        c.Put("f");
        if (!c.MayWork("set", c.SetXAttr("f", "user.x", "x"u8))) return;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 50; i++) _ = c.SetXAttr("f", $"user.t{t}", BitConverter.GetBytes(i));
        });
        byte[] value = new byte[4];
        for (int t = 0; t < Threads; t++)
        {
            c.Gives($"get of {t}", 4, c.GetXAttr("f", $"user.t{t}", value));
            c.Is($"value of {t}", 49, BitConverter.ToInt32(value));
        }
    }

    private static void Counts(CheckContext c, Func<int, short, Outcome> setLock)
    {
        const int Each = 50;
        c.Put("f", new byte[4]);
        int failed = 0;
        CheckContext.Together(Threads, index =>
        {
            var opened = c.Open("f", O_RDWR);
            byte[] counter = new byte[4];
            for (int i = 0; i < Each && !opened.Failed; i++)
            {
                if (setLock((int)opened.Value, F_WRLCK).Failed) Interlocked.Increment(ref failed);
                _ = Sys.PRead((int)opened.Value, counter, 0);
                BitConverter.TryWriteBytes(counter, BitConverter.ToInt32(counter) + 1);
                _ = Sys.PWrite((int)opened.Value, counter, 0);
                if (setLock((int)opened.Value, F_UNLCK).Failed) Interlocked.Increment(ref failed);
            }
        });
        c.Is("locks that failed", 0, failed);
        c.Is("counter", Threads * Each, BitConverter.ToInt32(c.Content("f")));
    }

    private static void TmpFiles(CheckContext c)
    {
        if (!c.MayWork("O_TMPFILE", c.Open(".", O_TMPFILE | O_RDWR, Octal(644)), Errno.EOPNOTSUPP, Errno.EISDIR)) return;
        int failed = 0;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 50; i++)
            {
                var made = c.Open(".", O_TMPFILE | O_RDWR, Octal(644));
                if (made.Failed || Sys.Link(LibC.AT_FDCWD, $"/proc/self/fd/{made.Value}", c.Directory, $"t{t}-{i}", LibC.AT_SYMLINK_FOLLOW).Failed)
                    Interlocked.Increment(ref failed);
                if (!made.Failed) _ = c.Close((int)made.Value);
            }
        });
        c.Is("failed", 0, failed);
        c.Is("names", Threads * 50, c.Names(".").Count);
    }

    private static void OpenAndUnlink(CheckContext c)
    {
        int wrong = 0;
        CheckContext.Together(Threads, t =>
        {
            byte[] own = [(byte)('a' + t)];
            byte[] back = new byte[8];
            for (int i = 0; i < 100; i++)
            {
                var made = c.Open("f", O_RDWR | O_CREAT | O_EXCL, Octal(644));
                if (!made.Failed)
                {
                    int fd = (int)made.Value;
                    _ = Sys.PWrite(fd, own, 0);
                    if (Sys.PRead(fd, back, 0).Value != 1 || back[0] != own[0]) Interlocked.Increment(ref wrong);
                    _ = c.Close(fd);
                }

                _ = c.Unlink("f");
            }
        });
        c.Is("files that were not their maker's", 0, wrong);
    }

    private static void TruncateAndRead(CheckContext c)
    {
        byte[] right = c.Data(64 * 1024);
        int fd = c.Create("f", right);
        int wrong = 0;
        CheckContext.Together(Threads, t =>
        {
            byte[] buffer = new byte[right.Length];
            for (int i = 0; i < 60; i++)
            {
                if (t == 0)
                {
                    _ = Sys.Truncate(fd, 1000);
                    _ = Sys.PWrite(fd, right, 0);
                    continue;
                }

                // Zeros show where a truncation overtook the copying; anything else was never there.
                int read = (int)Sys.PRead(fd, buffer, 0).Value;
                for (int at = 0; at < read; at++)
                {
                    if (buffer[at] == right[at] || buffer[at] == 0) continue;
                    Interlocked.Increment(ref wrong);
                    break;
                }
            }
        });
        c.Is("reads of what was never there", 0, wrong);
        c.SameData("content", right, c.Content("f"));
    }

    private static void RemoveAndCreate(CheckContext c)
    {
        int wrong = 0;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 150; i++)
            {
                var outcome = t switch
                {
                    0 => c.Mkdir("d"),
                    1 => c.Rmdir("d"),
                    _ => c.MakeNode($"d/f{t}", S_IFREG | Octal(644)),
                };
                if (outcome is { Failed: true, Error: not (Errno.EEXIST or Errno.ENOENT or Errno.ENOTEMPTY) }) Interlocked.Increment(ref wrong);
                if (t > 1) _ = c.Unlink($"d/f{t}");
            }
        });
        c.Is("wrong errors", 0, wrong);
        _ = c.Rmdir("d");
        c.Contains("left");
    }

    private static void DeepPaths(CheckContext c)
    {
        int made = 0;
        CheckContext.Together(Threads, _ =>
        {
            Name path = "p";
            for (int i = 0; i < 20; i++)
            {
                if (!c.Mkdir(path).Failed) Interlocked.Increment(ref made);
                path = path.Slash("p");
            }
        });
        c.Is("made", 20, made);
    }

    private static void ChangeAttributes(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Put("f");
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 100; i++)
            {
                if (t % 2 == 0) _ = c.Chmod("f", i == 99 ? 640 : 600 + (i % 8));
                else _ = c.Chown("f", 1000, 1001);
            }
        });
        var status = c.Status("f");
        c.Is("mode", "0640", status.PermissionText);
        c.Is("owner and group", "1000:1001", $"{status.User}:{status.Group}");
    }

    private static void ListAndRename(CheckContext c)
    {
        for (int i = 0; i < 100; i++) c.Put($"stay-{i}");
        c.Put("go-0");
        int wrong = 0;
        CheckContext.Together(2, t =>
        {
            byte[] buffer = new byte[2048];
            for (int i = 0; i < 100; i++)
            {
                if (t == 0)
                {
                    _ = c.Rename($"go-{i}", $"go-{i + 1}");
                    continue;
                }

                var opened = Sys.Open(c.Directory, ".", O_RDONLY | O_DIRECTORY, 0);
                var items = new List<DirectoryItem>();
                while (!opened.Failed && Sys.List((int)opened.Value, buffer, items).Value > 0)
                {
                }

                if (!opened.Failed) _ = Sys.Close((int)opened.Value);
                if (items.Count(item => item.Name.Bytes.StartsWith("stay"u8)) != 100) Interlocked.Increment(ref wrong);
            }
        });
        c.Is("wrong listings", 0, wrong);
    }
}
