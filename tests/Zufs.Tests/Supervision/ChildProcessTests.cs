using Xunit;
using Zufs.Interop;

namespace Zufs.Tests.Supervision;

public class ChildProcessTests
{
    [Fact]
    public void An_exit_code_is_told()
    {
        using ChildProcess child = Shell("exit 7");
        Assert.Equal(new ChildExit(IsSignal: false, 7), child.Wait());
        Assert.True(child.TryWait(out ChildExit again) && again.Status == 7);
    }

    [Fact]
    public void A_signal_is_told_by_name()
    {
        using ChildProcess child = Shell("exec sleep 60");
        Assert.False(child.TryWait(out _));
        child.Signal(LibC.SIGKILL);
        Assert.Equal("was killed by signal 9 (SIGKILL)", child.Wait().ToString());
    }

    [Fact]
    public void Only_what_was_given_is_inherited()
    {
        (var ours, var theirs) = UnixPair.Create();
        (var leak, var other) = UnixPair.Create();
        using (ours)
        using (leak)
        using (other)
        {
            nint given = theirs.DangerousGetHandle();
            ChildProcess child;
            using (theirs)
            {
                child = ChildProcess.Start(new ChildProcessStart
                {
                    FileName = "/bin/sh",
                    Arguments = ["-c", $"for fd in {given} {leak.DangerousGetHandle()} {other.DangerousGetHandle()}; do test -e /proc/self/fd/$fd && echo $fd >&2; done"],
                    Inherited = [theirs],
                    StandardError = theirs,
                });
            }
            using (child)
                Assert.Equal($"{given}\n", UnixPair.ReadToEnd(ours));
        }
    }

    [Fact]
    public void The_environment_is_ours_with_the_changes()
    {
        Environment.SetEnvironmentVariable("ZUFS_TEST_GONE", "x");
        using ChildProcess child = ChildProcess.Start(new ChildProcessStart
        {
            FileName = "sh",
            Arguments = ["-c", "test \"$ZUFS_TEST_NEW\" = 'a b' && test -z \"${ZUFS_TEST_GONE+x}\" && test -n \"$PATH\""],
            Environment = [new("ZUFS_TEST_NEW", "a b"), new("ZUFS_TEST_GONE", null)],
        });
        Assert.True(child.Wait().IsSuccess);
    }

    [Fact]
    public void A_missing_program_is_an_error() =>
        Assert.Throws<LibCException>(() => ChildProcess.Start(new ChildProcessStart { FileName = "/nowhere/program" }));

    [Fact]
    public void A_child_ends_by_SIGPIPE_though_the_runtime_ignores_it()
    {
        using ChildProcess child = Shell("kill -PIPE $$; exit 0");
        Assert.Equal(new ChildExit(IsSignal: true, LibC.SIGPIPE), child.Wait());
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start(new ChildProcessStart { FileName = "/bin/sh", Arguments = ["-c", script] });
}
