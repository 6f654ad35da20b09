using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Several threads at the same thing. What is recorded doesn't depend on who was first.</summary>
internal static class Concurrency
{
    private const int Threads = 4;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("parallel-creates", "Four threads make 250 files each in one directory.", Modifies, Creates),
        new("parallel-exclusive", "Of four that create one name with O_EXCL, one wins.", Modifies, c => OneWins(c, (name, _) => c.Open(name, O_RDWR | O_CREAT | O_EXCL, Octal(644)), Errno.EEXIST)),
        new("parallel-mkdir", "Of four that make one directory, one wins.", Modifies, c => OneWins(c, (name, _) => c.Mkdir(name), Errno.EEXIST)),
        new("parallel-unlink", "Of four that unlink one name, one wins.", Modifies, Unlinks),
        new("parallel-appends", "Records that four threads append are all there, whole.", Modifies, Appends),
        new("parallel-writes", "Four threads write their own blocks of one file.", Modifies, Writes),
        new("parallel-renames", "Names handed round by four threads are never lost or doubled.", Modifies, Renames),
        new("parallel-replace", "A name that is renamed over again and again is always there.", Modifies, Replace),
        new("parallel-churn-and-list", "A listing sees every name that stays while others come and go.", Modifies, ChurnAndList),
        new("parallel-links", "Links made and removed by four threads leave the right count.", Modifies, LinkCount),
        new("parallel-rename-directories", "Directories renamed crosswise don't hang, and none is lost.", Modifies, CrossRenames),
    ];

    private static void Creates(CheckContext c)
    {
        var failures = new Outcome[Threads];
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 250; i++)
            {
                var made = c.Open($"t{t}-{i}", O_RDWR | O_CREAT | O_EXCL, Octal(644));
                if (made.Failed) failures[t] = made;
                else _ = c.Close((int)made.Value);
            }
        });
        foreach (var failure in failures) c.Works("all created", failure);
        c.Is("names", 1000, c.Names(".").Distinct().Count());
    }

    private static void OneWins(CheckContext c, Func<Name, int, Outcome> attempt, Errno others)
    {
        int won = 0, lost = 0;
        for (int round = 0; round < 50; round++)
        {
            Name name = $"n{round}";
            CheckContext.Together(Threads, t =>
            {
                var outcome = attempt(name, t);
                if (!outcome.Failed) Interlocked.Increment(ref won);
                else if (outcome.Error == others) Interlocked.Increment(ref lost);
            });
        }

        c.Is("won", 50, won);
        c.Is($"lost with {others}", 50 * (Threads - 1), lost);
    }

    private static void Unlinks(CheckContext c)
    {
        for (int round = 0; round < 50; round++) c.Put($"n{round}");
        OneWins(c, (name, _) => c.Unlink(name), Errno.ENOENT);
        c.Contains("left");
    }

    private static void Appends(CheckContext c)
    {
        const int Record = 100, Each = 200;
        c.Put("f");
        CheckContext.Together(Threads, t =>
        {
            var opened = c.Open("f", O_WRONLY | O_APPEND);
            byte[] record = new byte[Record];
            Array.Fill(record, (byte)('a' + t));
            for (int i = 0; i < Each && !opened.Failed; i++) _ = Sys.Write((int)opened.Value, record);
        });
        byte[] data = c.Content("f");
        c.Is("size", Threads * Each * Record, data.Length);
        int whole = 0;
        for (int i = 0; i + Record <= data.Length; i += Record)
        {
            if (data.AsSpan(i, Record).IndexOfAnyExcept(data[i]) < 0 && data[i] is >= (byte)'a' and < (byte)('a' + Threads)) whole++;
        }

        c.Is("whole records", Threads * Each, whole);
    }

    private static void Writes(CheckContext c)
    {
        const int Size = 10_000, Blocks = 40;
        byte[] right = c.Data(Size * Blocks * Threads);
        c.Put("f");
        CheckContext.Together(Threads, t =>
        {
            var opened = c.Open("f", O_RDWR);
            for (int i = t; i < Blocks * Threads && !opened.Failed; i += Threads)
                _ = Sys.PWrite((int)opened.Value, right.AsSpan(i * Size, Size), (long)i * Size);
        });
        c.SameData("content", right, c.Content("f"));
    }

    private static void Renames(CheckContext c)
    {
        for (int t = 0; t < Threads; t++) c.Put($"t{t}-0", BitConverter.GetBytes(t));
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 200; i++) _ = c.Rename($"t{t}-{i}", $"t{t}-{i + 1}");
        });
        c.Contains("listed", [.. Enumerable.Range(0, Threads).Select(t => $"t{t}-200")]);
    }

    private static void Replace(CheckContext c)
    {
        c.Put("f", "start"u8);
        int missing = 0;
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 200; i++)
            {
                if (t < 2)
                {
                    var made = c.Open($"new{t}", O_RDWR | O_CREAT, Octal(644));
                    if (!made.Failed) _ = c.Close((int)made.Value);
                    _ = c.Rename($"new{t}", "f");
                }
                else if (c.Stat("f", out _).Failed)
                {
                    Interlocked.Increment(ref missing);
                }
            }
        });
        c.Is("looks that found nothing", 0, missing);
        c.Contains("listed", "f");
    }

    private static void ChurnAndList(CheckContext c)
    {
        for (int i = 0; i < 100; i++) c.Put($"stay-{i}");
        int wrong = 0, running = 2;
        CheckContext.Together(Threads, t =>
        {
            if (t < 2)
            {
                for (int i = 0; i < 300; i++)
                {
                    var made = c.Open($"go-{t}-{i}", O_RDWR | O_CREAT, Octal(644));
                    if (!made.Failed) _ = c.Close((int)made.Value);
                    _ = c.Unlink($"go-{t}-{i}");
                }

                Interlocked.Decrement(ref running);
                return;
            }

            byte[] buffer = new byte[2048];
            do
            {
                var opened = Sys.Open(c.Directory, ".", O_RDONLY | O_DIRECTORY, 0);
                var items = new List<DirectoryItem>();
                while (!opened.Failed && Sys.List((int)opened.Value, buffer, items).Value > 0)
                {
                }

                if (!opened.Failed) _ = Sys.Close((int)opened.Value);
                if (items.Count(i => i.Name.Bytes.StartsWith("stay"u8)) != 100) Interlocked.Increment(ref wrong);
            }
            while (Volatile.Read(ref running) > 0);
        });
        c.Is("wrong listings", 0, wrong);
        c.Is("left", 100, c.Names(".").Count);
    }

    private static void LinkCount(CheckContext c)
    {
        c.Put("f");
        CheckContext.Together(Threads, t =>
        {
            for (int i = 0; i < 100; i++)
            {
                _ = c.Link("f", $"l{t}-{i}");
                if (i % 2 == 0) _ = c.Unlink($"l{t}-{i}");
            }
        });
        c.Is("links", 1u + (Threads * 50), c.Status("f").Links);
        c.Is("names", 1 + (Threads * 50), c.Names(".").Count);
    }

    private static void CrossRenames(CheckContext c)
    {
        for (int t = 0; t < Threads; t++)
        {
            c.Ready("mkdir", c.Mkdir($"d{t}"));
            c.Ready("mkdir", c.Mkdir($"d{t}/own{t}"));
        }

        CheckContext.Together(Threads, t =>
        {
            int next = (t + 1) % Threads;
            for (int i = 0; i < 100; i++)
            {
                _ = c.Rename($"d{t}/own{t}", $"d{next}/own{t}");
                _ = c.Rename($"d{next}/own{t}", $"d{t}/own{t}");
            }
        });
        for (int t = 0; t < Threads; t++) c.Is($"in d{t}", $"own{t}", string.Join(" ", c.Names($"d{t}")));
    }
}
