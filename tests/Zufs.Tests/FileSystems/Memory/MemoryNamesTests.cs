using Xunit;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryNamesTests : IDisposable
{
    private const ulong Root = MemoryMount.Root;
    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void A_name_that_is_not_there_is_a_negative_entry()
    {
        Entry entry = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Lookup(_mount.Request, Root, "nothing"u8, ref entry));
        Assert.Equal(0UL, entry.Node);
    }

    [Fact]
    public void Names_end_at_255_bytes()
    {
        Assert.Equal(Errno.Success, _mount.TryCreate(Root, new string('n', 255), out _));
        Assert.Equal(Errno.ENAMETOOLONG, _mount.TryCreate(Root, new string('n', 256), out _));
        Assert.Equal(Errno.ENAMETOOLONG, _mount.TryLookup(Root, new string('n', 256), out _));
        Assert.Equal(Errno.ENAMETOOLONG, _mount.Rename(Root, "x", Root, new string('n', 256)));
        Assert.Equal(Errno.ENAMETOOLONG, _mount.SymLink(Root, "s", new string('t', 4096), out _));
    }

    [Fact]
    public void Bytes_of_a_name_are_kept_as_they_are()
    {
        Entry entry = default;
        byte[] name = [0xFF, 0xFE, (byte)'\n', 0x01];
        Assert.Equal(Errno.Success, _mount.FileSystem.MkDir(_mount.Request, Root, name, 0x1ED, 0, ref entry));
        Entry found = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Lookup(_mount.Request, Root, name, ref found));
        Assert.Equal(entry.Node, found.Node);
        Assert.Equal(Errno.EINVAL, _mount.TryCreate(Root, "a/b", out _));
        Assert.Equal(Errno.EINVAL, _mount.TryCreate(Root, "a\0b", out _));
    }

    [Fact]
    public void A_file_is_no_directory()
    {
        ulong file = _mount.Create(Root, "file");
        Assert.Equal(Errno.ENOTDIR, _mount.TryLookup(file, "x", out _));
        Assert.Equal(Errno.ENOTDIR, _mount.TryCreate(file, "x", out _));
        Assert.Equal(Errno.ENOTDIR, _mount.RmDir(Root, "file"));
        ulong directory = _mount.MkDir(Root, "dir");
        Assert.Equal(Errno.EISDIR, _mount.Unlink(Root, "dir"));
        Assert.Equal(Errno.EISDIR, _mount.TryWrite(directory, 0, "x"u8, out _));
        Assert.Equal(Errno.EISDIR, _mount.Truncate(directory, 0));
        Assert.Equal(Errno.EPERM, _mount.Link(directory, Root, "hard"));
    }

    [Fact]
    public void Directories_count_their_subdirectories()
    {
        Assert.Equal(2u, _mount.Stat(Root).Nlink);
        ulong a = _mount.MkDir(Root, "a");
        _mount.MkDir(a, "b");
        _mount.MkDir(a, "c");
        _mount.Create(a, "file");
        Assert.Equal(3u, _mount.Stat(Root).Nlink);
        Assert.Equal(4u, _mount.Stat(a).Nlink);
        Assert.Equal(Errno.Success, _mount.Rename(a, "b", Root, "b"));
        Assert.Equal(4u, _mount.Stat(Root).Nlink);
        Assert.Equal(3u, _mount.Stat(a).Nlink);
        Assert.Equal(Errno.ENOTEMPTY, _mount.RmDir(Root, "a"));
        Assert.Equal(Errno.Success, _mount.RmDir(a, "c"));
        Assert.Equal(2u, _mount.Stat(a).Nlink);
    }

    [Fact]
    public void A_removed_directory_takes_no_new_names_and_lists_nothing()
    {
        ulong directory = _mount.MkDir(Root, "d");
        Assert.Equal(Errno.Success, _mount.RmDir(Root, "d"));
        Assert.Equal(0u, _mount.Stat(directory).Nlink);
        Assert.Equal(Errno.ENOENT, _mount.TryCreate(directory, "x", out _));
        Assert.Empty(_mount.List(directory));
    }

    [Fact]
    public void Hard_links_share_one_inode()
    {
        ulong node = _mount.Create(Root, "one");
        _mount.Write(node, 0, "shared"u8);
        Assert.Equal(Errno.Success, _mount.Link(node, Root, "two"));
        Assert.Equal(Errno.EEXIST, _mount.Link(node, Root, "two"));
        Entry two = _mount.Lookup(Root, "two");
        Assert.Equal((node, 2u), (two.Node, two.Attributes.Nlink));
        Assert.Equal(Errno.Success, _mount.Unlink(Root, "one"));
        Assert.Equal("shared"u8.ToArray(), _mount.Read(node, 0, 100));
        Assert.Equal(1u, _mount.Stat(node).Nlink);
    }

    [Fact]
    public void An_unlinked_file_lives_until_it_is_closed_and_forgotten()
    {
        ulong node = _mount.Create(Root, "gone");
        _mount.Write(node, 0, "still"u8);
        Assert.Equal(Errno.Success, _mount.Unlink(Root, "gone"));
        Assert.False(_mount.Exists(Root, "gone"));
        Assert.Equal("still"u8.ToArray(), _mount.Read(node, 0, 10));
        Assert.Equal(0u, _mount.Stat(node).Nlink);
        _mount.Close(node);
        Assert.Equal(0u, _mount.Stat(node).Nlink);
        _mount.FileSystem.Forget(node, 1);
        Assert.Throws<InvalidOperationException>(() => _mount.Stat(node));
    }

    [Fact]
    public void A_node_id_is_not_used_again()
    {
        var seen = new HashSet<ulong>();
        for (int i = 0; i < 500; i++)
        {
            ulong node = _mount.Create(Root, "same");
            Assert.True(seen.Add(node) && node > 1 && node >> 63 == 0);
            _mount.Unlink(Root, "same");
            _mount.Close(node);
            _mount.FileSystem.Forget(node, 1);
        }
        Entry entry = default;
        Assert.Equal(Errno.ESTALE, _mount.FileSystem.Link(_mount.Request, seen.First(), Root, "x"u8, ref entry));
    }

    [Fact]
    public void Node_ids_that_were_never_given_out_are_stale()
    {
        foreach (ulong node in new ulong[] { 0, 2, 0xFFFF_FFFF, ulong.MaxValue, 1UL << 32 | 1 })
        {
            Assert.Equal(Errno.ESTALE, _mount.TryLookup(node, "x", out _));
            Assert.Equal(Errno.ESTALE, _mount.TryWrite(node, 0, "x"u8, out _));
        }
        _mount.FileSystem.Forget(12345, 1);
        _mount.FileSystem.Forget(Root, 1);
        Assert.Equal(2u, _mount.Stat(Root).Nlink);
    }

    [Fact]
    public void A_temporary_file_has_no_name_until_it_is_linked()
    {
        Entry entry = default;
        OpenFile file = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Tmpfile(_mount.Request, Root, 0x180, 2, 0, ref entry, ref file));
        Assert.Equal(0u, entry.Attributes.Nlink);
        Assert.Empty(_mount.Names(Root));
        Assert.Equal(Errno.Success, _mount.Link(entry.Node, Root, "named"));
        Assert.Equal(1u, _mount.Stat(entry.Node).Nlink);
        Entry exclusive = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Tmpfile(_mount.Request, Root, 0x180, 0x82, 0, ref exclusive, ref file));
        Assert.Equal(Errno.ENOENT, _mount.Link(exclusive.Node, Root, "never"));
    }

    [Fact]
    public void Special_files_keep_type_and_device()
    {
        foreach (uint type in new[] { Zufs.FileSystems.FileMode.S_IFIFO, Zufs.FileSystems.FileMode.S_IFSOCK, Zufs.FileSystems.FileMode.S_IFCHR, Zufs.FileSystems.FileMode.S_IFBLK })
        {
            Entry entry = default;
            Assert.Equal(Errno.Success, _mount.FileSystem.MkNod(_mount.Request, Root, MemoryMount.Name($"n{type}"), type | 0x180, 0x103, 0, ref entry));
            Assert.Equal(type | 0x180, entry.Attributes.Mode);
            bool isDevice = type is Zufs.FileSystems.FileMode.S_IFCHR or Zufs.FileSystems.FileMode.S_IFBLK;
            Assert.Equal(isDevice ? 0x103u : 0, entry.Attributes.Rdev);
        }
        Entry wrong = default;
        Assert.Equal(Errno.EINVAL, _mount.FileSystem.MkNod(_mount.Request, Root, "x"u8, 0x4000, 0, 0, ref wrong));
    }

    [Fact]
    public void A_directory_with_the_set_group_bit_gives_its_group_on()
    {
        ulong shared = _mount.MkDir(Root, "shared");
        _mount.SetAttr(shared, new AttributeChanges { Fields = AttributeFields.Gid | AttributeFields.Mode, Gid = 77, Mode = 0x5ED });
        _mount.Gid = 5;
        ulong file = _mount.Create(shared, "file");
        ulong directory = _mount.MkDir(shared, "dir");
        Assert.Equal(77u, _mount.Stat(file).Gid);
        Assert.Equal(0x81A4u, _mount.Stat(file).Mode);
        Assert.Equal((77u, 0x45EDu), (_mount.Stat(directory).Gid, _mount.Stat(directory).Mode));
        Assert.Equal(5u, _mount.Stat(_mount.Create(Root, "own")).Gid);
    }

    [Fact]
    public void Too_many_inodes_is_no_space()
    {
        using var small = new MemoryMount(new MemoryOptions { Inodes = 4 });
        ulong first = small.Create(Root, "1");
        small.Create(Root, "2");
        Assert.Equal(Errno.Success, small.Link(first, Root, "hard"));
        Assert.Equal(Errno.ENOSPC, small.Link(first, Root, "hard2"));
        Assert.Equal(Errno.ENOSPC, small.TryMkDir(Root, "3", out _));
        Assert.Equal((4UL, 0UL), (small.StatFs().Files, small.StatFs().FreeFiles));
        small.Unlink(Root, "hard");
        Assert.Equal(Errno.Success, small.TryMkDir(Root, "3", out _));
    }

    [Fact]
    public void Symbolic_links_hold_their_target()
    {
        Assert.Equal(Errno.Success, _mount.SymLink(Root, "link", "../some/where", out Entry entry));
        Assert.Equal("../some/where", _mount.ReadLink(entry.Node));
        Assert.Equal((13UL, 0xA1FFu), (entry.Attributes.Size, entry.Attributes.Mode));
        Assert.Equal(Errno.EEXIST, _mount.SymLink(Root, "link", "x", out _));
        var reply = new DataReply(new byte[10], default);
        Assert.Equal(Errno.EINVAL, _mount.FileSystem.ReadLink(_mount.Request, _mount.Create(Root, "f"), ref reply));
    }
}
