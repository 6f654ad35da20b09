using Xunit;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryRenameTests : IDisposable
{
    private const ulong Root = MemoryMount.Root;
    private const uint NoReplace = 1;
    private const uint Exchange = 2;
    private const uint Whiteout = 4;
    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void The_new_name_leads_to_the_same_node()
    {
        ulong node = _mount.Create(Root, "old");
        Assert.Equal(Errno.Success, _mount.Rename(Root, "old", Root, "new"));
        Assert.Equal(node, _mount.Lookup(Root, "new").Node);
        Assert.False(_mount.Exists(Root, "old"));
        Assert.Equal(Errno.ENOENT, _mount.Rename(Root, "old", Root, "x"));
    }

    [Fact]
    public void What_had_the_new_name_is_replaced_and_freed_when_unused()
    {
        ulong winner = _mount.Create(Root, "a");
        ulong loser = _mount.Create(Root, "b");
        Assert.Equal(Errno.Success, _mount.Rename(Root, "a", Root, "b"));
        Assert.Equal(winner, _mount.Lookup(Root, "b").Node);
        Assert.Equal(0u, _mount.Stat(loser).Nlink);
        ulong files = _mount.StatFs().FreeFiles;
        _mount.Close(loser);
        _mount.FileSystem.Forget(loser, 1);
        Assert.Equal(files + 1, _mount.StatFs().FreeFiles);
    }

    [Fact]
    public void Two_names_of_one_file_both_stay()
    {
        ulong node = _mount.Create(Root, "a");
        _mount.Link(node, Root, "b");
        Assert.Equal(Errno.Success, _mount.Rename(Root, "a", Root, "b"));
        Assert.Equal(["a", "b"], _mount.Names(Root));
        Assert.Equal(Errno.Success, _mount.Rename(Root, "a", Root, "a"));
        Assert.Equal(2u, _mount.Stat(node).Nlink);
    }

    [Fact]
    public void Files_and_directories_do_not_replace_each_other()
    {
        _mount.Create(Root, "file");
        ulong full = _mount.MkDir(Root, "full");
        _mount.Create(full, "x");
        _mount.MkDir(Root, "empty");
        Assert.Equal(Errno.EISDIR, _mount.Rename(Root, "file", Root, "empty"));
        Assert.Equal(Errno.ENOTDIR, _mount.Rename(Root, "empty", Root, "file"));
        Assert.Equal(Errno.ENOTEMPTY, _mount.Rename(Root, "empty", Root, "full"));
        Assert.Equal(Errno.Success, _mount.Rename(Root, "full", Root, "empty"));
        Assert.Equal(3u, _mount.Stat(Root).Nlink);
        Assert.Equal(["empty", "file"], _mount.Names(Root));
    }

    [Fact]
    public void A_directory_does_not_move_below_itself()
    {
        ulong a = _mount.MkDir(Root, "a");
        ulong b = _mount.MkDir(a, "b");
        Assert.Equal(Errno.EINVAL, _mount.Rename(Root, "a", a, "x"));
        Assert.Equal(Errno.EINVAL, _mount.Rename(Root, "a", b, "x"));
        Assert.Equal(Errno.ENOTEMPTY, _mount.Rename(a, "b", Root, "a"));
        Assert.Equal(Errno.ENOENT, _mount.Rename(Root, "a", b, "file", Exchange));
        _mount.Create(b, "file");
        Assert.Equal(Errno.EINVAL, _mount.Rename(Root, "a", b, "file", Exchange));
        Assert.Equal(Errno.EINVAL, _mount.Rename(b, "file", Root, "a", Exchange));
    }

    [Fact]
    public void A_moved_directory_has_a_new_parent()
    {
        ulong from = _mount.MkDir(Root, "from");
        ulong to = _mount.MkDir(Root, "to");
        ulong moved = _mount.MkDir(from, "d");
        Assert.Equal(Errno.Success, _mount.Rename(from, "d", to, "d"));
        Assert.Equal(to, _mount.List(moved)[1].Ino);
        Assert.Equal((2u, 3u), (_mount.Stat(from).Nlink, _mount.Stat(to).Nlink));
    }

    [Fact]
    public void Flags_keep_what_they_promise()
    {
        ulong a = _mount.Create(Root, "a");
        ulong d = _mount.MkDir(Root, "d");
        ulong sub = _mount.MkDir(Root, "sub");
        Assert.Equal(Errno.EEXIST, _mount.Rename(Root, "a", Root, "d", NoReplace));
        Assert.Equal(Errno.Success, _mount.Rename(Root, "a", sub, "a", NoReplace));
        Assert.Equal(Errno.ENOENT, _mount.Rename(Root, "d", Root, "none", Exchange));
        Assert.Equal(Errno.Success, _mount.Rename(Root, "d", sub, "a", Exchange));
        Assert.Equal((a, d), (_mount.Lookup(Root, "d").Node, _mount.Lookup(sub, "a").Node));
        Assert.Equal((3u, 3u), (_mount.Stat(Root).Nlink, _mount.Stat(sub).Nlink));
        Assert.Equal(sub, _mount.List(d)[1].Ino);
        Assert.Equal(Errno.EINVAL, _mount.Rename(Root, "d", sub, "a", Exchange | NoReplace));
        Assert.Equal(Errno.EINVAL, _mount.Rename(Root, "d", sub, "a", 8));
    }

    [Fact]
    public void A_whiteout_stays_where_the_name_was()
    {
        _mount.Create(Root, "a");
        Assert.Equal(Errno.Success, _mount.Rename(Root, "a", Root, "b", Whiteout));
        Entry left = _mount.Lookup(Root, "a");
        Assert.Equal((Zufs.FileSystems.FileMode.S_IFCHR, 0u), (left.Attributes.Mode, left.Attributes.Rdev));
    }
}
