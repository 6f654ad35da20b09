using System.Diagnostics;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;
using Zufs.Mounting;

namespace Zufs.CompatTests.Supervision;

/// <summary>The program as people use it: run, status, stop; as root and as an ordinary user.</summary>
public sealed class RunTests(ITestOutputHelper output) : IDisposable
{
    private const int Nobody = 65534;

    private const string Device = "/dev/fuse";

    private readonly MountFixture _fixture = new(output);
    private readonly UnixFileMode _deviceMode = File.GetUnixFileMode(Device);

    public void Dispose()
    {
        File.SetUnixFileMode(Device, _deviceMode);
        _fixture.Dispose();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_unmounts_with_exit_code_0(string signal)
    {
        string mountPoint = _fixture.NewDirectory();
        using Process run = Start("run", "memory", mountPoint, "--channel", "fuse");
        Assert.Contains($"mounted on {mountPoint}, channel fuse", run.StandardOutput.ReadLine());
        File.WriteAllText(Path.Combine(mountPoint, "a"), "b");
        Process.Start("kill", [$"-{signal}", $"{run.Id}"]).WaitForExit();
        Assert.True(run.WaitForExit(15000));
        Assert.Equal(0, run.ExitCode);
        Assert.Null(MountTable.Find(mountPoint));
        Assert.Contains("unmounted", run.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_daemon_shows_in_status_and_is_stopped_by_stop()
    {
        string mountPoint = _fixture.NewDirectory();
        using Process run = Start("run", "memory", mountPoint, "--daemon", "--json");
        using JsonDocument report = JsonDocument.Parse(run.StandardOutput.ReadToEnd());
        Assert.True(run.WaitForExit(15000));
        Assert.Equal((0, mountPoint), (run.ExitCode, report.RootElement.GetProperty("mountpoint").GetString()));

        using Process status = Start("status", "--json");
        using JsonDocument list = JsonDocument.Parse(status.StandardOutput.ReadToEnd());
        JsonElement row = list.RootElement.GetProperty("mounts").EnumerateArray().Single(m => m.GetProperty("mountpoint").GetString() == mountPoint);
        Assert.Equal(1, list.RootElement.GetProperty("schema_version").GetInt32());
        Assert.Equal(("serving", 0), (row.GetProperty("state").GetString(), row.GetProperty("restarts").GetInt32()));
        Assert.True(row.GetProperty("worker_pid").GetInt32() > 0 && row.GetProperty("supervisor_pid").GetInt32() > 0);

        using Process stop = Start("stop", mountPoint);
        Assert.True(stop.WaitForExit(15000));
        Assert.Equal(0, stop.ExitCode);
        Assert.Null(MountTable.Find(mountPoint));
    }

    [Fact]
    public void The_mount_ends_with_a_run_that_is_killed()
    {
        string mountPoint = _fixture.NewDirectory();
        using Process run = Start("run", "memory", mountPoint, "--channel", "fuse");
        run.StandardOutput.ReadLine();
        run.Kill();
        Assert.True(SpinWait.SpinUntil(() => MountTable.Find(mountPoint) is null, TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("there is no channel", "run", "memory", "{m}", "--channel", "fast")]
    [InlineData("make vm-shell", "run", "memory", "{m}", "--channel", "zufs")]
    [InlineData("isn't known", "run", "memory", "{m}", "-o", "nonsense")]
    [InlineData("doesn't exist", "run", "memory", "{m}/none")]
    [InlineData("no file", "run", "./none.dll", "{m}")]
    [InlineData("no option 'nonsense'", "run", "memory:nonsense=1", "{m}")]
    [InlineData("no .NET assembly", "run", "/bin/sh", "{m}")]
    [InlineData("Nothing is mounted", "stop", "{m}")]
    public void Trouble_is_a_sentence_and_exit_code_2(string expected, params string[] arguments)
    {
        string mountPoint = _fixture.NewDirectory();
        using Process program = Start([.. arguments.Select(a => a.Replace("{m}", mountPoint))]);
        string error = program.StandardError.ReadToEnd();
        Assert.True(program.WaitForExit(15000));
        Assert.Equal(2, program.ExitCode);
        Assert.True(error.Contains(expected, StringComparison.OrdinalIgnoreCase), error);
        Assert.Equal("", program.StandardOutput.ReadToEnd());
        Assert.Null(MountTable.Find(mountPoint));
    }

    [Fact]
    public void An_ordinary_user_mounts_through_fusermount3()
    {
        string home = _fixture.NewDirectory();
        Process.Start("chown", [$"{Nobody}", home]).WaitForExit();
        OpenTheWayTo(home);
        // As distributions have it; a bare kernel gives the device to root alone.
        File.SetUnixFileMode(Device, (UnixFileMode)0x1B6);
        using Process run = StartAs(Nobody, home, "run", "memory", home, "--channel", "fuse");
        string? line = run.StandardOutput.ReadLine();
        // Without a line it has ended, and says why; while it runs, reading on would wait for its end.
        Assert.True(line?.Contains("channel fuse"), line ?? run.StandardError.ReadToEnd());
        MountEntry entry = MountTable.Find(home)!;
        Assert.Equal("fuse.memory", entry.Type);
        Assert.Contains("nosuid", entry.Options);
        Process.Start("kill", ["-TERM", $"{run.Id}"]).WaitForExit();
        Assert.True(run.WaitForExit(15000));
        Assert.Equal(0, run.ExitCode);
        Assert.Null(MountTable.Find(home));
    }

    [Fact]
    public void An_ordinary_user_may_not_allow_others()
    {
        string home = _fixture.NewDirectory();
        Process.Start("chown", [$"{Nobody}", home]).WaitForExit();
        OpenTheWayTo(home);
        using Process run = StartAs(Nobody, home, "run", "memory", home, "-o", "allow_other");
        string error = run.StandardError.ReadToEnd();
        Assert.True(run.WaitForExit(15000));
        Assert.Contains("user_allow_other", error);
        Assert.Equal(2, run.ExitCode);
    }

    private static void OpenTheWayTo(string path)
    {
        string parent = Path.GetDirectoryName(path)!;
        File.SetUnixFileMode(parent, File.GetUnixFileMode(parent) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    private static Process Start(params string[] arguments) => StartProgram(Path.Combine(MountFixture.Library, "zufs-migrate"), arguments, null);

    private static Process StartAs(int user, string runtimeDirectory, params string[] arguments)
    {
        // Beside the mount point, not below it.
        string runtime = Directory.CreateDirectory(runtimeDirectory + "-run").FullName;
        Process.Start("chown", [$"{user}", runtime]).WaitForExit();
        string[] words = [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--", Path.Combine(MountFixture.Library, "zufs-migrate"), .. arguments];
        return StartProgram("setpriv", words, runtime);
    }

    private static Process StartProgram(string program, string[] arguments, string? runtime)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (runtime is not null)
        {
            start.Environment["XDG_RUNTIME_DIR"] = runtime;
            start.Environment["HOME"] = runtime;
            start.WorkingDirectory = "/";
        }
        return Process.Start(start)!;
    }
}
