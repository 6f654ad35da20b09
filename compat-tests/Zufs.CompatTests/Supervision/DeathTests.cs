using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.Mounting;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>Somebody dies, or goes, under load: whoever uses the mount gets an error at once, and no stale mount stays.</summary>
public sealed class DeathTests(ITestOutputHelper output) : IDisposable
{
    // The longest that an application may wait; a busy machine is part of it.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(2);

    private const string Connections = "/sys/fs/fuse/connections";

    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_killed_worker_whose_state_dies_with_it_ends_the_mount_with_an_error_for_everyone()
    {
        RunningMount mount = _fixture.Mount(typeof(Samples.OperationsFileSystem).Assembly.Location, "fuse");
        Assert.Equal("none", mount.Recovery);
        using var load = new Load(mount.MountPoint);
        load.WaitUntilBusy();
        KillAndExpectErrors(load, mount.WorkerPid);
        Assert.Contains("SIGKILL", MountFixture.WaitForEnd(mount).Reason);
        AssertNothingLeft(mount);
    }

    [Fact]
    public void Too_many_deaths_end_the_mount_with_an_error_for_everyone_and_the_reason()
    {
        RunningMount mount = _fixture.Mount(channel: "fuse", limit: new RestartLimit(3, 60));
        using var load = new Load(mount.MountPoint);
        load.WaitUntilBusy();
        for (int i = 0; i < 2; i++)
        {
            int pid = mount.Status()!.WorkerPid;
            Signal(pid, "KILL");
            Assert.True(SpinWait.SpinUntil(() => mount.Status() is { State: "serving" } s && s.WorkerPid != pid, TimeSpan.FromSeconds(10)));
        }
        Assert.Equal(2, mount.Status()!.Restarts);
        Assert.Null(load.FirstError);
        KillAndExpectErrors(load, mount.Status()!.WorkerPid);
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("one of 3 within 60 s", end.Reason);
        AssertNothingLeft(mount);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_killed_supervisor_ends_the_mount_with_an_error_for_everyone(string channel)
    {
        RunningMount mount = _fixture.Mount(channel: channel);
        using var load = new Load(mount.MountPoint);
        load.WaitUntilBusy();
        KillAndExpectErrors(load, mount.SupervisorPid);
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.False(end.IsClean);
        Assert.Contains("supervisor", end.Reason);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{mount.WorkerPid}"), s_atOnce), "the worker lives on");
        AssertNothingLeft(mount, registered: true);
        var said = new List<string>();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(MountRegistry.List(said.Add), m => m.MountPoint == mount.MountPoint);
        Assert.Contains(said, s => s.Contains(mount.MountPoint));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_stop_under_load_detaches_then_ends_what_is_open(string channel)
    {
        RunningMount mount = _fixture.Mount(channel: channel, drain: TimeSpan.FromMilliseconds(500));
        using var load = new Load(mount.MountPoint);
        load.WaitUntilBusy();
        Signal(mount.SupervisorPid, "TERM");
        Assert.True(load.AllFailWithin(TimeSpan.FromSeconds(10)), "an application hangs");
        Assert.True(load.Longest < s_atOnce, $"an application waited {load.Longest}");
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.True(end.IsClean, end.Reason);
        Assert.Contains("SIGTERM", end.Reason);
        AssertNothingLeft(mount);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_lazy_unmount_from_outside_lets_open_files_go_on_and_ends_with_the_last(string channel)
    {
        RunningMount mount = _fixture.Mount(channel: channel);
        using (var file = new FileStream(Path.Combine(mount.MountPoint, "open"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            file.WriteByte(1);
            Zufs.Mounting.Mount.Detach(mount.MountPoint);
            Assert.Equal("detached", mount.Status()!.State);
            file.WriteByte(2);
            file.Position = 1;
            Assert.Equal(2, file.ReadByte());
            Assert.False(mount.Ended.IsCompleted);
        }
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.Equal((0, "it was unmounted from outside"), (end.ExitCode, end.Reason));
        AssertNothingLeft(mount);
    }

    [Fact]
    public void An_abort_from_outside_ends_the_mount_as_a_failure()
    {
        RunningMount mount = _fixture.Mount();
        bool isMounted = MountTable.Find(Connections) is not null;
        if (!isMounted)
            Process.Start("mount", ["-t", "fusectl", "none", Connections]).WaitForExit();
        try
        {
            Assert.True(Zufs.Mounting.Mount.TryAbort(mount.Status()!.Device));
        }
        finally
        {
            if (!isMounted)
                Process.Start("umount", [Connections]).WaitForExit();
        }
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("ended", end.Reason);
        AssertNothingLeft(mount);
    }

    private static void KillAndExpectErrors(Load load, int pid)
    {
        long killed = Stopwatch.GetTimestamp();
        Signal(pid, "KILL");
        Assert.True(load.AllFailWithin(TimeSpan.FromSeconds(15)), "an application hangs");
        Assert.True(Stopwatch.GetElapsedTime(killed, load.FirstError!.Value) < s_atOnce, "the first error came late");
        Assert.True(load.Longest < s_atOnce, $"an application waited {load.Longest}");
    }

    private static void AssertNothingLeft(RunningMount mount, bool registered = false)
    {
        Assert.True(SpinWait.SpinUntil(() => MountTable.Find(mount.MountPoint) is null, s_atOnce), "a stale mount stays");
        if (!registered)
            Assert.DoesNotContain(MountRegistry.ReadStates(), s => s.MountPoint == mount.MountPoint);
    }

    private static void Signal(int pid, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{pid}"]);
        kill.WaitForExit();
    }
}
