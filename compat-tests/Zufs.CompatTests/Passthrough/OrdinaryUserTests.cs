using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Mounting;

namespace Zufs.CompatTests.Passthrough;

/// <summary>
/// An ordinary user passes a directory through, by fusermount3: nodes are descriptors and names then, the file system moves the data, and nobody may do more than the user.
/// </summary>
public sealed class OrdinaryUserTests(ITestOutputHelper output) : IDisposable
{
    private const uint User = 65534;
    private const string Device = "/dev/fuse";

    private readonly MountFixture _fixture = new(output);
    private readonly UnixFileMode _deviceMode = File.GetUnixFileMode(Device);
    private readonly List<Process> _running = [];
    private string _backing = "";
    private string _mount = "";

    public static TheoryData<string> Channels => ["fuse", "uring"];

    public void Dispose()
    {
        foreach (Process run in _running)
        {
            Process.Start("kill", ["-TERM", $"{run.Id}"]).WaitForExit();
            if (!run.WaitForExit(15000))
                run.Kill(entireProcessTree: true);
            run.Dispose();
        }
        if (_mount.Length > 0 && MountTable.Find(_mount) is not null)
            Mount.Detach(_mount);
        File.SetUnixFileMode(Device, _deviceMode);
        _fixture.Dispose();
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void What_is_made_is_the_users_and_what_the_user_may_not_is_refused(string channel)
    {
        Start(channel);
        Shell.Run(_backing, "echo roots >roots; chmod 600 roots; mkdir closed; echo x >closed/f; chmod 700 closed");
        Run("""
            umask 027; echo hello >f; mkdir -p a/b/c; ln -s ../f a/link; ln f a/hard; mkfifo fifo; echo more >>f; mv a/b moved; truncate -s 3G sparse
            cat a/link a/hard; setfattr -n user.x -v y f; touch -d '2001-02-03 04:05:06.123456789' f; chmod 640 f; rmdir moved/c
            """);
        Assert.Equal(
            "f 65534:65534 640 11 2\na/hard 65534:65534 640 11 2\nmoved 65534:65534 750 4096 2\nfifo 65534:65534 640 0 1",
            Shell.Run(_backing, "stat -c '%n %u:%g %a %s %h' f a/hard moved fifo"));
        Assert.Equal("2001-02-03 04:05:06.123456789", Shell.Run(_backing, "stat -c %y f | cut -c1-29"));
        Assert.Equal("3221225472 0", Shell.Run(_backing, "stat -c '%s %b' sparse"));
        foreach (string denied in (string[])["cat roots", "echo x >>roots", "cat closed/f", "ls closed", "chown 0 f", "mknod n b 7 0"])
            Assert.NotEqual(0, Shell.Try("/", $"cd {_mount}; {denied}", User).Code);
        Assert.Equal("f\na", Run("rm -r moved sparse fifo; rm a/link; ls -d f a | sort -r"));
        // Without allow_other not even root.
        Assert.Contains("Permission denied", Shell.Try("/", $"cat {_mount}/f").Text);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void There_may_be_more_files_than_the_user_has_descriptors(string channel)
    {
        Start(channel, "prlimit", "--nofile=200:200");
        Run("mkdir d; cd d; for i in $(seq 1000); do echo $i >f$i; done; mkdir -p deep/er/est; for i in $(seq 100); do echo $i >deep/er/est/$i; done");
        Assert.Equal("500500\n5050", Run("cat d/f* | awk '{s+=$1} END {print s}'; mv d e; cat e/deep/er/est/* | awk '{s+=$1} END {print s}'"));
        Run("exec 3<>e/f7; rm e/f7; echo still >&3; grep -q still /proc/self/fd/3; rm -r e; [ -z \"$(ls -A)\" ]");
    }

    // Not even root gets in there to start with.
    private string Run(string script) => Shell.Run("/", $"cd {_mount}; {script}", User);

    private void Start(string channel, params string[] before)
    {
        Shell.Run("/", $"chmod 755 {_fixture.Root}");
        (_backing, _mount) = (_fixture.NewDirectory(), _fixture.NewDirectory());
        string runtime = _fixture.NewDirectory();
        Shell.Run("/", $"chown {User}:{User} {_backing} {_mount} {runtime}; chmod 755 {_backing}");
        // As distributions have it; a bare kernel gives the device to root alone.
        File.SetUnixFileMode(Device, (UnixFileMode)0x1B6);
        string[] words =
        [
            $"--reuid={User}", $"--regid={User}", "--clear-groups", "--", .. before, Path.Combine(MountFixture.Library, "zufs-migrate"),
            "run", $"passthrough:{_backing}", _mount, "--channel", channel,
        ];
        var start = new ProcessStartInfo("setpriv", words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["XDG_RUNTIME_DIR"] = start.Environment["HOME"] = runtime;
        Process run = Process.Start(start)!;
        _running.Add(run);
        string? line = run.StandardOutput.ReadLine();
        Assert.True(line?.Contains($"channel {channel}", StringComparison.Ordinal), line ?? run.StandardError.ReadToEnd());
        Assert.Contains("nosuid", MountTable.Find(_mount)!.Options);
    }
}
