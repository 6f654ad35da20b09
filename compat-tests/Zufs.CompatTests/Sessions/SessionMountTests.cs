using System.Text;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems.Memory;
using Zufs.Mounting;
using Zufs.Sessions;

namespace Zufs.CompatTests.Sessions;

/// <summary>A session on a real mount, by each channel of this machine: requests flow, and each end has its reason.</summary>
public sealed class SessionMountTests : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("zufs-session-").FullName;
    private readonly Arena _arena = Arena.Create("zufs-test", 1L << 30);
    private readonly Mount _mount;

    public SessionMountTests() => _mount = Mount.Create(_directory, MountOptions.Parse("subtype=session"));

    public void Dispose()
    {
        Mount.Detach(_directory);
        _mount.Dispose();
        Directory.Delete(_directory);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Files_are_written_and_read_and_the_unmount_is_the_reason(string channel)
    {
        Session session = Start(channel);
        Assert.Equal(channel, session.Channel);
        // The test process must not touch a mount that it serves itself with more than plain system calls; a child does.
        string output = Shell("echo hello > a && mkdir d && mv a d/b && cat d/b && ls d");
        Assert.Equal("hello\nb\n", output);
        Assert.InRange(session.Counters.Operations, 5, long.MaxValue);
        Assert.Equal((0, 0, 0), (session.Counters.Malformed, session.Counters.BrokenReplies, session.Counters.Exceptions));
        _mount.Unmount();
        Assert.Equal(ShutdownReason.Unmounted, Ended(session));
        _arena.Dispose();
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_session_that_is_stopped_leaves_the_mount_to_its_owner(string channel)
    {
        Session session = Start(channel);
        session.Stop(ShutdownReason.StopRequested);
        Assert.Equal(ShutdownReason.StopRequested, Ended(session));
        Assert.NotNull(MountTable.Find(_directory));
        _mount.UnmountLazily();
        _arena.Dispose();
    }

    private Session Start(string channel) =>
        Session.Start(_mount.Connection, new MemoryFileSystem(), _arena, new SessionOptions { Channel = channel, MaxWrite = 128 << 10 });

    private static ShutdownReason Ended(Session session)
    {
        Assert.True(SpinWait.SpinUntil(() => session.Ended.IsCompleted, s_soon), "The session never ended.");
        return session.Ended.Result;
    }

    private string Shell(string script)
    {
        var start = new System.Diagnostics.ProcessStartInfo("sh") { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add("-ec");
        start.ArgumentList.Add($"cd {_directory}; {script}");
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit((int)s_soon.TotalMilliseconds), "The shell hangs on the mount.");
        return output;
    }
}
