using Xunit;
using Xunit.Abstractions;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>A live worker is replaced under load: no error, and when the new one refuses the old one goes on.</summary>
public sealed class UpgradeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    private readonly MountFixture _fixture = new(output);

    public static TheoryData<string, int> Loads => new() { { "fuse", 1 }, { "fuse", 4 }, { "fuse", 8 }, { "uring", 1 }, { "uring", 4 }, { "uring", 8 } };

    private static int Count => Environment.GetEnvironmentVariable("ZUFS_SOAK") == "1" ? 100 : 20;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Loads))]
    public void Upgrades_under_load_cost_no_error(string channel, int threads)
    {
        RunningMount mount = _fixture.Mount(channel: channel);
        using var load = new Load(mount.MountPoint, threads);
        load.WaitUntilBusy();
        int before = mount.WorkerPid;
        for (int i = 1; i <= Count; i++)
        {
            MountStatus status = MountRegistry.Upgrade(mount.MountPoint, with: null)!;
            Assert.NotEqual(before, status.WorkerPid);
            Assert.Equal((i, 0, "serving"), (status.Upgrades, status.Restarts, status.State));
            before = status.WorkerPid;
            load.WaitUntilBusy(load.Operations + 20);
        }
        Assert.Null(load.FirstError);
        output.WriteLine($"{channel}, {threads} threads: {Count} upgrades, {load.Operations} calls, longest {load.Longest.TotalMilliseconds:0} ms");
        Assert.True(load.Longest < s_longest, $"an application waited {load.Longest}");
        Assert.Equal(0, mount.Status()!.LostRingEntries);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void When_the_new_one_refuses_the_old_one_goes_on(string channel)
    {
        RunningMount mount = _fixture.Mount(Plugin<StuckFileSystem>(), channel);
        Assert.True(File.Exists(Path.Combine(mount.MountPoint, "good")));

        var refused = Assert.Throws<SupervisionException>(() => MountRegistry.Upgrade(mount.MountPoint, FileSystemSource.Parse(Plugin<BrokenFileSystem>())));
        Assert.Contains("this version is broken", refused.Message);
        Assert.Contains("goes on", refused.Message);
        Assert.Equal(mount.WorkerPid, mount.Status()!.WorkerPid);
        Assert.True(File.Exists(Path.Combine(mount.MountPoint, "good")));

        refused = Assert.Throws<SupervisionException>(() => MountRegistry.Upgrade(mount.MountPoint, FileSystemSource.Parse(Plugin<UnstartableFileSystem>())));
        Assert.Contains("it finds no store", refused.Message);
        Assert.True(File.Exists(Path.Combine(mount.MountPoint, "good")));
        Assert.NotEqual(mount.WorkerPid, mount.Status()!.WorkerPid);

        MountStatus status = MountRegistry.Upgrade(mount.MountPoint, FileSystemSource.Parse(Plugin<StuckFileSystem>()))!;
        Assert.Equal(1, status.Upgrades);
        Assert.True(File.Exists(Path.Combine(mount.MountPoint, "good")));
    }

    [Fact]
    public void A_file_system_whose_state_dies_with_it_is_not_upgraded()
    {
        RunningMount mount = _fixture.Mount(typeof(Samples.OperationsFileSystem).Assembly.Location, "fuse");
        Assert.Throws<SupervisionException>(() => MountRegistry.Upgrade(mount.MountPoint, with: null));
        Assert.Equal(mount.WorkerPid, mount.Status()!.WorkerPid);
    }

    internal static string Plugin<T>() => $"{typeof(T).Assembly.Location}#{typeof(T).FullName}";
}
