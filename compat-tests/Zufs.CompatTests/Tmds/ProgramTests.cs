using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace Zufs.CompatTests.Tmds;

/// <summary>Tmds.Fuse programs as processes: started as they are, ended as people end them.</summary>
public class ProgramTests
{
    private static readonly string s_root = typeof(ProgramTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    [Fact]
    public void A_separate_project_built_against_the_packages_mounts_on_uring()
    {
        Run(Path.Combine(s_root, "scripts/pack.sh"));
        // A cache of its own, without what is ours: a version that was packed again must not be hidden by an older one.
        string cache = Path.Combine(s_root, "artifacts/consumer/packages");
        foreach (string id in (string[])["tmds.fuse", "tmds.libc", "zufs.core", "zufs.fuseshim"])
        {
            if (Directory.Exists(Path.Combine(cache, id)))
                Directory.Delete(Path.Combine(cache, id), recursive: true);
        }
        string output = Path.Combine(s_root, "artifacts/consumer/bin");
        Run("dotnet", "build", Path.Combine(s_root, "compat-tests/consumer"), "-v", "q", "-nologo", "-o", output,
            "-p:RestoreForce=true", "-p:UseAppHost=false", "-p:RestorePackagesPath=" + cache);

        using var program = new MountingProgram(Path.Combine(output, "consumer.dll"));
        program.WaitForMount();
        Assert.True(program.HasRing);
        Assert.Equal("Good morning!\n", File.ReadAllText(Path.Combine(program.MountPoint, "greeting")));
        Assert.Equal(["greeting"], Directory.GetFileSystemEntries(program.MountPoint).Select(Path.GetFileName));
        program.End("TERM");
        Assert.False(program.IsMounted);
    }

    [Theory]
    [InlineData("fuse", "INT")]
    [InlineData("fuse", "TERM")]
    [InlineData("fuse", "HUP")]
    [InlineData("uring", "INT")]
    [InlineData("uring", "TERM")]
    public void A_program_that_is_ended_by_a_signal_leaves_no_mount(string channel, string signal)
    {
        using var program = new MountingProgram(Path.Combine(AppContext.BaseDirectory, "tmds-hello.dll"), channel);
        program.WaitForMount();
        Assert.Equal(channel == "uring", program.HasRing);
        using (FileStream open = File.OpenRead(Path.Combine(program.MountPoint, "hello")))
        {
            Assert.Equal('H', open.ReadByte());
            program.End(signal);
        }
        Assert.False(program.IsMounted);
    }

    private static void Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file} failed:\n{output}{errors.Result}");
    }
}
