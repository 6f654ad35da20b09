using Xunit;
using Zufs.Conformance;

namespace Zufs.CompatTests.Conformance;

/// <summary>
/// The checks on the kernel's own file systems. What fails here is wrong in the check, not in the file system: it would accuse every
/// mount of Zufs wrongly.
/// </summary>
public sealed class ControlRun : IClassFixture<ControlRun.Mounts>
{
    private readonly Mounts _mounts;

    public ControlRun(Mounts mounts)
    {
        _mounts = mounts;
    }

    public static TheoryData<string> Names => [.. CheckCatalogue.All.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_check_passes_on_tmpfs(string name) => Passes(_mounts.Tmpfs.MountPoint, name);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_check_passes_on_the_disk(string name) => Passes(_mounts.Disk.FullName, name);

    [Theory]
    [InlineData("name-of-every-byte")]
    [InlineData("permission-directory")]
    [InlineData("rename-open-directory")]
    [InlineData("unlink-open-file")]
    public void A_check_leaves_nothing_behind(string name)
    {
        Passes(_mounts.Tmpfs.MountPoint, name);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_mounts.Tmpfs.MountPoint));
    }

    [Fact]
    public void Names_of_checks_are_unique_and_plain()
    {
        var names = CheckCatalogue.All.Select(check => check.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", name));
        Assert.True(names.Count >= 150);
    }

    private static void Passes(string mountPoint, string name)
    {
        var result = new CheckRunner(mountPoint).Run(CheckCatalogue.Find(name)!);
        Assert.True(result.Passed, result.Explain());
        Assert.NotEmpty(result.Observations);
    }

    /// <summary>A tmpfs, and a directory on the disk under the temporary files.</summary>
    public sealed class Mounts : IDisposable
    {
        internal TemporaryFileSystem Tmpfs { get; } = new();

        internal DirectoryInfo Disk { get; } = Directory.CreateDirectory($"/var/tmp/zufs-control-{Environment.ProcessId}");

        public void Dispose()
        {
            Tmpfs.Dispose();
            Disk.Delete(recursive: true);
        }
    }
}
