using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

/// <summary>The words of libfuse's high level in an -o list, and what they change.</summary>
public class PathOptionsTests
{
    [Fact]
    public void A_list_is_parted_between_paths_and_the_mount()
    {
        PathOptions options = PathOptions.Take(@"ro,kernel_cache,uid=1000,fsname=a\,uid=5\\,umask=022,attr_timeout=2,negative_timeout=1.5,nonsense", out string rest);
        Assert.Equal(@"ro,fsname=a\,uid=5\\,attr_timeout=2,nonsense", rest);
        Assert.Equal(
            new PathOptions { KernelCache = true, Uid = 1000, Umask = 0x12, NegativeTimeout = new CacheTimeout(1, 500_000_000) }, options);
    }

    [Theory]
    [InlineData("")]
    [InlineData("kernel_cache,direct_io,use_ino,hard_remove,no_rofd_flush")]
    [InlineData("auto_cache,ac_attr_timeout=0.25,uid=0,gid=7,umask=0,negative_timeout=inf")]
    public void A_printed_list_parses_to_the_same_options(string list)
    {
        PathOptions options = PathOptions.Parse(list);
        Assert.Equal(options, PathOptions.Parse(options.ToString()));
    }

    [Theory]
    [InlineData("intr,nointr,intr_signal=10,readdir_ino")]
    [InlineData("auto_cache,noauto_cache")]
    public void Words_that_ask_for_nothing_more_are_taken(string list) => Assert.Equal(PathOptions.None, PathOptions.Parse(list));

    [Theory]
    [InlineData("uid=me", "uid=me")]
    [InlineData("uid=-1", "uid=-1")]
    [InlineData("uid=4294967295", "uid=4294967295")]
    [InlineData("umask=9", "umask=9")]
    [InlineData("umask=", "octal")]
    [InlineData("gid", "gid=VALUE")]
    [InlineData("negative_timeout=soon", "negative_timeout=soon")]
    [InlineData("ac_attr_timeout=-1", "ac_attr_timeout=-1")]
    [InlineData("ro", "ro")]
    public void A_wrong_option_is_refused_with_a_sentence(string list, string expected)
    {
        var e = Assert.Throws<FormatException>(() => PathOptions.Parse(list));
        Assert.Contains(expected, e.Message);
        Assert.EndsWith(".", e.Message);
    }

    [Fact]
    public void Owner_group_and_mode_are_shown_as_asked_for()
    {
        using PathMount mount = Mount("uid=1000,gid=1001,umask=027");
        Assert.Equal(Errno.Success, mount.Lookup(1, "f", out Entry entry));
        Assert.Equal((1000u, 1001u, FileMode.S_IFREG | 0x1E8), (entry.Attributes.Uid, entry.Attributes.Gid, entry.Attributes.Mode));
        Assert.Equal(Errno.Success, mount.GetAttr(1, 0, out Attributes root));
        Assert.Equal((1000u, 1001u, FileMode.S_IFDIR | 0x1E8), (root.Uid, root.Gid, root.Mode));
    }

    [Theory]
    [InlineData("", 0u, OpenOptions.None)]
    [InlineData("kernel_cache", 0u, OpenOptions.KeepCache)]
    [InlineData("auto_cache", 0u, OpenOptions.KeepCache)]
    [InlineData("direct_io", 2u, OpenOptions.DirectIo)]
    [InlineData("no_rofd_flush", 0u, OpenOptions.NoFlush)]
    [InlineData("no_rofd_flush", 2u, OpenOptions.None)]
    public void The_kernel_is_told_of_each_open_file_what_was_asked_for(string list, uint flags, OpenOptions expected)
    {
        using PathMount mount = Mount(list);
        OpenFile file = default;
        Assert.Equal(Errno.Success, mount.FileSystem.Open(default, mount.Walk("/f"), flags, ref file));
        Assert.Equal(expected, file.Options);
        Assert.Equal(list == "auto_cache", mount.FileSystem.Traits.Features.HasFlag(FileSystemFeatures.AutoInvalidateData));
    }

    [Fact]
    public void A_name_that_does_not_exist_may_be_remembered()
    {
        using PathMount mount = Mount("negative_timeout=3");
        Assert.Equal(Errno.Success, mount.Lookup(1, "missing", out Entry entry));
        Assert.Equal((0ul, new CacheTimeout(3, 0)), (entry.Node, entry.EntryTimeout));
    }

    [Theory]
    [InlineData("auto_cache,ac_attr_timeout=0.5", 0, 500_000_000u)]
    [InlineData("auto_cache,ac_attr_timeout=60", 1, 0u)]
    [InlineData("ac_attr_timeout=0.5", 1, 0u)]
    public void The_auto_caches_timeout_only_shortens(string list, ulong seconds, uint nanoseconds)
    {
        using PathMount mount = Mount(list);
        Attributes attributes = default;
        var timeout = new CacheTimeout(1, 0);
        Assert.Equal(Errno.Success, mount.FileSystem.GetAttr(default, 1, 0, ref attributes, ref timeout));
        Assert.Equal(new CacheTimeout(seconds, nanoseconds), timeout);
    }

    [Fact]
    public void An_unlinked_open_file_is_not_hidden_with_hard_remove()
    {
        var tree = new TreeOfPaths();
        tree.Add("/f", "x");
        using var mount = new PathMount(tree, options: PathOptions.Parse("hard_remove"));
        mount.Open(mount.Walk("/f"));
        Assert.Equal(Errno.Success, mount.Unlink(1, "f"));
        Assert.Equal(["/"], tree.Files.Keys);
    }

    private static PathMount Mount(string list)
    {
        var tree = new TreeOfPaths();
        tree.Add("/f", "x");
        return new PathMount(tree, options: PathOptions.Parse(list));
    }
}
