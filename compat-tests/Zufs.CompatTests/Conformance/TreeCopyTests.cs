using Xunit;
using Zufs.Conformance.Trees;

namespace Zufs.CompatTests.Conformance;

public sealed class TreeCopyTests : IDisposable
{
    private readonly TemporaryFileSystem _target = new();
    private readonly DirectoryInfo _source = Directory.CreateTempSubdirectory("zufs-source-");

    public void Dispose()
    {
        _target.Dispose();
        _source.Delete(recursive: true);
    }

    [Fact]
    public void A_real_tree_comes_back_as_it_is()
    {
        var report = new TreeCopy("/usr/include", 2000).Run(_target.MountPoint);
        Assert.True(report.IsSame, string.Join('\n', report.Differences));
        Assert.True(report.Files > 100 && report.Bytes > 100_000);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_target.MountPoint));
    }

    [Fact]
    public void Two_copies_of_one_tree_have_one_digest_and_a_changed_tree_has_another()
    {
        Directory.CreateDirectory(Path.Combine(_source.FullName, "d"));
        File.WriteAllText(Path.Combine(_source.FullName, "d", "f"), "one");
        File.CreateSymbolicLink(Path.Combine(_source.FullName, "s"), "d/f");
        string first = new TreeCopy(_source.FullName).Run(_target.MountPoint).Digest;
        Assert.Equal(first, new TreeCopy(_source.FullName).Run(_target.MountPoint).Digest);
        File.SetUnixFileMode(Path.Combine(_source.FullName, "d", "f"), UnixFileMode.UserRead);
        Assert.NotEqual(first, new TreeCopy(_source.FullName).Run(_target.MountPoint).Digest);
    }

    [Fact]
    public void A_mount_without_room_is_told_path_by_path()
    {
        _target.Remount("size=64k");
        File.WriteAllBytes(Path.Combine(_source.FullName, "large"), new byte[1 << 20]);
        var report = new TreeCopy(_source.FullName).Run(_target.MountPoint);
        Assert.Contains(report.Differences, d => d.What == "write" && d.Actual == "ENOSPC");
    }

    [Fact]
    public void Giving_up_removes_the_copy()
    {
        using var cancelled = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => new TreeCopy("/usr/include", 2000).Run(_target.MountPoint, _ => cancelled.Cancel(), cancelled.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_target.MountPoint));
    }
}
