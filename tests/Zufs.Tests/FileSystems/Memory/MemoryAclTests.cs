using Xunit;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>ACLs and what writing takes away: the parts that the kernel leaves to the file system.</summary>
public sealed class MemoryAclTests : IDisposable
{
    private const string Access = "system.posix_acl_access";
    private const string Default = "system.posix_acl_default";

    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void A_list_sets_the_mode_and_chmod_sets_the_mask()
    {
        ulong node = _mount.Create(MemoryMount.Root, "f");
        Assert.Equal(Errno.Success, Set(node, Access, List((1, 6), (2, 7), (4, 5), (16, 6), (32, 4))));
        Assert.Equal(0x1B4u, _mount.Stat(node).Mode & 0xFFF); // 0664
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Mode, Mode = 0x148 }); // 0510
        Assert.Equal(List((1, 5), (2, 7), (4, 5), (16, 1), (32, 0)), Get(node, Access));
    }

    [Fact]
    public void A_list_that_says_no_more_than_the_mode_is_not_kept()
    {
        ulong node = _mount.Create(MemoryMount.Root, "f");
        Assert.Equal(Errno.Success, Set(node, Access, List((1, 7), (4, 5), (32, 1))));
        Assert.Equal(0x1E9u, _mount.Stat(node).Mode & 0xFFF); // 0751
        Assert.Null(Get(node, Access));
    }

    [Theory]
    [InlineData("")]
    [InlineData("03000000")]
    [InlineData("02000000")]
    [InlineData("0200000001000700FFFFFFFF04000500FFFFFFFF")]
    [InlineData("0200000001000700FFFFFFFF02000500010000000400050000000000200000000000000000")]
    [InlineData("0200000004000500FFFFFFFF01000700FFFFFFFF20000500FFFFFFFF")]
    [InlineData("0200000001000F00FFFFFFFF04000500FFFFFFFF20000500FFFFFFFF")]
    public void What_is_no_list_is_refused(string hex) =>
        Assert.Equal(Errno.EINVAL, Set(_mount.Create(MemoryMount.Root, "f"), Access, Convert.FromHexString(hex)));

    [Fact]
    public void What_is_made_in_a_directory_inherits_its_default_list_and_not_the_umask()
    {
        ulong directory = _mount.MkDir(MemoryMount.Root, "d");
        Assert.Equal(Errno.Success, Set(directory, Default, List((1, 7), (2, 7), (4, 5), (16, 7), (32, 5))));
        Entry entry = default;
        OpenFile file = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.Create(_mount.Request, directory, "f"u8, 0x1B6, 0, 0x3F, ref entry, ref file));
        Assert.Equal(0x1B4u, entry.Attributes.Mode & 0xFFF); // 0664
        Assert.Equal(List((1, 6), (2, 7), (4, 5), (16, 6), (32, 4)), Get(entry.Node, Access));
        Assert.Equal(Errno.Success, _mount.FileSystem.MkDir(_mount.Request, directory, "e"u8, 0x1FF, 0x3F, ref entry));
        Assert.Equal(Get(directory, Default), Get(entry.Node, Default));
        Assert.Equal(Errno.EACCES, Set(_mount.Lookup(directory, "f").Node, Default, List((1, 7), (4, 5), (32, 5))));
    }

    [Fact]
    public void Without_a_default_list_the_umask_counts()
    {
        Entry entry = default;
        Assert.Equal(Errno.Success, _mount.FileSystem.MkDir(_mount.Request, MemoryMount.Root, "d"u8, 0x1FF, 0x3F, ref entry));
        Assert.Equal(0x1C0u, entry.Attributes.Mode & 0xFFF);
        Assert.Equal(Errno.Success, _mount.SymLink(MemoryMount.Root, "s", "x", out entry));
        Assert.Equal(0x1FFu, entry.Attributes.Mode & 0xFFF);
    }

    [Fact]
    public void A_truncating_open_takes_set_id_bits_only_when_it_is_told_to()
    {
        ulong node = _mount.Create(MemoryMount.Root, "f");
        _mount.SetAttr(node, new AttributeChanges { Fields = AttributeFields.Mode, Mode = 0xDFF });
        Set(node, "security.capability", [1]);
        var file = new OpenFile();
        Assert.Equal(Errno.Success, _mount.FileSystem.Open(_mount.Request, node, 0x202, ref file));
        Assert.Equal(0xDFFu, _mount.Stat(node).Mode & 0xFFF);
        Assert.Null(Get(node, "security.capability"));
        file = new OpenFile { KillSuidGid = true };
        Assert.Equal(Errno.Success, _mount.FileSystem.Open(_mount.Request, node, 0x202, ref file));
        Assert.Equal(0x1FFu, _mount.Stat(node).Mode & 0xFFF);
    }

    [Fact]
    public void A_symbolic_link_cannot_be_opened_so_its_target_stays()
    {
        _mount.SymLink(MemoryMount.Root, "s", "target", out Entry entry);
        var file = new OpenFile();
        Assert.Equal(Errno.ELOOP, _mount.FileSystem.Open(_mount.Request, entry.Node, 0x202, ref file));
        Assert.Equal("target", _mount.ReadLink(entry.Node));
    }

    private static byte[] List(params (int Tag, int Permissions)[] entries) =>
    [
        2, 0, 0, 0,
        .. entries.SelectMany(e => (byte[])[(byte)e.Tag, 0, (byte)e.Permissions, 0, .. e.Tag is 2 or 8 ? (byte[])[0x67, 0x12, 0, 0] : [255, 255, 255, 255]]),
    ];

    private Errno Set(ulong node, string name, byte[] value) =>
        _mount.FileSystem.SetXAttr(_mount.Request, node, MemoryMount.Name(name), value, 0, false);

    private byte[]? Get(ulong node, string name)
    {
        var value = new XAttrReply(new byte[1000], false);
        return _mount.FileSystem.GetXAttr(_mount.Request, node, MemoryMount.Name(name), ref value) == Errno.Success ? value.Room[..value.Size].ToArray() : null;
    }
}
