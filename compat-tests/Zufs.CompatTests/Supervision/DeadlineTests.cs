using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Channels;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>A worker that lives and does nothing is replaced within its deadline.</summary>
public sealed class DeadlineTests(ITestOutputHelper output) : IDisposable
{
    private const int ENOENT = 2;
    private const int ECANCELED = 125;
    private const int ETIMEDOUT = 110;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_stuck_operation_gets_an_error_within_the_deadline_and_the_others_none(string channel)
    {
        RunningMount mount = _fixture.Mount(UpgradeTests.Plugin<StuckFileSystem>(), channel, deadline: s_deadline);
        Assert.Equal(0, Native.Stat(Path.Combine(mount.MountPoint, "good")));
        Thread.Sleep(200);
        Assert.Equal(0, mount.Status()!.Restarts);

        long begin = Stopwatch.GetTimestamp();
        Assert.Equal(ETIMEDOUT, Native.Stat(Path.Combine(mount.MountPoint, "stuck")));
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        Assert.InRange(took, s_deadline / 2, s_deadline);
        Assert.Equal(0, Native.Stat(Path.Combine(mount.MountPoint, "good")));
        AwaitRestart(mount);
        Assert.NotEqual(mount.WorkerPid, mount.Status()!.WorkerPid);
        Assert.Contains("is stuck: thread", _fixture.Log);
        Assert.Contains("wchan", _fixture.Log);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_stopped_worker_is_replaced_and_costs_no_more_than_its_idle_ring_entries(string channel)
    {
        RunningMount mount = _fixture.Mount(channel: channel, deadline: s_deadline);
        string file = Path.Combine(mount.MountPoint, "file");
        File.WriteAllText(file, "x");
        using (var stop = Process.Start("kill", ["-STOP", $"{mount.WorkerPid}"]))
            stop.WaitForExit();
        long begin = Stopwatch.GetTimestamp();
        int error = Native.Stat(Path.Combine(mount.MountPoint, "none"));
        // One ECANCELED for each ring entry that was idle when the worker was killed is what uring promises (ADR 7); fuse promises none.
        Assert.Contains(error, channel == "uring" ? [ENOENT, ECANCELED] : (int[])[ENOENT]);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, s_deadline);
        AwaitRestart(mount);
        Assert.Equal("x", ReadThroughLostEntries(file, mount.Status()!.LostRingEntries));
    }

    // The new worker answers before it has told its supervisor.
    private static void AwaitRestart(RunningMount mount) =>
        Assert.True(SpinWait.SpinUntil(() => mount.Status()!.Restarts == 1, s_deadline), "No restart is counted.");

    private static string ReadThroughLostEntries(string file, long lost)
    {
        while (true)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (OperationCanceledException) when (lost-- > 0)
            {
                // ECANCELED: one of those that were counted.
            }
        }
    }
}
