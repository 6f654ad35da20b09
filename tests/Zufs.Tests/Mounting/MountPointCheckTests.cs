using Xunit;
using Zufs.Mounting;

namespace Zufs.Tests.Mounting;

public sealed class MountPointCheckTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-mountpoint-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_directory_is_resolved_to_its_real_place()
    {
        string link = Path.Combine(_directory.FullName, "link");
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "real"));
        File.CreateSymbolicLink(link, "real");
        Assert.EndsWith("/real", MountPointCheck.Resolve(link + "/"));
    }

    [Fact]
    public void A_missing_directory_is_named_with_the_command_that_makes_it()
    {
        string path = Path.Combine(_directory.FullName, "none");
        var e = Assert.Throws<MountException>(() => MountPointCheck.Resolve(path));
        Assert.Contains($"mkdir -p {path}", e.Message);
    }

    [Fact]
    public void A_file_is_no_mount_point()
    {
        string path = Path.Combine(_directory.FullName, "file");
        File.WriteAllText(path, "");
        Assert.Contains("not a directory", Assert.Throws<MountException>(() => MountPointCheck.Resolve(path)).Message);
    }

    [Fact]
    public void An_empty_path_is_no_mount_point() => Assert.Throws<MountException>(() => MountPointCheck.Resolve(""));

    [Theory]
    [InlineData("user_allow_other\n", true)]
    [InlineData("  user_allow_other  \n", true)]
    [InlineData("#user_allow_other\n", false)]
    [InlineData("mount_max = 3\n", false)]
    public void Allow_other_needs_its_line_in_the_configuration(string text, bool expected)
    {
        string path = Path.Combine(_directory.FullName, "fuse.conf");
        File.WriteAllText(path, text);
        Assert.Equal(expected, MountPointCheck.AllowsOther(path));
    }

    [Fact]
    public void Without_a_configuration_allow_other_is_roots_alone() =>
        Assert.False(MountPointCheck.AllowsOther(Path.Combine(_directory.FullName, "none.conf")));
}
