using System.Diagnostics;
using Xunit;

namespace Zufs.CompatTests.LibFuse;

/// <summary>What a libfuse program's process is while it serves and when it ends: as with its own library.</summary>
[Collection(nameof(LibFuse))]
public sealed class ProcessTests : IDisposable
{
    // 33: glibc's, for setuid(2) in all threads; 34: the runtime's.
    private const ulong NotThePrograms = 3ul << 32;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Signals_are_as_with_the_programs_own_library(string channel)
    {
        var expected = Signals(null);
        Assert.Equal(expected, Signals(channel));
    }

    [Theory]
    [InlineData("bindfs", "--multithreaded", "{store}", "{mountpoint}", "-f")]
    [InlineData("rofiles-fuse", "{store}", "{mountpoint}", "-f")]
    public void A_signal_unmounts_and_the_exit_code_is_the_same(params string[] command)
    {
        string[] filled = [.. command.Select(a => a.Replace("{store}", _workspace.Make("store")))];
        int expected;
        using (var own = new FuseProgram(_workspace.Make("mount"), null, filled))
            expected = own.Terminate();
        foreach (string channel in new[] { "fuse", "uring" })
        {
            using var ours = new FuseProgram(_workspace.Make("mount"), channel, filled);
            Assert.Equal(expected, ours.Terminate());
            Assert.Empty(Directory.GetFileSystemEntries(ours.MountPoint));
        }
    }

    // The fork comes before the runtime: a child of a process that had it would hang.
    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_program_in_the_background_serves(string channel)
    {
        string mountPoint = _workspace.Make("mount");
        var start = new ProcessStartInfo("bindfs", ["--multithreaded", _workspace.Make("store"), mountPoint]);
        start.Environment["LD_LIBRARY_PATH"] = FuseProgram.Library;
        start.Environment["ZUFS_CHANNEL"] = channel;
        try
        {
            using (Process parent = Process.Start(start)!)
            {
                Assert.True(parent.WaitForExit(TimeSpan.FromSeconds(20)));
                Assert.Equal(0, parent.ExitCode);
            }
            Assert.Equal("1000\n", _workspace.Shell("for i in $(seq 1 1000); do echo $i >f$i; done; cat f1000; rm f*", mountPoint));
            string server = Assert.Single(Directory.GetDirectories("/proc"), d => Serves(d, mountPoint));
            Assert.Contains(File.ReadLines($"{server}/maps"), l => l.EndsWith("/libzufs.so", StringComparison.Ordinal));
            _workspace.Shell($"umount {mountPoint}", "/");
            for (var clock = Stopwatch.StartNew(); Serves(server, mountPoint); Thread.Sleep(20))
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "It goes on after the unmount.");
        }
        finally
        {
            Zufs.Mounting.Mount.Detach(mountPoint);
        }
    }

    [Fact]
    public void What_is_not_there_yet_is_named_at_the_start()
    {
        var start = new ProcessStartInfo("squashfuse_ll", ["nothing.sqsh", _workspace.Make("mount")]) { RedirectStandardError = true };
        start.Environment["LD_LIBRARY_PATH"] = FuseProgram.Library;
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("fuse_session_new", said);
        Assert.Contains("fuse_reply_entry", said);
    }

    private static bool Serves(string process, string mountPoint)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline").Contains(mountPoint, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private (ulong Ignored, ulong Caught) Signals(string? channel)
    {
        using var program = new FuseProgram(_workspace.Make("mount"), channel, "bindfs", "-f", "--multithreaded", _workspace.Make("store"), "{mountpoint}");
        // The mount answers while the loop is still being started: the runtime's own handlers go at the end of that.
        Thread.Sleep(2000);
        var result = (Convert.ToUInt64(program.Status("SigIgn"), 16) & ~NotThePrograms, Convert.ToUInt64(program.Status("SigCgt"), 16) & ~NotThePrograms);
        Assert.Equal(0, program.Unmount());
        return result;
    }
}
