using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;
using Zufs.Tests.Arenas;

namespace Zufs.Tests.FileSystems.Memory;

public class MemorySuccessorTests
{
    private const ulong Root = MemoryMount.Root;

    [Fact]
    public void A_successor_goes_on_with_everything()
    {
        using var first = new MemoryMount();
        ulong directory = first.MkDir(Root, "d");
        ulong open = first.Create(directory, "big");
        byte[] data = MemoryDataTests.Pattern(700_000);
        first.Write(open, 0, data);
        ulong unlinked = first.Create(Root, "unlinked");
        first.Write(unlinked, 0, "no name"u8);
        first.Unlink(Root, "unlinked");
        first.SymLink(Root, "link", "d/big", out Entry link);
        first.FileSystem.SetXAttr(first.Request, open, "user.x"u8, "value"u8, 0, false);
        Attributes before = first.Stat(open);
        ulong free = first.StatFs().FreeBlocks;

        MemoryMount second = first.Succeed();
        Assert.Equal(["d", "link"], second.Names(Root));
        Assert.Equal(open, second.Lookup(directory, "big").Node);
        Assert.Equal(before, second.Stat(open));
        Assert.Equal(data, second.Read(open, 0, data.Length));
        Assert.Equal("d/big", second.ReadLink(link.Node));
        Assert.Equal("no name"u8.ToArray(), second.Read(unlinked, 0, 100));
        Assert.Equal(free, second.StatFs().FreeBlocks);
        var reply = new XAttrReply(new byte[10], isSizeQuery: false);
        Assert.Equal(Errno.Success, second.FileSystem.GetXAttr(second.Request, open, "user.x"u8, ref reply));
        second.Close(unlinked);
        second.FileSystem.Forget(unlinked, 1);
        Assert.Throws<InvalidOperationException>(() => second.Stat(unlinked));
        Assert.Equal(free + 1, second.StatFs().FreeBlocks);
    }

    [Fact]
    public void A_successor_in_another_mapping_finds_the_same_content()
    {
        SafeFileHandle file;
        using (var first = new MemoryMount())
        {
            first.WriteFile(Root, "f", "kept"u8);
            file = ArenaTests.Duplicate(first.Arena.File);
        }
        using Arena arena = Arena.Attach(file);
        var second = new MemoryFileSystem();
        second.Start(new MountContext(arena, null!, 0, 1 << 20, 1 << 20, IsSuccessor: true));
        Assert.Equal(4096L, arena.At<Superblock>(arena.Root(ArenaRoot.MemoryFileSystem)).UsedBytes);
    }

    [Fact]
    public void What_was_lent_when_the_worker_died_is_freed_by_the_successor()
    {
        using var first = new MemoryMount();
        ulong node = first.Create(Root, "f");
        first.Write(node, 0, new byte[1 << 20]);
        var reply = new DataReply(new byte[1 << 20], new UnmanagedMemory[64]);
        Assert.Equal(Errno.Success, first.FileSystem.Read(first.Request, node, node, 0, ref reply));
        first.Truncate(node, 0);
        long mark = first.Arena.HighWaterMark;
        MemoryMount second = first.Succeed();
        second.Write(node, 0, new byte[1 << 20]);
        Assert.Equal(mark, first.Arena.HighWaterMark);
    }

    [Fact]
    public void A_directory_that_was_being_changed_is_repaired()
    {
        using var first = new MemoryMount();
        for (int i = 0; i < 50; i++)
            first.WriteFile(Root, $"f{i}", "x"u8);
        first.Unlink(Root, "f10");
        // As if the worker had died with the buckets half made.
        ref Superblock super = ref first.Arena.At<Superblock>(first.Arena.Root(ArenaRoot.MemoryFileSystem));
        ref Inode root = ref first.Arena.At<Inode>(first.Arena.At<long>(super.Chunks) + Inode.RecordSize);
        root.Directory.Sequence++;
        root.Directory.Count = 3;
        root.Directory.FreeSlot = 0;
        first.Arena.Bytes(root.Directory.Buckets, 64).Clear();

        MemoryMount second = first.Succeed();
        for (int i = 0; i < 50; i++)
            Assert.Equal(i != 10, second.Exists(Root, $"f{i}"));
        Assert.Equal(49u, root.Directory.Count);
        second.WriteFile(Root, "new", "x"u8);
        Assert.Equal(50u, root.Directory.SlotCount);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        using var first = new MemoryMount();
        first.Arena.At<Superblock>(first.Arena.Root(ArenaRoot.MemoryFileSystem)).Version++;
        Assert.Throws<InvalidDataException>(() => first.Succeed());
    }
}
