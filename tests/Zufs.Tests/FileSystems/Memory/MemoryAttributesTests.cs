using Xunit;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryAttributesTests : IDisposable
{
    private const ulong Root = MemoryMount.Root;
    private static readonly Timestamp Past = new(-5, 123_456_789);
    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void Times_are_kept_to_the_nanosecond()
    {
        ulong node = _mount.Create(Root, "f");
        Age(node);
        Attributes attributes = _mount.Stat(node);
        Assert.Equal((Past, Past), (attributes.Atime, attributes.Mtime));
    }

    [Fact]
    public void Writing_changes_mtime_and_ctime_and_reading_atime_once()
    {
        ulong node = _mount.Create(Root, "f");
        Age(node);
        _mount.Write(node, 0, "x"u8);
        Attributes written = _mount.Stat(node);
        Assert.Equal(Past, written.Atime);
        Assert.NotEqual(Past, written.Mtime);
        Assert.Equal(written.Mtime, written.Ctime);
        _mount.Read(node, 0, 1);
        Attributes read = _mount.Stat(node);
        Assert.NotEqual(Past, read.Atime);
        _mount.Read(node, 0, 1);
        Assert.Equal(read.Atime, _mount.Stat(node).Atime);
    }

    [Fact]
    public void A_change_of_names_changes_the_directorys_times()
    {
        ulong directory = _mount.MkDir(Root, "d");
        Changes(() => _mount.Create(directory, "a"));
        Changes(() => _mount.Rename(directory, "a", directory, "b"));
        Changes(() => _mount.Unlink(directory, "b"));
        Changes(() => _mount.MkDir(directory, "e"));
        Changes(() => _mount.RmDir(directory, "e"));

        void Changes(Action action)
        {
            Age(directory);
            action();
            Assert.NotEqual(Past, _mount.Stat(directory).Mtime);
        }
    }

    [Fact]
    public void Truncating_to_the_same_length_is_a_change()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, "abc"u8);
        Age(node);
        _mount.Truncate(node, 3);
        Assert.NotEqual(Past, _mount.Stat(node).Mtime);
    }

    [Fact]
    public void Chmod_keeps_the_type_and_chown_takes_the_set_id_bits()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Mode, Mode = 0xFFFF });
        Assert.Equal(0x8FFFu, _mount.Stat(node).Mode);
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Uid, Uid = 7 });
        Assert.Equal((0x83FFu, 7u), (_mount.Stat(node).Mode, _mount.Stat(node).Uid));
    }

    [Fact]
    public void A_write_takes_set_id_bits_and_capabilities_when_asked_to()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Mode, Mode = 0xDED });
        _mount.FileSystem.SetXAttr(_mount.Request, node, "security.capability"u8, "caps"u8, 0, false);
        _mount.TryWrite(node, 0, "x"u8, out _);
        Assert.Equal(0x8DEDu, _mount.Stat(node).Mode);
        _mount.TryWrite(node, 0, "x"u8, out _, WriteOptions.KillSuidGid);
        Assert.Equal(0x81EDu, _mount.Stat(node).Mode);
        var reply = new XAttrReply(default, isSizeQuery: true);
        Assert.Equal(Errno.ENODATA, _mount.FileSystem.GetXAttr(_mount.Request, node, "security.capability"u8, ref reply));
    }

    [Fact]
    public void Opening_to_truncate_empties_the_file()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, "abc"u8);
        OpenFile file = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Open(_mount.Request, node, 0x201, ref file));
        Assert.Equal(0UL, _mount.Stat(node).Size);
        Assert.True(file.Options.HasFlag(OpenOptions.KeepCache));
    }

    [Fact]
    public void The_birth_time_stays()
    {
        ulong node = _mount.Create(Root, "f");
        Timestamp made = _mount.Stat(node).Mtime;
        Age(node);
        ExtendedAttributes attributes = default;
        CacheTimeout timeout = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Statx(_mount.Request, node, 0, 0, 0xFFF, ref attributes, ref timeout));
        Assert.Equal(made, attributes.Btime);
        Assert.Equal(0x800u, attributes.Mask & 0x800);
    }

    [Fact]
    public void Options_are_read_as_tmpfs_reads_them()
    {
        MemoryOptions options = MemoryOptions.Parse("size=1G,nr_inodes=10k,mode=1777,uid=3,gid=4");
        Assert.Equal(new MemoryOptions { Size = 1L << 30, Inodes = 10240, Mode = 0x3FF, Uid = 3, Gid = 4 }, options);
        Assert.Equal(new MemoryOptions(), MemoryOptions.Parse(""));
        Assert.InRange(MemoryOptions.Parse("size=50%").Size!.Value, 1L << 20, long.MaxValue);
        foreach (string wrong in new[] { "size=", "size=x", "size=-1", "size=0", "size=9999999t", "mode=8", "mode=77777", "uid=x", "nr_inodes=5%", "what=1" })
            Assert.Throws<FormatException>(() => MemoryOptions.Parse(wrong));
    }

    private void Age(ulong node) => MemoryMount.Must(
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Atime | AttributeFields.Mtime, Atime = Past, Mtime = Past }), 0);
}
