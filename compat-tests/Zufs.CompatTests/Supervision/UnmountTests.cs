using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Passthrough;
using Zufs.Mounting;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>umount(8) while applications work on the mount.</summary>
public sealed class UnmountTests(ITestOutputHelper output) : IDisposable
{
    private readonly MountFixture _fixture = new(output);

    public static TheoryData<string, string> Rows => new()
    {
        { "memory", "fuse" },
        { "memory", "uring" },
        { "passthrough", "fuse" },
        { "passthrough", "uring" },
        { "passthrough-copy", "fuse" },
        { "passthrough-copy", "uring" },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Under_load_it_is_refused_or_lets_what_is_open_end_by_itself(string fileSystem, string channel)
    {
        string source = fileSystem switch
        {
            "passthrough" => $"passthrough:{_fixture.NewDirectory()}",
            "passthrough-copy" => $"passthrough:{_fixture.NewDirectory()},data=copy,cache=none",
            _ => fileSystem,
        };
        RunningMount mount = _fixture.Mount(source, channel);
        using (var load = new Load(mount.MountPoint))
        {
            load.WaitUntilBusy();
            (int code, string text) = Shell.Try("/", $"umount {mount.MountPoint}");
            Assert.True(code != 0 && text.Contains("busy", StringComparison.Ordinal), text);
            load.WaitUntilBusy(load.Operations + 500);
            Shell.Run("/", $"umount -l {mount.MountPoint}");
            Assert.Null(MountTable.Find(mount.MountPoint));
            load.WaitUntilBusy(load.Operations + 2000);
            Assert.Null(load.FirstError);
            Assert.False(mount.Ended.IsCompleted);
        }
        MountEnd end = MountFixture.WaitForEnd(mount);
        Assert.Equal((0, "it was unmounted from outside"), (end.ExitCode, end.Reason));
    }
}
