using Xunit;
using Zufs.Migrate.Programs;

namespace Zufs.Tests.Migrate;

/// <summary>What stands before the first <c>--</c> says whether a program or a file system is run.</summary>
public class ProgramCommandTests
{
    [Theory]
    [InlineData(null, "run", "--", "sshfs", "host:", "/mnt")]
    [InlineData("uring", "run", "--channel", "uring", "--", "sshfs", "host:", "/mnt")]
    [InlineData("fuse", "run", "--verbose", "--channel=fuse", "--", "sshfs", "host:", "/mnt")]
    public void Options_only_mean_a_program(string? channel, params string[] arguments)
    {
        ProgramCommand command = Assert.IsType<ProgramCommand>(ProgramCommand.Parse(arguments));
        Assert.Equal(channel, command.Channel);
        Assert.Equal(["sshfs", "host:", "/mnt"], command.Command);
    }

    [Fact]
    public void A_second_separator_is_the_programs()
    {
        ProgramCommand command = Assert.IsType<ProgramCommand>(ProgramCommand.Parse(["run", "--", "unionfs", "--", "/a", "--channel", "x"]));
        Assert.Equal(["unionfs", "--", "/a", "--channel", "x"], command.Command);
    }

    [Theory]
    [InlineData("run", "memory", "/mnt", "--", "--store")]
    [InlineData("run", "--daemon", "--", "memory", "/mnt")]
    [InlineData("run", "memory", "/mnt")]
    [InlineData("run", "--")]
    [InlineData("run", "--channel", "uring")]
    [InlineData("status", "--", "sshfs")]
    [InlineData]
    public void Everything_else_is_the_parsers(params string[] arguments) => Assert.Null(ProgramCommand.Parse(arguments));

    [Fact]
    public void The_program_gets_the_library_and_the_channel()
    {
        var environment = ProgramCommand.Environment("uring", "/usr/lib/zufs/libfuse").ToList();
        Assert.Contains("ZUFS_CHANNEL=uring", environment);
        Assert.Single(environment, e => e.StartsWith("LD_LIBRARY_PATH=/usr/lib/zufs/libfuse", StringComparison.Ordinal));
        Assert.Contains(environment, e => e.StartsWith("PATH=", StringComparison.Ordinal));
    }
}
