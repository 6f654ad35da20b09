using Xunit;
using Zufs.Mounting;

namespace Zufs.CompatTests.Mounting;

/// <summary>Mounts of the kernel's own making; nobody answers on them, so nothing here looks inside.</summary>
public sealed class MountTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-mount-");

    public void Dispose()
    {
        Mount.Detach(_directory.FullName);
        _directory.Delete();
    }

    [Fact]
    public void A_mount_shows_in_the_table_with_its_subtype_and_source()
    {
        using Mount mount = Mount.Create(_directory.FullName, MountOptions.Parse("subtype=probe,fsname=a b,ro"));
        MountEntry entry = MountTable.Find(_directory.FullName)!;
        Assert.Equal(("fuse.probe", "a b"), (entry.Type, entry.Source));
        Assert.Contains("ro", entry.Options.Split(','));
        Assert.True(mount.IsMounted);
        mount.Unmount();
        Assert.False(mount.IsMounted);
        Assert.Null(MountTable.Find(_directory.FullName));
    }

    [Fact]
    public void Unmounting_what_somebody_else_unmounted_is_no_error()
    {
        using Mount mount = Mount.Create(_directory.FullName, new MountOptions());
        Mount.Detach(_directory.FullName);
        mount.Unmount();
        mount.UnmountLazily();
    }

    [Fact]
    public void A_mount_whose_connection_is_closed_is_named_as_stale_with_the_command_that_removes_it()
    {
        Mount.Create(_directory.FullName, new MountOptions()).Dispose();
        var e = Assert.Throws<MountException>(() => Mount.Create(_directory.FullName, new MountOptions()));
        Assert.Contains("stale", e.Message);
        Assert.Contains($"umount -l {_directory.FullName}", e.Message);
        Assert.True(MountTable.IsStale(MountTable.Find(_directory.FullName)!));
    }

    [Fact]
    public void A_mount_on_a_mount_that_this_process_serves_is_refused()
    {
        using Mount mount = Mount.Create(_directory.FullName, new MountOptions());
        // It is refused by the table: a look inside would wait for ever, since nobody answers.
        var e = Assert.Throws<MountException>(() => Mount.Create(_directory.FullName + "/inside", new MountOptions()));
        Assert.Contains("serves itself", e.Message);
        mount.UnmountLazily();
    }

    [Fact]
    public void A_second_mount_at_the_same_place_is_refused()
    {
        using Mount mount = Mount.Create(_directory.FullName, new MountOptions());
        Assert.Contains("already", Assert.Throws<MountException>(() => Mount.Create(_directory.FullName, new MountOptions())).Message);
        mount.UnmountLazily();
    }
}
