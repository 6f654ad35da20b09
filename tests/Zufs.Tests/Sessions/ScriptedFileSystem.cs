using Zufs.FileSystems;

namespace Zufs.Tests.Sessions;

/// <summary>A file system whose operations a test sets one by one. Its root is a directory; opening gives handle 77.</summary>
internal sealed class ScriptedFileSystem(FileSystemFeatures features = FileSystemFeatures.None, Concurrency concurrency = Concurrency.Parallel) : FileSystemBase
{
    public delegate Errno LookupBody(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry);

    public delegate Errno ReadBody(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply);

    public delegate Errno WriteBody(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, out uint written);

    public delegate Errno NodeBody(in Request request, ulong node);

    public override FileSystemTraits Traits { get; } = new() { Name = "scripted", Features = features, Concurrency = concurrency };

    public LookupBody OnLookup { get; set; } = (in _, _, _, ref entry) =>
    {
        entry.Node = 5;
        entry.Attributes = File(5);
        return Errno.Success;
    };

    public ReadBody OnRead { get; set; } = (in _, _, _, _, ref _) => Errno.Success;

    public WriteBody OnWrite { get; set; } = (in _, _, _, _, data, out written) =>
    {
        written = (uint)data.Length;
        return Errno.Success;
    };

    public Func<Attributes> OnGetAttr { get; set; } = () => File(5);

    public NodeBody OnAccess { get; set; } = (in _, _) => Errno.Success;

    public Func<Errno> OnOpen { get; set; } = () => Errno.Success;

    public OpenFile Opened { get; set; } = new() { Handle = 77 };

    public List<string> Calls { get; } = [];

    public MountContext? Mount { get; private set; }

    public int Destroyed { get; private set; }

    public int Disposed { get; private set; }

    public static Attributes File(ulong ino) => new() { Ino = ino, Mode = 0x8000 | 0x1A4, Nlink = 1, Size = 100, Mtime = new Timestamp(-5, 7) };

    public override void Start(MountContext mount) => Mount = mount;

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry) => OnLookup(request, parent, name, ref entry);

    public override void Forget(ulong node, ulong lookups) => Calls.Add($"forget {node} {lookups}");

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes = OnGetAttr();
        return Errno.Success;
    }

    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply) =>
        OnRead(request, node, handle, offset, ref reply);

    public override Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written) =>
        OnWrite(request, node, handle, offset, data, out written);

    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        file = Opened;
        return OnOpen();
    }

    public override Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        Calls.Add($"create {System.Text.Encoding.UTF8.GetString(name)} groups {string.Join(',', request.SupplementaryGroups.ToArray())}");
        entry.Node = 6;
        entry.Attributes = File(6);
        file = Opened;
        return Errno.Success;
    }

    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner)
    {
        Calls.Add($"release {node} {handle}");
        return Errno.Success;
    }

    public override Errno Access(in Request request, ulong node, uint mask) => OnAccess(request, node);

    public override Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid)
    {
        Calls.Add($"setxattr {System.Text.Encoding.UTF8.GetString(name)}={System.Text.Encoding.UTF8.GetString(value)} {flags} {aclKillSgid}");
        return Errno.Success;
    }

    public override Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        // Written first, as a value may be produced in place; the name must survive that.
        value.Room.Fill((byte)'#');
        byte[] answer = [.. "value of "u8, .. name];
        return value.Set(answer);
    }

    public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
    {
        reply.Room.Fill((byte)'#');
        input.CopyTo(reply.Room);
        reply.Room[..input.Length].Reverse();
        reply.Length = input.Length;
        reply.Result = 3;
        return Errno.Success;
    }

    public override Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        Calls.Add($"rename {parent} {System.Text.Encoding.UTF8.GetString(name)} {newParent} {System.Text.Encoding.UTF8.GetString(newName)} {flags}");
        return Errno.Success;
    }

    public override void RetrieveReply(in Request request, ulong cookie, ulong node, ulong offset, ReadOnlySpan<byte> data) =>
        Calls.Add($"retrieved {cookie} {node} {offset} {data.Length}");

    public override void Destroy(in Request request) => Destroyed++;

    public override void Dispose()
    {
        Disposed++;
        base.Dispose();
    }
}
