using System.Text;
using Xunit;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryXAttrTests : IDisposable
{
    private readonly MemoryMount _mount = new();
    private readonly ulong _node;

    public MemoryXAttrTests() => _node = _mount.Create(MemoryMount.Root, "f");

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void A_value_is_kept_replaced_and_removed()
    {
        Assert.Equal(Errno.ENODATA, Get("user.a", 10, out _));
        Assert.Equal(Errno.Success, Set("user.a", "one"));
        Assert.Equal(Errno.Success, Set("user.b", ""));
        Assert.Equal(Errno.Success, Set("user.a", "another"));
        Assert.Equal(Errno.Success, Get("user.a", 10, out string value));
        Assert.Equal("another", value);
        Assert.Equal(Errno.Success, Get("user.b", 10, out value));
        Assert.Equal("", value);
        Assert.Equal(Errno.Success, _mount.FileSystem.RemoveXAttr(_mount.Request, _node, "user.a"u8));
        Assert.Equal(Errno.ENODATA, _mount.FileSystem.RemoveXAttr(_mount.Request, _node, "user.a"u8));
        Assert.Equal("user.b\0", List(100));
    }

    [Fact]
    public void Flags_say_whether_it_must_be_there()
    {
        Assert.Equal(Errno.ENODATA, Set("user.a", "x", flags: 2));
        Assert.Equal(Errno.Success, Set("user.a", "x", flags: 1));
        Assert.Equal(Errno.EEXIST, Set("user.a", "x", flags: 1));
        Assert.Equal(Errno.Success, Set("user.a", "y", flags: 2));
        Assert.Equal(Errno.EINVAL, Set("user.a", "y", flags: 4));
    }

    [Fact]
    public void Sizes_are_told_and_too_little_room_is_an_error()
    {
        Set("user.a", "12345");
        var query = new XAttrReply(default, isSizeQuery: true);
        Assert.Equal(Errno.Success, _mount.FileSystem.GetXAttr(_mount.Request, _node, "user.a"u8, ref query));
        Assert.Equal(5, query.Size);
        Assert.Equal(Errno.ERANGE, Get("user.a", 4, out _));
        var list = new XAttrReply(default, isSizeQuery: true);
        Assert.Equal(Errno.Success, _mount.FileSystem.ListXAttr(_mount.Request, _node, ref list));
        Assert.Equal(7, list.Size);
        Assert.Throws<InvalidOperationException>(() => List(6));
        Assert.Equal(Errno.E2BIG, Set("user.big", new string('x', 65537)));
        Assert.Equal(Errno.Success, Set("user.big", new string('x', 65536)));
    }

    [Fact]
    public void Other_namespaces_are_not_kept_and_trusted_is_for_root()
    {
        Assert.Equal(Errno.EINVAL, Set("system.posix_acl_access", "x"));
        Assert.Equal(Errno.ENODATA, Get("system.posix_acl_access", 10, out _));
        Assert.Equal(Errno.EOPNOTSUPP, Set("other.x", "x"));
        Assert.Equal(Errno.EOPNOTSUPP, Set("user.", "x"));
        Assert.Equal(Errno.Success, Set("trusted.t", "x"));
        Assert.Equal(Errno.Success, Set("security.s", "x"));
        Assert.Contains("trusted.t", List(100));
        _mount.Uid = 1000;
        Assert.Equal("security.s\0", List(100));
    }

    private Errno Set(string name, string value, uint flags = 0) =>
        _mount.FileSystem.SetXAttr(_mount.Request, _node, MemoryMount.Name(name), MemoryMount.Name(value), flags, false);

    private Errno Get(string name, int room, out string value)
    {
        var reply = new XAttrReply(new byte[room], isSizeQuery: false);
        Errno error = _mount.FileSystem.GetXAttr(_mount.Request, _node, MemoryMount.Name(name), ref reply);
        value = error == Errno.Success ? Encoding.UTF8.GetString(reply.Room[..reply.Size]) : "";
        return error;
    }

    private string List(int room)
    {
        var reply = new XAttrReply(new byte[room], isSizeQuery: false);
        MemoryMount.Must(_mount.FileSystem.ListXAttr(_mount.Request, _node, ref reply), 0);
        return Encoding.UTF8.GetString(reply.Room[..reply.Size]);
    }
}
