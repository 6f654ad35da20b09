using Xunit;
using Zufs.Conformance;

namespace Zufs.CompatTests.Conformance;

/// <summary>Checks must be able to fail: file systems that are made wrong on purpose are found out.</summary>
public sealed class BrokenViewTests : IDisposable
{
    private readonly TemporaryFileSystem _good = new();
    private readonly TemporaryFileSystem _broken = new();

    public void Dispose()
    {
        _good.Dispose();
        _broken.Dispose();
    }

    [Fact]
    public void A_read_only_mount_differs_in_every_check_that_changes_something()
    {
        _broken.Remount("ro");
        var check = CheckCatalogue.Find("create")!;
        var result = new CheckRunner(_broken.MountPoint).Run(check);
        Assert.False(result.Passed);
        Assert.Contains("EROFS", result.Explain());
    }

    [Fact]
    public void A_mount_without_room_is_found_out()
    {
        _broken.Remount("size=1m");
        var comparison = Compare("io-8m");
        Assert.Contains(comparison.Differences, d => d.What == "write" && d.First == "8388608" && d.Second != d.First);
    }

    [Fact]
    public void A_mount_without_execution_differs_in_access_only()
    {
        _broken.Remount("noexec");
        var comparison = Compare("access");
        var difference = Assert.Single(comparison.Differences);
        Assert.Equal(("X_OK of an executable", "ok", "EACCES"), (difference.What, difference.First, difference.Second));
        Assert.True(Compare("create").IsSame);
    }

    [Fact]
    public void Two_mounts_of_the_same_kind_are_the_same()
    {
        foreach (string name in (string[])["look-attributes", "rename-exchange", "hole-seek", "xattr-many", "parallel-appends"])
            Assert.True(Compare(name).IsSame, string.Join('\n', Compare(name).Differences));
    }

    [Fact]
    public void On_a_mount_that_may_not_be_changed_only_looking_runs_and_sees_what_is_there()
    {
        File.WriteAllText(Path.Combine(_good.MountPoint, "f"), "one");
        File.WriteAllText(Path.Combine(_broken.MountPoint, "f"), "two");
        var check = CheckCatalogue.Find("look-data")!;
        var comparison = CheckComparison.Of(
            new CheckRunner(_good.MountPoint, readOnly: true).Run(check), new CheckRunner(_broken.MountPoint, readOnly: true).Run(check));
        Assert.Equal("data of ./f", Assert.Single(comparison.Differences).What);
        Assert.NotNull(new CheckRunner(_good.MountPoint, readOnly: true).Run(CheckCatalogue.Find("create")!).Skipped);
        Assert.Single(Directory.EnumerateFileSystemEntries(_good.MountPoint));
    }

    private CheckComparison Compare(string name)
    {
        var check = CheckCatalogue.Find(name)!;
        return CheckComparison.Of(new CheckRunner(_good.MountPoint).Run(check), new CheckRunner(_broken.MountPoint).Run(check));
    }
}
