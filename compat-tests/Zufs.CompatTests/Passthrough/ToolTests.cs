using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Supervision;

namespace Zufs.CompatTests.Passthrough;

/// <summary>
/// Programs of other people at work on mounts, each judging for itself whether a file system did as it should. Short here, long with ZUFS_SOAK=1.
/// What <c>scripts/require.sh tools</c> would install and is missing is a failure.
/// </summary>
public sealed class ToolTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("ZUFS_SOAK") == "1";
    private static readonly TimeSpan s_bound = s_isLong ? TimeSpan.FromMinutes(20) : TimeSpan.FromMinutes(3);

    private readonly MountFixture _fixture = new(output);

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (string tool in (string[])["stress-ng", "fio", "dbench", "fsmark", "sqlite", "tree", "build", "postgres", "git", "habits"])
            {
                foreach (string fileSystem in (string[])["memory", "passthrough"])
                {
                    rows.Add(tool, fileSystem, "fuse");
                    rows.Add(tool, fileSystem, "uring");
                }
            }
            return rows;
        }
    }

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_tool_is_content(string tool, string fileSystem, string channel)
    {
        // Tools that become another user go through the folders above, too.
        Shell.Run("/", $"chmod 755 {_fixture.Root}");
        string source = fileSystem == "passthrough" ? $"passthrough:{_fixture.NewDirectory()}" : fileSystem;
        RunningMount mount = _fixture.Mount(source, channel, "allow_other");
        string script = Path.Combine(Repository(), "compat-tests/tools/run.sh");
        (int code, string text) = Shell.Try("/", $"exec {script} {tool} {mount.MountPoint} {(s_isLong ? "full" : "short")}", bound: s_bound);
        Assert.True(code == 0, $"{tool} ended with {code}\n{text}");
        Assert.Equal(0, mount.Status()!.Restarts);
    }

    private static string Repository()
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Zufs.sln")))
            at = at.Parent ?? throw new InvalidOperationException("The repository isn't found above the tests.");
        return at.FullName;
    }
}
