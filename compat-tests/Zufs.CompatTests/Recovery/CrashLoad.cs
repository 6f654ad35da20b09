using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Zufs.CompatTests.Recovery;

/// <summary>
/// Threads that live on a mount while its worker dies: each in a directory of its own makes, writes, reads back, appends, renames, links, locks, lists, maps and
/// removes files in a loop, and knows what must be there. Any error, any byte that isn't as it was written, any name too many or too few is kept as a failure.
/// </summary>
internal sealed class CrashLoad : IDisposable
{
    private const int ListedNames = 150;
    private const int MapLength = 1 << 16;

    private readonly string _root;
    private readonly Thread[] _threads;
    private readonly List<string> _failures = [];
    private readonly List<string> _expected = [];
    private volatile bool _stop;
    private long _operations;
    private long _longest;

    /// <summary>Starts the threads.</summary>
    /// <param name="mountPoint">The mount.</param>
    /// <param name="threads">How many.</param>
    public CrashLoad(string mountPoint, int threads = 4)
    {
        _root = mountPoint;
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Live(i)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Calls that went as they must.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_failures)
                return [.. _failures];
        }
    }

    /// <summary>The longest that a call took since this was asked last.</summary>
    public TimeSpan TakeLongest() => Stopwatch.GetElapsedTime(0, Interlocked.Exchange(ref _longest, 0));

    /// <summary>Waits for so many more calls.</summary>
    public void WaitForProgress(long operations)
    {
        long goal = Operations + operations;
        if (!SpinWait.SpinUntil(() => Operations >= goal || Failures.Count > 0, TimeSpan.FromSeconds(60)))
            throw new TimeoutException($"The load stands still after {Operations} calls.");
    }

    /// <summary>Ends the threads, and looks whether everything is as the log says.</summary>
    public void StopAndCheck()
    {
        Dispose();
        foreach (string line in _expected)
        {
            string[] parts = line.Split('\t');
            // The last close of a removed file is told without anybody waiting for it.
            string now = "";
            SpinWait.SpinUntil(() => (now = Names(parts[0])) == parts[1], TimeSpan.FromSeconds(5));
            if (now != parts[1])
                Fail($"{parts[0]} holds “{now}” and should hold “{parts[1]}”");
        }
    }

    public void Dispose()
    {
        _stop = true;
        foreach (Thread thread in _threads)
        {
            if (!thread.Join(TimeSpan.FromSeconds(60)))
                Fail("a thread hangs");
        }
    }

    private static string Names(string directory) =>
        string.Join(' ', Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private void Fail(string what)
    {
        lock (_failures)
        {
            if (_failures.Count < 50)
                _failures.Add(what);
        }
    }

    private void Live(int number)
    {
        string directory = Path.Combine(_root, $"t{number}");
        string step = "the beginning";
        long round = 0;
        try
        {
            Timed(() => Directory.CreateDirectory(directory));
            string listed = Path.Combine(directory, "listed");
            Timed(() => Directory.CreateDirectory(listed));
            for (int i = 0; i < ListedNames; i++)
                Timed(() => File.WriteAllBytes(Path.Combine(listed, $"name-{i:d4}"), []));
            string mapped = Path.Combine(directory, "mapped");
            Timed(() => File.WriteAllBytes(mapped, new byte[MapLength]));
            using var map = MemoryMappedFile.CreateFromFile(mapped, FileMode.Open);
            using MemoryMappedViewAccessor view = map.CreateViewAccessor(0, MapLength);
            using var unnamed = new FileStream(Path.Combine(directory, "unnamed"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
            Timed(() => File.Delete(unnamed.Name));
            using var locked = new FileStream(Path.Combine(directory, "locked"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
            locked.Lock(0, 100);
            string log = Path.Combine(directory, "log");
            for (; !_stop; round++)
            {
                string name = Path.Combine(directory, $"f{round}");
                byte[] pattern = Pattern(number, round, 1 + (int)(round * 7919 % 40_000));
                step = "create";
                Timed(() => Write(name, pattern));
                step = "append";
                Timed(() => File.AppendAllText(log, Line(round)));
                step = "read";
                Timed(() => Expect(File.ReadAllBytes(name), pattern));
                step = "rename";
                Timed(() => File.Move(name, name + "r"));
                step = "link";
                Timed(() => File.CreateSymbolicLink(name + "s", name + "r"));
                Timed(() => Expect(File.ReadAllBytes(name + "s"), pattern));
                step = "mkdir";
                Timed(() => Make(name + "d"));
                step = "rename into";
                // Not the file: one that is open till its last close was told is kept under another name by some file systems, and keeps its directory.
                Timed(() => File.Move(name + "s", name + "d/x"));
                step = "unnamed";
                Timed(() => RandomAccess.Write(unnamed.SafeFileHandle, pattern, 0));
                Timed(() => Expect(Exactly(unnamed, pattern.Length), pattern));
                step = "mapped";
                Timed(() => Map(view, round));
                step = "lock";
                Timed(() => Lock(locked, round));
                step = "list";
                if (round % 8 == 0)
                    Timed(() => ExpectCount(Directory.EnumerateFiles(listed).Count()));
                step = "unlink";
                Timed(() => File.Delete(name + "r"));
                Timed(() => File.Delete(name + "d/x"));
                step = "rmdir";
                Timed(() => Directory.Delete(name + "d"));
                step = "gone";
                Timed(() => ExpectGone(name, name + "r", name + "s", name + "d"));
            }
            string all = File.ReadAllText(log);
            string wanted = string.Concat(Enumerable.Range(0, (int)round).Select(i => Line(i)));
            if (all != wanted)
                Fail($"t{number}: the log has {all.Length} bytes and should have {wanted.Length}, or differs");
            lock (_expected)
                _expected.Add($"{directory}\tlisted locked log mapped");
        }
#pragma warning disable CA1031 // Whatever an application gets is what this is about.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail($"t{number}, round {round}, {step}: {e.GetType().Name}: {e.Message}");
        }
    }

    private static void Write(string name, byte[] pattern)
    {
        using var file = new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 0);
        file.Write(pattern);
    }

    // CreateDirectory of the framework takes one that is there: this one must be new.
    private static void Make(string name)
    {
        if (Directory.Exists(name))
            throw new InvalidDataException($"{name} is there already");
        Directory.CreateDirectory(name);
    }

    private static byte[] Exactly(FileStream file, int length)
    {
        var bytes = new byte[length];
        int read = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
        return bytes[..read];
    }

    private static void Map(MemoryMappedViewAccessor view, long round)
    {
        long at = round * 4096 % MapLength;
        if (round >= MapLength / 4096 && view.ReadInt64(at) != round - MapLength / 4096)
            throw new InvalidDataException($"mapped memory holds {view.ReadInt64(at)} at {at}");
        view.Write(at, round);
        view.Flush();
    }

    private static void Lock(FileStream file, long round)
    {
        file.Lock(100 + round % 10, 1);
        file.Unlock(100 + round % 10, 1);
    }

    private static void Expect(byte[] actual, byte[] expected)
    {
        if (!actual.AsSpan().SequenceEqual(expected))
            throw new InvalidDataException($"{actual.Length} bytes were read that aren't the {expected.Length} that were written");
    }

    private static void ExpectCount(int count)
    {
        if (count != ListedNames)
            throw new InvalidDataException($"{count} names were listed of {ListedNames}");
    }

    private static void ExpectGone(params string[] names)
    {
        foreach (string name in names)
        {
            if (Path.Exists(name))
                throw new InvalidDataException($"{name} is still there");
        }
    }

    private static byte[] Pattern(int number, long round, int length)
    {
        var bytes = new byte[length];
        new Random(HashCode.Combine(number, round)).NextBytes(bytes);
        return bytes;
    }

    private static string Line(long round) => $"{round,15}\n";

    private void Timed(Action call)
    {
        long begin = Stopwatch.GetTimestamp();
        call();
        long took = Stopwatch.GetTimestamp() - begin;
        for (long seen = Interlocked.Read(ref _longest); took > seen; seen = Interlocked.Read(ref _longest))
            Interlocked.CompareExchange(ref _longest, took, seen);
        Interlocked.Increment(ref _operations);
    }
}
