using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Channels;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>Workers on <c>uring</c> are killed under load: the mount goes on, what is lost is counted, nothing stalls.</summary>
public sealed class RingDeathTests(ITestOutputHelper output) : IDisposable
{
    private const int ECANCELED = 125;

    // Without the kick it is for ever. What a busy machine adds is the time in which processes start.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    private readonly MountFixture _fixture = new(output);

    private static int Kills => Environment.GetEnvironmentVariable("ZUFS_SOAK") == "1" ? 200 : 20;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Kills_under_load_lose_no_more_than_the_counted_requests_and_stall_nothing(int threads)
    {
        RunningMount mount = _fixture.Mount(channel: "uring", limit: new RestartLimit(100_000, 10));
        using var work = new RingWork(mount.MountPoint, threads);
        Thread.Sleep(100);
        for (int i = 0; i < Kills; i++)
        {
            int pid = mount.Status()!.WorkerPid;
            using (var kill = Process.Start("kill", ["-KILL", $"{pid}"]))
                kill.WaitForExit();
            Assert.True(SpinWait.SpinUntil(() => mount.Status() is { State: "serving" } s && s.WorkerPid != pid, TimeSpan.FromSeconds(10)), "no successor");
            long calls = work.Calls;
            Assert.True(SpinWait.SpinUntil(() => work.Calls > calls + (threads * 20), TimeSpan.FromSeconds(5)), "the load stalls");
            // One that dies younger is taken for one that can't live, and its successor is put off.
            Thread.Sleep(250 + Random.Shared.Next(20));
        }
        work.Stop();
        MountStatus status = mount.Status()!;
        output.WriteLine($"{threads} threads, {Kills} kills: {work.Calls} calls, {work.Cancelled} ECANCELED of at most {status.LostRingEntries}, longest {work.Longest.TotalMilliseconds:0} ms");
        Assert.Equal(Kills, status.Restarts);
        Assert.Equal([], work.Unexpected);
        Assert.True(work.Cancelled <= status.LostRingEntries, $"{work.Cancelled} requests were cancelled and {status.LostRingEntries} entries counted");
        Assert.True(work.Longest < s_longest, $"an application waited {work.Longest}");
    }

    /// <summary>Reads and writes of a pattern, and looks for names that aren't there; goes on after errors and counts them.</summary>
    private sealed class RingWork : IDisposable
    {
        private readonly Thread[] _threads;
        private readonly List<string> _unexpected = [];
        private volatile bool _stop;
        private long _calls;
        private long _cancelled;
        private long _longest;

        public RingWork(string mountPoint, int threads)
        {
            _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(Path.Combine(mountPoint, $"file{i}"))) { IsBackground = true })];
            foreach (Thread thread in _threads)
                thread.Start();
        }

        public long Calls => Interlocked.Read(ref _calls);

        public long Cancelled => Interlocked.Read(ref _cancelled);

        public TimeSpan Longest => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest));

        public IReadOnlyList<string> Unexpected
        {
            get
            {
                lock (_unexpected)
                    return [.. _unexpected];
            }
        }

        public void Stop()
        {
            _stop = true;
            Assert.All(_threads, thread => Assert.True(thread.Join(5000), "an application hangs"));
        }

        public void Dispose() => _stop = true;

        private void Work(string path)
        {
            File.WriteAllBytes(path, new byte[65536]);
            int fd = Native.Open(path, write: true);
            byte[] written = new byte[4096];
            byte[] read = new byte[4096];
            for (int i = 0; !_stop; i++)
            {
                long offset = i % 16 * 4096;
                Array.Fill(written, (byte)i);
                if (!Call("write", () => Native.Write(fd, written, offset), 4096))
                    continue;
                Call("stat", () => -Native.Stat($"{path}.none{i}"), -2);
                if (Call("read", () => Native.Read(fd, read, offset), 4096) && !read.AsSpan().SequenceEqual(written))
                    Report($"{path} at {offset} has other bytes than were written");
            }
            Native.close(fd);
        }

        private bool Call(string name, Func<long> call, long expected)
        {
            long begin = Stopwatch.GetTimestamp();
            long result = call();
            long took = Stopwatch.GetTimestamp() - begin;
            for (long seen = _longest; took > seen; seen = _longest)
                Interlocked.CompareExchange(ref _longest, took, seen);
            Interlocked.Increment(ref _calls);
            if (result == expected)
                return true;
            if (result == -ECANCELED)
                Interlocked.Increment(ref _cancelled);
            else
                Report($"{name}: {result}");
            return false;
        }

        private void Report(string what)
        {
            lock (_unexpected)
                _unexpected.Add(what);
        }
    }
}
