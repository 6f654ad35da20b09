using Xunit;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryDirectoryTests : IDisposable
{
    private const ulong Root = MemoryMount.Root;
    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void A_listing_begins_with_the_directory_and_its_parent()
    {
        ulong directory = _mount.MkDir(Root, "d");
        Assert.Equal([(".", directory), ("..", Root)], _mount.List(directory).Select(e => (e.Name, e.Ino)));
        Assert.Equal([(".", Root), ("..", Root), ("d", directory)], _mount.List(Root).Select(e => (e.Name, e.Ino)));
        Assert.Equal((60UL, 40UL), (_mount.Stat(Root).Size, _mount.Stat(directory).Size));
    }

    [Fact]
    public void Deleting_and_adding_while_listing_neither_skips_nor_repeats_the_others()
    {
        for (int i = 0; i < 300; i++)
            Make($"stays{i}");
        for (int i = 0; i < 300; i++)
            Make($"goes{i}");
        var seen = new List<string>();
        ulong offset = 0;
        int round = 0;
        for (List<(string Name, ulong Next, ulong Ino)> part; (part = _mount.List(Root, offset, 512)).Count > 0; offset = part[^1].Next)
        {
            seen.AddRange(part.Select(e => e.Name));
            Assert.Equal(Errno.Success, _mount.Unlink(Root, $"goes{round}"));
            Make($"new{round++}");
        }
        Assert.Equal(300, seen.Count(n => n.StartsWith("stays")));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public void All_files_can_be_removed_while_they_are_listed()
    {
        for (int i = 0; i < 1000; i++)
            Make($"f{i}");
        ulong offset = 0;
        for (List<(string Name, ulong Next, ulong Ino)> part; (part = _mount.List(Root, offset, 1000)).Count > 0; offset = part[^1].Next)
        {
            foreach ((string name, _, _) in part.Where(e => e.Name[0] == 'f'))
                Assert.Equal(Errno.Success, _mount.Unlink(Root, name));
        }
        Assert.Empty(_mount.Names(Root));
    }

    [Fact]
    public void Listing_with_attributes_counts_lookups_only_for_what_fits()
    {
        ulong node = _mount.Create(Root, "only");
        _mount.Close(node);
        _mount.FileSystem.Forget(node, 1);
        var tight = new DirectoryWriter(new byte[2 * 160 + 10], isPlus: true, default, default);
        Assert.Equal(Errno.Success, _mount.FileSystem.ReadDir(_mount.Request, Root, 0, 0, ref tight));
        Assert.Equal(320, tight.Length);
        var bytes = new byte[4096];
        var writer = new DirectoryWriter(bytes, isPlus: true, default, default);
        Assert.Equal(Errno.Success, _mount.FileSystem.ReadDir(_mount.Request, Root, 0, 0, ref writer));
        Assert.Equal(480, writer.Length);
        Assert.Equal(0UL, BitConverter.ToUInt64(bytes, 0));
        Assert.Equal(node, BitConverter.ToUInt64(bytes, 320));
        _mount.Unlink(Root, "only");
        Assert.Equal(0u, _mount.Stat(node).Nlink);
        _mount.FileSystem.Forget(node, 1);
        Assert.Throws<InvalidOperationException>(() => _mount.Stat(node));
    }

    [Fact]
    public void A_hundred_thousand_names_are_found_and_listed()
    {
        for (int i = 0; i < 100_000; i++)
            Make($"file-{i}");
        Assert.Equal(100_000, _mount.Names(Root).Distinct().Count());
        for (int i = 0; i < 100_000; i += 7)
            Assert.True(_mount.Exists(Root, $"file-{i}"));
        Assert.False(_mount.Exists(Root, "file-100000"));
        for (int i = 0; i < 100_000; i++)
            Assert.Equal(Errno.Success, _mount.Unlink(Root, $"file-{i}"));
        Assert.Empty(_mount.Names(Root));
        long mark = _mount.Arena.HighWaterMark;
        for (int i = 0; i < 100_000; i++)
            Make($"again-{i}");
        Assert.InRange(_mount.Arena.HighWaterMark, mark, mark + (1 << 20));
    }

    private void Make(string name)
    {
        Entry entry = default;
        MemoryMount.Must(_mount.FileSystem.MkNod(_mount.Request, Root, MemoryMount.Name(name), 0x81A4, 0, 0, ref entry), 0);
        _mount.FileSystem.Forget(entry.Node, 1);
    }
}
