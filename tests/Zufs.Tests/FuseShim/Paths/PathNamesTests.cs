using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class PathNamesTests
{
    [Fact]
    public void A_name_is_looked_up_by_its_whole_path()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a");
        tree.Add("/a/b");
        tree.Add("/a/b/file", "x");
        using var mount = new PathMount(tree);
        ulong node = mount.Walk("/a/b/file");
        Assert.Equal(Errno.Success, mount.GetAttr(node, 0, out Attributes attributes));
        Assert.Equal(["getattr /a", "getattr /a/b", "getattr /a/b/file", "getattr /a/b/file"], tree.Calls);
        Assert.Equal(1ul, attributes.Size);
    }

    [Fact]
    public void The_root_is_a_slash()
    {
        var tree = new TreeOfPaths();
        using var mount = new PathMount(tree);
        Assert.Equal(Errno.Success, mount.GetAttr(1, 0, out Attributes attributes));
        Assert.Equal(["getattr /"], tree.Calls);
        Assert.Equal(1ul, attributes.Ino);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inode_numbers_are_the_librarys_unless_the_file_system_has_its_own(bool own)
    {
        var tree = new TreeOfPaths(new PathTraits { Name = "tree", UsesOwnInodeNumbers = own });
        TreeFile file = tree.Add("/one", "x");
        tree.Files["/two"] = file;
        using var mount = new PathMount(tree);
        mount.Lookup(1, "one", out Entry one);
        mount.Lookup(1, "two", out Entry two);
        Assert.NotEqual(one.Node, two.Node);
        Assert.Equal(own, one.Attributes.Ino == two.Attributes.Ino);
        Assert.Equal(own ? 4711 : one.Node, one.Attributes.Ino);
    }

    [Fact]
    public void A_missing_name_is_remembered_only_when_the_file_system_says_so()
    {
        using var asks = new PathMount(new TreeOfPaths());
        Assert.Equal(Errno.ENOENT, asks.Lookup(1, "none", out _));
        using var remembers = new PathMount(new TreeOfPaths(new PathTraits { Name = "tree", NegativeTimeout = new CacheTimeout(3, 0) }));
        Assert.Equal(Errno.Success, remembers.Lookup(1, "none", out Entry entry));
        Assert.Equal(0ul, entry.Node);
        Assert.Equal(new CacheTimeout(3, 0), entry.EntryTimeout);
    }

    [Theory]
    [InlineData("", Errno.EINVAL)]
    [InlineData(".", Errno.EINVAL)]
    [InlineData("..", Errno.EINVAL)]
    [InlineData("a/b", Errno.EINVAL)]
    [InlineData("a\0b", Errno.EINVAL)]
    public void A_name_that_cannot_be_is_refused(string name, Errno expected)
    {
        var tree = new TreeOfPaths();
        using var mount = new PathMount(tree);
        Assert.Equal(expected, mount.Lookup(1, name, out _));
        Assert.Equal(expected, mount.Unlink(1, name));
        Assert.Equal(expected, mount.Rename(1, "x", 1, name));
        Assert.Empty(tree.Calls);
    }

    [Fact]
    public void A_node_that_is_forgotten_is_unknown_and_its_slot_is_used_again_under_another_id()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a", "x");
        using var mount = new PathMount(tree);
        ulong first = mount.Walk("/a");
        mount.Walk("/a");
        mount.FileSystem.Forget(first, 1);
        Assert.Equal(Errno.Success, mount.GetAttr(first, 0, out _));
        mount.FileSystem.Forget(first, 1);
        Assert.Equal(Errno.ESTALE, mount.GetAttr(first, 0, out _));
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
        Assert.NotEqual(first, mount.Walk("/a"));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(77ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 32 | 1)]
    public void A_node_that_never_was_is_stale(ulong node)
    {
        using var mount = new PathMount(new TreeOfPaths());
        Assert.Equal(Errno.ESTALE, mount.GetAttr(node, 0, out _));
        Assert.Equal(Errno.ESTALE, mount.Lookup(node, "a", out _));
        mount.FileSystem.Forget(node, 1);
    }

    [Fact]
    public void A_path_longer_than_PATH_MAX_is_refused()
    {
        var tree = new TreeOfPaths();
        string name = new('n', 250);
        string path = "";
        for (int i = 0; i < 17; i++)
            tree.Add(path += "/" + name);
        using var mount = new PathMount(tree);
        ulong node = mount.Walk(string.Concat(Enumerable.Repeat("/" + name, 16)));
        Assert.Equal(Errno.ENAMETOOLONG, mount.Lookup(node, name, out _));
        Assert.Equal(Errno.Success, mount.Lookup(node, new string('n', 4095 - 16 * 251 - 1), out _) == Errno.ENOENT ? Errno.Success : Errno.EIO);
        Assert.Equal(Errno.ENAMETOOLONG, mount.Lookup(node, new string('n', 4095 - 16 * 251), out _));
    }

    [Fact]
    public void What_was_made_gets_its_entry_by_asking_for_its_attributes()
    {
        var tree = new TreeOfPaths();
        using var mount = new PathMount(tree);
        Entry entry = default;
        Assert.Equal(Errno.Success, mount.FileSystem.MkDir(default, 1, "d"u8, 0x1ED, 0, ref entry));
        Assert.True(FileMode.IsDirectory(entry.Attributes.Mode));
        Assert.Equal(Errno.Success, mount.FileSystem.SymLink(default, entry.Node, "l"u8, "where"u8, ref entry));
        var reply = new DataReply(new byte[4096], default);
        Assert.Equal(Errno.Success, mount.FileSystem.ReadLink(default, entry.Node, ref reply));
        Assert.True(reply.Room[..reply.Length].SequenceEqual("where"u8));
        Assert.Equal(["mkdir /d", "getattr /d", "symlink /d/l", "getattr /d/l", "readlink /d/l"], tree.Calls);
    }

    [Fact]
    public void Mknod_of_a_regular_file_creates_and_closes_it_where_the_file_system_can()
    {
        var tree = new TreeOfPaths();
        using var mount = new PathMount(tree);
        Entry entry = default;
        Assert.Equal(Errno.Success, mount.FileSystem.MkNod(default, 1, "f"u8, FileMode.S_IFREG | 0x180, 0, 0, ref entry));
        Assert.Equal(["create /f c1", "getattr /f fh=101", "release /f fh=101"], tree.Calls);
        Assert.Equal(Errno.Success, mount.FileSystem.MkNod(default, 1, "p"u8, FileMode.S_IFIFO | 0x180, 0, 0, ref entry));
        Assert.Equal("mknod /p", tree.Calls[3]);
    }

    [Fact]
    public void A_hard_link_is_a_node_of_its_own()
    {
        var tree = new TreeOfPaths();
        tree.Add("/f", "x");
        using var mount = new PathMount(tree);
        ulong node = mount.Walk("/f");
        Entry entry = default;
        Assert.Equal(Errno.Success, mount.FileSystem.Link(default, node, 1, "g"u8, ref entry));
        Assert.NotEqual(node, entry.Node);
        Assert.Equal(["getattr /f", "link /f /g", "getattr /g"], tree.Calls);
    }

    [Fact]
    public void Attributes_that_the_kernel_would_refuse_are_an_input_output_error()
    {
        var tree = new TreeOfPaths();
        tree.Add("/f", "x").Mode = 0x1A4;
        using var mount = new PathMount(tree);
        Assert.Equal(Errno.EIO, mount.Lookup(1, "f", out _));
        tree.Fail = _ => (Errno)(-5);
        Assert.Equal(Errno.EIO, mount.GetAttr(1, 0, out _));
        tree.Fail = _ => (Errno)512;
        Assert.Equal(Errno.EIO, mount.GetAttr(1, 0, out _));
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void An_operation_that_is_not_implemented_is_not_called()
    {
        var tree = new TreeOfPaths(new PathTraits { Name = "tree", Operations = PathOperations.GetAttr });
        using var mount = new PathMount(tree);
        Assert.Equal(Errno.ENOSYS, mount.Unlink(1, "a"));
        Assert.Equal(Errno.ENOSYS, mount.Rename(1, "a", 1, "b"));
        Assert.Equal(Errno.ENOSYS, mount.FileSystem.Access(default, 1, 4));
        StatFs statFs = default;
        Assert.Equal(Errno.Success, mount.FileSystem.StatFs(default, 1, ref statFs));
        Assert.Equal(255u, statFs.NameLength);
        ulong handle = mount.Open(1);
        Assert.Equal(Errno.Success, mount.Release(1, handle));
        Assert.Empty(tree.Calls);
    }
}
