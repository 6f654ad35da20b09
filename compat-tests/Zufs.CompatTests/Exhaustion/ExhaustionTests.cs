using Microsoft.Win32.SafeHandles;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Passthrough;
using Zufs.CompatTests.Supervision;
using Zufs.Supervision;

namespace Zufs.CompatTests.Exhaustion;

/// <summary>What runs out, on real mounts: descriptors of the server, open files, nodes.</summary>
public sealed class ExhaustionTests(ITestOutputHelper output) : IDisposable
{
    private readonly MountFixture _fixture = new(output);

    public static TheoryData<string> Channels => ["fuse", "uring"];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Channels))]
    public void Ten_thousand_files_are_open_at_a_time_in_memory_whatever_the_servers_limit(string channel)
    {
        RunningMount mount = _fixture.Mount("memory", channel);
        // None is free: whatever a file costs, it is no descriptor.
        int used = Directory.GetFiles($"/proc/{mount.WorkerPid}/fd").Length;
        Shell.Run("/", $"prlimit --pid {mount.WorkerPid} --nofile={used}:{used}");
        ManyFiles.OpenTogether(mount.MountPoint);
        Assert.Equal(0, mount.Status()!.Restarts);
    }

    [Theory]
    [InlineData("fuse", "")]
    [InlineData("uring", "")]
    [InlineData("fuse", ",data=copy")]
    [InlineData("uring", ",data=copy")]
    public void A_server_without_a_free_descriptor_says_so_and_recovers(string channel, string options)
    {
        RunningMount mount = _fixture.Mount($"passthrough:{_fixture.NewDirectory()}{options}", channel, "allow_other");
        string root = mount.MountPoint;
        Shell.Run(root, "echo kept >kept; mkdir d");
        using SafeFileHandle open = File.OpenHandle($"{root}/kept", FileMode.Open, FileAccess.ReadWrite);
        int used = Directory.GetFiles($"/proc/{mount.WorkerPid}/fd").Length;
        Shell.Run("/", $"prlimit --pid {mount.WorkerPid} --nofile={used}:");
        // ENFILE: it isn't the caller who has too many.
        (int code, string text) = Shell.Try(root, "cat kept");
        Assert.True(code != 0 && text.Contains("Too many open files in system", StringComparison.Ordinal), text);
        Assert.NotEqual(0, Shell.Try(root, "echo x >new").Code);
        Assert.NotEqual(0, Shell.Try(root, "ls d").Code);
        // What is open goes on.
        RandomAccess.Write(open, "KEPT"u8, 0);
        Shell.Run("/", $"prlimit --pid {mount.WorkerPid} --nofile=4096:");
        Assert.Equal("KEPT\nx\nd\nkept\nnew", Shell.Run(root, "cat kept; echo x >new; cat new; ls"));
        Assert.Equal(0, mount.Status()!.Restarts);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Thirty_thousand_files_that_are_removed_leave_no_memory_behind(string channel)
    {
        RunningMount mount = _fixture.Mount("memory", channel);
        // What one file more or less costs, and the tables of a server that has worked, are there at the start.
        MakeAndRemove(mount.MountPoint, 3_000);
        long start = ArenaFile.BytesBesidesPayloads(mount);
        MakeAndRemove(mount.MountPoint, 30_000);
        long end = 0;
        // The kernel forgets in its own time.
        bool isBack = SpinWait.SpinUntil(() =>
        {
            Thread.Sleep(100);
            end = ArenaFile.BytesBesidesPayloads(mount);
            return end <= start * 11 / 10;
        }, TimeSpan.FromSeconds(20));
        output.WriteLine($"arena {start >> 10} KiB, then {end >> 10} KiB");
        Assert.True(isBack, $"The arena has {end >> 10} KiB, after {start >> 10} KiB at the start.");
    }

    private static void MakeAndRemove(string root, int count) =>
        Shell.Run(root, $"mkdir d; cd d; seq -f 'a-name-%.0f' {count} | xargs touch; cd ..; rm -r d");
}
