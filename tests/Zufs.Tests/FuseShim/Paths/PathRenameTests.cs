using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class PathRenameTests
{
    [Fact]
    public void A_rename_moves_the_whole_subtree_without_touching_it()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a");
        tree.Add("/a/b");
        tree.Add("/a/b/f", "x");
        tree.Add("/z");
        using var mount = new PathMount(tree);
        ulong file = mount.Walk("/a/b/f");
        ulong z = mount.Walk("/z");
        Assert.Equal(Errno.Success, mount.Rename(1, "a", z, "moved"));
        Assert.Equal(Errno.Success, mount.GetAttr(file, 0, out _));
        Assert.Equal("getattr /z/moved/b/f", tree.Calls[^1]);
        Assert.Equal(Errno.ENOENT, mount.Lookup(1, "a", out _));
        Assert.Equal(file, mount.Walk("/z/moved/b/f"));
    }

    [Fact]
    public void An_exchange_swaps_what_two_names_lead_to()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a");
        tree.Add("/a/f", "1");
        tree.Add("/b");
        tree.Add("/b/g", "22");
        using var mount = new PathMount(tree);
        ulong f = mount.Walk("/a/f");
        ulong g = mount.Walk("/b/g");
        Assert.Equal(Errno.Success, mount.Rename(1, "a", 1, "b", 2));
        Assert.Equal(Errno.Success, mount.GetAttr(f, 0, out _));
        Assert.Equal("getattr /b/f", tree.Calls[^1]);
        Assert.Equal(Errno.Success, mount.GetAttr(g, 0, out _));
        Assert.Equal("getattr /a/g", tree.Calls[^1]);
    }

    [Fact]
    public void A_directory_is_not_moved_into_itself()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a");
        tree.Add("/a/b");
        using var mount = new PathMount(tree);
        ulong b = mount.Walk("/a/b");
        Assert.Equal(Errno.EINVAL, mount.Rename(1, "a", b, "c"));
        Assert.Equal(Errno.EINVAL, mount.Rename(b, "x", 1, "a", 2));
    }

    [Fact]
    public void What_a_rename_replaced_has_no_path_any_more()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a", "1");
        tree.Add("/b", "2");
        using var mount = new PathMount(tree);
        ulong a = mount.Walk("/a");
        ulong b = mount.Walk("/b");
        Assert.Equal(Errno.Success, mount.Rename(1, "a", 1, "b"));
        Assert.Equal(Errno.ESTALE, mount.GetAttr(b, 0, out _));
        Assert.Equal(a, mount.Walk("/b"));
        mount.FileSystem.Forget(b, 1);
        mount.FileSystem.Forget(a, 2);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void A_failed_rename_changes_nothing()
    {
        var tree = new TreeOfPaths { Fail = call => call.StartsWith("rename", StringComparison.Ordinal) ? Errno.EACCES : Errno.Success };
        tree.Add("/a", "1");
        using var mount = new PathMount(tree);
        ulong a = mount.Walk("/a");
        Assert.Equal(Errno.EACCES, mount.Rename(1, "a", 1, "b"));
        Assert.Equal(Errno.Success, mount.GetAttr(a, 0, out _));
        Assert.Equal("getattr /a", tree.Calls[^1]);
    }

    [Fact]
    public void An_open_file_that_is_unlinked_is_hidden_until_it_is_closed()
    {
        var tree = new TreeOfPaths();
        tree.Add("/d");
        tree.Add("/d/f", "content");
        using var mount = new PathMount(tree);
        ulong d = mount.Walk("/d");
        ulong f = mount.Walk("/d/f");
        ulong one = mount.Open(f);
        ulong two = mount.Open(f);
        Assert.Equal(Errno.Success, mount.Unlink(d, "f"));
        string hidden = Assert.Single(tree.Files.Keys, k => k.StartsWith("/d/.fuse_hidden", StringComparison.Ordinal));
        Assert.Equal(Errno.ENOENT, mount.Lookup(d, "f", out _));
        Assert.Equal(Errno.Success, mount.Read(f, one, out string text));
        Assert.Equal("content", text);
        Assert.Equal("read " + hidden, tree.Calls[^1]);
        mount.Release(f, one);
        Assert.Contains(hidden, tree.Files.Keys);
        mount.Release(f, two);
        Assert.DoesNotContain(hidden, tree.Files.Keys);
        mount.FileSystem.Forget(f, 1);
        mount.FileSystem.Forget(d, 2);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void An_open_file_that_is_renamed_over_is_hidden_too()
    {
        var tree = new TreeOfPaths();
        tree.Add("/old", "old");
        tree.Add("/new", "new");
        using var mount = new PathMount(tree);
        ulong old = mount.Walk("/old");
        mount.Walk("/new");
        ulong handle = mount.Open(old);
        Assert.Equal(Errno.Success, mount.Rename(1, "new", 1, "old"));
        Assert.Equal(Errno.Success, mount.Read(old, handle, out string text));
        Assert.Equal("old", text);
        mount.Release(old, handle);
        Assert.Equal(["/", "/old"], tree.Files.Keys.Order());
    }

    [Fact]
    public void A_file_system_that_cannot_rename_unlinks_at_once()
    {
        var tree = new TreeOfPaths { Fail = call => call.StartsWith("rename", StringComparison.Ordinal) ? Errno.ENOSYS : Errno.Success };
        tree.Add("/f", "x");
        using var mount = new PathMount(tree);
        ulong f = mount.Walk("/f");
        ulong handle = mount.Open(f);
        Assert.Equal(Errno.Success, mount.Unlink(1, "f"));
        Assert.Equal(["/"], tree.Files.Keys);
        Assert.Equal(Errno.Success, mount.Read(f, handle, out string text));
        Assert.Equal("x", text);
        Assert.Equal("read ", tree.Calls[^1]);
    }

    [Fact]
    public void Without_hiding_an_unlinked_file_lives_on_through_its_handle()
    {
        var tree = new TreeOfPaths(new PathTraits { Name = "tree", HidesOpenUnlinked = false });
        tree.Add("/f", "x");
        using var mount = new PathMount(tree);
        ulong f = mount.Walk("/f");
        ulong handle = mount.Open(f);
        Assert.Equal(Errno.Success, mount.Unlink(1, "f"));
        Assert.Equal(Errno.Success, mount.GetAttr(f, handle, out _));
        // fstat(2) comes without a handle.
        Assert.Equal(Errno.Success, mount.GetAttr(f, 0, out _));
        Assert.Equal("getattr  fh=101", tree.Calls[^1]);
        mount.Release(f, handle);
        Assert.Equal(Errno.ESTALE, mount.GetAttr(f, 0, out _));
        mount.FileSystem.Forget(f, 1);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void A_node_stays_while_it_is_open_even_when_it_is_forgotten()
    {
        var tree = new TreeOfPaths();
        tree.Add("/f", "x");
        using var mount = new PathMount(tree);
        ulong f = mount.Walk("/f");
        ulong handle = mount.Open(f);
        mount.FileSystem.Forget(f, 1);
        Assert.Equal(Errno.Success, mount.Read(f, handle, out _));
        mount.Release(f, handle);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }
}
