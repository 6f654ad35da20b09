using Xunit;
using Zufs.Mounting;

namespace Zufs.Tests.Mounting;

public class MountTableTests
{
    [Fact]
    public void A_line_with_optional_fields_is_read()
    {
        MountEntry entry = Assert.Single(MountTable.Parse("36 35 0:53 / /mnt2 rw,noatime master:1 shared:7 - fuse.memory zufs rw,user_id=0\n"));
        Assert.Equal(new MountEntry(36, 35, 0, 53, "/mnt2", "rw,noatime", "fuse.memory", "zufs"), entry);
        Assert.True(entry.IsFuse);
    }

    [Fact]
    public void Escaped_characters_are_decoded() =>
        Assert.Equal("/a b\t\\ü", Assert.Single(MountTable.Parse(@"1 2 0:1 / /a\040b\011\134ü rw - tmpfs none rw")).MountPoint);

    [Theory]
    [InlineData("")]
    [InlineData("1 2 3")]
    [InlineData("x 35 98:0 / /mnt rw - ext3 /dev/root rw")]
    [InlineData("1 35 98 / /mnt rw - ext3 /dev/root rw")]
    [InlineData("1 35 98:0 / /mnt rw ext3 /dev/root rw")]
    [InlineData("1 35 98:0 / /mnt rw -")]
    public void A_damaged_line_is_left_out(string line) => Assert.Empty(MountTable.Parse(line));

    [Fact]
    public void The_last_mount_at_a_place_is_the_one_that_is_seen()
    {
        var table = MountTable.Parse("1 0 0:1 / /m rw - tmpfs a rw\n2 1 0:2 / /m rw - fuse b rw\n3 0 0:3 / /m2 rw - tmpfs c rw\n");
        Assert.Equal(2, MountTable.Find(table, "/m")!.Id);
        Assert.Null(MountTable.Find(table, "/"));
    }

    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/ab", "/", true)]
    public void Whether_a_path_lies_on_a_mount_goes_by_whole_names(string path, string mount, bool expected) =>
        Assert.Equal(expected, MountTable.IsAtOrBelow(path, mount));

    [Theory]
    [InlineData("fuse", true)]
    [InlineData("fuse.x", true)]
    [InlineData("fuseblk", true)]
    [InlineData("fusectl", false)]
    [InlineData("ext4", false)]
    public void Fuse_is_told_by_its_type(string type, bool expected) =>
        Assert.Equal(expected, new MountEntry(1, 0, 0, 1, "/m", "rw", type, "s").IsFuse);

    [Fact]
    public void The_kernels_own_table_is_read()
    {
        Assert.NotNull(MountTable.Find("/proc"));
        Assert.Equal("/proc", MountTable.FindContaining("/proc/self/status")!.MountPoint);
    }

    [Fact]
    public void A_command_with_an_odd_path_is_quoted() => Assert.Contains(@"'/a b'\''c'", MountTable.RemovalCommand("/a b'c"));
}
