using Xunit;
using Xunit.Abstractions;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>A mount in use goes to another channel.</summary>
public sealed class SwitchTests(ITestOutputHelper output) : IDisposable
{
    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_mount_goes_from_fuse_to_uring_under_load_without_an_error_and_is_upgraded_there(int threads)
    {
        RunningMount mount = _fixture.Mount(channel: "fuse");
        using var load = new Load(mount.MountPoint, threads);
        load.WaitUntilBusy();
        Assert.True(MountRegistry.PlanSwitch(mount.MountPoint, "uring")!.IsPossible);
        Assert.Equal("fuse", mount.Status()!.Channel);

        Assert.Equal("uring", MountRegistry.Switch(mount.MountPoint, "uring")!.Channel);
        load.WaitUntilBusy(load.Operations + 500);
        Assert.Equal("uring", mount.Status()!.Channel);

        // What serves now has learned from the arena that the rings are there.
        MountStatus status = MountRegistry.Upgrade(mount.MountPoint, with: null)!;
        Assert.Equal(("uring", 1), (status.Channel, status.Upgrades));
        load.WaitUntilBusy(load.Operations + 500);
        Assert.Null(load.FirstError);
        output.WriteLine($"{threads} threads: {load.Operations} calls, longest {load.Longest.TotalMilliseconds:0} ms");
        Assert.True(load.Longest < TimeSpan.FromSeconds(2), $"an application waited {load.Longest}");
    }

    [Fact]
    public void What_the_kernel_has_no_way_for_is_refused_and_changes_nothing()
    {
        RunningMount mount = _fixture.Mount(channel: "uring");
        File.WriteAllText(Path.Combine(mount.MountPoint, "file"), "x");
        Assert.False(MountRegistry.PlanSwitch(mount.MountPoint, "fuse")!.IsPossible);
        Assert.Contains("no way back", Assert.Throws<SupervisionException>(() => MountRegistry.Switch(mount.MountPoint, "fuse")).Message);
        Assert.Equal("uring", MountRegistry.Switch(mount.MountPoint, "uring")!.Channel);
        Assert.Equal("x", File.ReadAllText(Path.Combine(mount.MountPoint, "file")));
        Assert.Equal("uring", mount.Status()!.Channel);
    }
}
