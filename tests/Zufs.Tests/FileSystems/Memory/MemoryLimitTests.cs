using Xunit;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>What a memory file system with limits says when they are reached, and that it goes on when something was freed.</summary>
public class MemoryLimitTests
{
    private const uint User = 1000;

    [Fact]
    public void A_user_at_his_limit_gets_EDQUOT_and_root_and_others_go_on()
    {
        using var mount = new MemoryMount(MemoryOptions.Parse("usrquota_block_hardlimit=64k"));
        mount.Uid = User;
        ulong node = mount.Create(MemoryMount.Root, "f");
        Assert.Equal(Errno.Success, mount.TryWrite(node, 0, new byte[100_000], out uint written));
        Assert.Equal(65_536u, written);
        Assert.Equal(Errno.EDQUOT, mount.TryWrite(node, 65_536, new byte[1], out _));
        Assert.Equal(Errno.EDQUOT, mount.FAllocate(node, 1 << 20, 4096, 0));
        // What is there can be written over.
        mount.Write(node, 0, new byte[65_536]);
        mount.Uid = User + 1;
        mount.Write(mount.Create(MemoryMount.Root, "g"), 0, new byte[65_536]);
        mount.Uid = 0;
        mount.Write(mount.Create(MemoryMount.Root, "r"), 0, new byte[300_000]);
        mount.Truncate(node, 4096);
        Assert.Equal(Errno.Success, mount.TryWrite(node, 4096, new byte[4096], out _));
    }

    [Fact]
    public void A_users_inodes_are_counted_too()
    {
        using var mount = new MemoryMount(MemoryOptions.Parse("usrquota_inode_hardlimit=3"));
        mount.Uid = User;
        foreach (string name in (string[])["a", "b", "c"])
            mount.MkDir(MemoryMount.Root, name);
        Assert.Equal(Errno.EDQUOT, mount.TryCreate(MemoryMount.Root, "d", out _));
        Assert.Equal(Errno.EDQUOT, mount.SymLink(MemoryMount.Root, "d", "x", out _));
        Assert.Equal(Errno.Success, mount.RmDir(MemoryMount.Root, "a"));
        mount.FileSystem.Forget(mount.Lookup(MemoryMount.Root, "b").Node, 1);
        mount.Uid = 0;
        mount.MkDir(MemoryMount.Root, "roots");
    }

    [Fact]
    public void A_new_owner_takes_the_space_with_the_file()
    {
        using var mount = new MemoryMount(MemoryOptions.Parse("usrquota_block_hardlimit=64k"));
        mount.Uid = User;
        ulong node = mount.Create(MemoryMount.Root, "f");
        mount.Write(node, 0, new byte[65_536]);
        mount.Uid = 0;
        mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Uid, Uid = User + 1 });
        mount.Uid = User;
        mount.Write(mount.Create(MemoryMount.Root, "g"), 0, new byte[65_536]);
        Assert.Equal(Errno.EDQUOT, mount.TryWrite(node, 65_536, new byte[1], out _));
    }

    [Fact]
    public void Size_and_inodes_are_what_statfs_shows()
    {
        using var mount = new MemoryMount(MemoryOptions.Parse("size=1M,nr_inodes=5"));
        Assert.Equal((256ul, 5ul), (mount.StatFs().Blocks, mount.StatFs().Files));
        ulong node = mount.Create(MemoryMount.Root, "f");
        Assert.Equal(Errno.Success, mount.TryWrite(node, 0, new byte[2 << 20], out uint written));
        Assert.Equal((1u << 20, 0ul), (written, mount.StatFs().FreeBlocks));
        Assert.Equal(Errno.ENOSPC, mount.TryWrite(node, 1 << 20, new byte[1], out _));
        for (int i = 0; i < 3; i++)
            mount.MkDir(MemoryMount.Root, $"d{i}");
        Assert.Equal(0ul, mount.StatFs().FreeFiles);
        Assert.Equal(Errno.ENOSPC, mount.TryMkDir(MemoryMount.Root, "more", out _));
        mount.Truncate(node, 0);
        Assert.Equal(256ul, mount.StatFs().FreeBlocks);
    }
}
