using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Supervision;

namespace Zufs.CompatTests.Recovery;

/// <summary>The worker dies, again and again, and whoever uses the mount notices nothing but a pause.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("ZUFS_SOAK") == "1";

    // A busy machine is part of it, and so is the runtime's compiler where it runs the file system; what is wanted of a quiet one is 100 ms.
    private static readonly TimeSpan s_bearable = TimeSpan.FromSeconds(15);

    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("memory", "KILL")]
    [InlineData("memory", "SEGV")]
    [InlineData("memory", "ABRT")]
    [InlineData("passthrough", "KILL")]
    [InlineData("tmds-directory", "KILL")]
    public void Applications_notice_nothing_when_the_worker_is_killed_at_random(string kind, string signal)
    {
        int kills = signal != "KILL" ? 3 : s_isSoak ? 200 : kind == "memory" ? 20 : 5;
        RunningMount mount = Mount(kind);
        Assert.Equal("stateless", mount.Recovery);
        Footprint supervisor = default;
        Footprint worker = default;
        var random = new Random(4711);
        var stalls = new List<TimeSpan>();
        using (var load = new CrashLoad(mount.MountPoint))
        {
            load.WaitForProgress(1000);
            supervisor = Footprint.Of(mount.SupervisorPid);
            worker = Footprint.Of(mount.WorkerPid);
            for (int i = 0; i < kills && load.Failures.Count == 0; i++)
            {
                Thread.Sleep(random.Next(30, 250));
                _ = load.TakeLongest();
                Kill(mount, signal);
                load.WaitForProgress(20);
                stalls.Add(load.TakeLongest());
            }
            load.WaitForProgress(1000);
            Footprint supervisorAfter = Footprint.Of(mount.SupervisorPid);
            Footprint workerAfter = Footprint.Of(mount.Status()!.WorkerPid);
            load.StopAndCheck();
            stalls.Sort();
            output.WriteLine($"supervisor: {supervisor}, after {supervisorAfter}; worker: {worker}, after {workerAfter}");
            output.WriteLine($"{kills} x {signal}, {load.Operations} calls; the longest call at a kill: median {stalls[stalls.Count / 2].TotalMilliseconds:0} ms, "
                + $"p99 {stalls[(int)(stalls.Count * 0.99)].TotalMilliseconds:0} ms, longest {stalls[^1].TotalMilliseconds:0} ms");
            Assert.True(load.Failures.Count == 0, string.Join('\n', load.Failures) + "\n" + Tail(_fixture.Log));
            // A standby's sockets and pidfd may be there or not, and so may a file that a thread of the load has open.
            Assert.InRange(supervisorAfter.Files, supervisor.Files - 4, supervisor.Files + 4);
            Assert.InRange(workerAfter.Files, 0, worker.Files + 8);
            Assert.True(supervisorAfter.Kilobytes < supervisor.Kilobytes + 8 * 1024, "the supervisor has grown");
            Assert.True(workerAfter.Kilobytes < worker.Kilobytes + 32 * 1024, "workers grow from one to the next");
        }
        Assert.Equal(kills, mount.Status()!.Restarts);
        Assert.True(stalls[(int)(stalls.Count * 0.99)] < s_bearable);
    }

    [Fact]
    public void Memory_gives_everything_back_that_was_removed_however_often_its_worker_died()
    {
        RunningMount mount = Mount("memory");
        (long blocks, long inodes) before = Used(mount.MountPoint);
        using (var load = new CrashLoad(mount.MountPoint))
        {
            load.WaitForProgress(1000);
            for (int i = 0; i < 5; i++)
            {
                Thread.Sleep(60);
                Kill(mount, "KILL");
                load.WaitForProgress(50);
            }
            load.StopAndCheck();
            Assert.True(load.Failures.Count == 0, string.Join('\n', load.Failures));
        }
        foreach (string directory in Directory.GetDirectories(mount.MountPoint))
            Directory.Delete(directory, recursive: true);
        // One more death: a successor counts anew, and sees what the one before still thought to be known to the kernel.
        (long blocks, long inodes) after = Used(mount.MountPoint);
        Assert.InRange(after.inodes - before.inodes, 0, 40);
        Assert.InRange(after.blocks - before.blocks, 0, 400);
    }

    [Fact]
    public void A_database_goes_on_through_deaths_and_is_whole()
    {
        RunningMount mount = Mount("memory");
        string script = """
            set -e
            cd "$1"
            sqlite3 db 'create table t(i integer primary key, x text);'
            for i in $(seq 1 250); do
                sqlite3 db "begin; insert into t(x) values(hex(randomblob(200))); insert into t(x) values(hex(randomblob(2000))); commit;"
            done
            sqlite3 db 'pragma integrity_check; select count(*) from t;'
            """;
        using Process database = Start("bash", "-c", script, "bash", mount.MountPoint);
        int kills = s_isSoak ? 50 : 5;
        int done = 0;
        for (; done < kills && !database.HasExited; done++)
        {
            Thread.Sleep(120);
            if (database.HasExited)
                break;
            Kill(mount, "KILL");
        }
        string said = database.StandardOutput.ReadToEnd();
        string trouble = database.StandardError.ReadToEnd();
        database.WaitForExit();
        Assert.Equal(("ok\n500\n", "", 0), (said, trouble, database.ExitCode));
        Assert.True(done >= 3, $"only {done} kills met the database");
    }

    private RunningMount Mount(string kind, string options = "")
    {
        var limit = new RestartLimit(100_000, 10);
        return kind switch
        {
            "memory" => _fixture.Mount("memory", "fuse", options, limit: limit),
            "passthrough" => _fixture.Mount($"passthrough:{_fixture.NewDirectory()}", "fuse", options, limit: limit),
            _ => _fixture.Mount(typeof(Samples.DirectoryFileSystem).Assembly.Location, "fuse", options, limit: limit, arguments: [_fixture.NewDirectory()]),
        };
    }

    /// <summary>Ends the worker by a signal, and waits for its successor.</summary>
    private static void Kill(RunningMount mount, string signal)
    {
        MountStatus before = mount.Status()!;
        // The runtime expects the instruction behind a SIGSEGV to fault again, and takes only the next one for deadly.
        for (int i = 0; i < (signal == "SEGV" ? 2 : 1); i++)
        {
            using Process kill = Process.Start("kill", [$"-{signal}", $"{before.WorkerPid}"]);
            kill.WaitForExit();
        }
        bool goesOn = SpinWait.SpinUntil(() => mount.Status() is not { } now || (now.State == "serving" && now.Restarts > before.Restarts), TimeSpan.FromSeconds(20));
        Assert.True(goesOn && mount.Status() is not null, "no other worker took over");
    }

    private static (long Blocks, long Inodes) Used(string path)
    {
        using Process stat = Start("stat", "-f", "-c", "%b %f %c %d", path);
        long[] numbers = [.. stat.StandardOutput.ReadToEnd().Split(' ').Select(long.Parse)];
        return (numbers[0] - numbers[1], numbers[2] - numbers[3]);
    }

    /// <summary>What a process takes: descriptors, and memory of its own. The arena is the mount's, and is as large as what is in it.</summary>
    private readonly record struct Footprint(int Files, long Kilobytes)
    {
        public static Footprint Of(int pid) => new(
            Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
            long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))[8..^2]));

        public override string ToString() => $"{Files} descriptors and {Kilobytes / 1024.0:0.0} MB";
    }

    private static string Tail(string text) => text.Length <= 4000 ? text : text[^4000..];

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
