using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Zufs.CompatTests.Supervision;

/// <summary>The order of a start: the file system is loaded first, then mounted.</summary>
public sealed class StartTests(ITestOutputHelper output) : IDisposable
{
    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    /// <summary>
    /// A .NET runtime makes a socket in the temporary directory while it starts. Not <c>/tmp</c> itself, where the build under test may lie.
    /// </summary>
    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_mount_over_the_temporary_directory_starts_and_ends(string channel)
    {
        string program = Path.Combine(MountFixture.Library, "zufs-migrate");
        string plugIn = typeof(Samples.OperationsFileSystem).Assembly.Location;
        string temporary = Path.Combine(_fixture.Root, "temporary");
        Directory.CreateDirectory(temporary);
        string script = $"export TMPDIR={temporary} && {program} run {plugIn} $TMPDIR --channel {channel} --daemon && echo text > $TMPDIR/file && "
            + $"cat $TMPDIR/file && {program} stop $TMPDIR && ! mountpoint $TMPDIR";
        (int exitCode, string said) = Run("sh", "-c", script);
        Assert.True(exitCode == 0, said);
        Assert.Contains("text\n", said);
    }

    [Fact]
    public void A_mount_that_would_hide_the_runtime_is_refused()
    {
        (int exitCode, string said) = Run(Path.Combine(MountFixture.Library, "zufs-migrate"), "run", "memory", "/usr");
        Assert.Equal(2, exitCode);
        Assert.Contains("would disappear below the mount", said);
    }

    [Fact]
    public void The_file_systems_wish_for_the_kernels_permission_checks_is_granted()
    {
        string mountPoint = _fixture.Mount("memory", "fuse").MountPoint;
        Assert.Contains("default_permissions", File.ReadLines("/proc/self/mounts").Single(line => line.Contains($" {mountPoint} ", StringComparison.Ordinal)));
    }

    private (int ExitCode, string Said) Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(60_000))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} didn't end within 60 s.");
        }
        said += errors.Result;
        output.WriteLine(said);
        return (process.ExitCode, said);
    }
}
