using System.Text;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.Tests.FuseShim.Paths;

/// <summary>A path-based file system as the session would drive it, by names instead of spans.</summary>
internal sealed class PathMount : IDisposable
{
    private readonly Arena? _owned;

    public PathMount(IPathFileSystem target, Arena? arena = null, PathOptions? options = null)
    {
        _owned = arena is null ? Arena.Create("test", 64L << 20) : null;
        Arena = arena ?? _owned!;
        FileSystem = new PathFileSystem(target, options);
        FileSystem.Start(new MountContext(Arena, null!, FileSystem.Traits.Features, 1 << 20, 1 << 20, IsSuccessor: arena is not null));
    }

    public Arena Arena { get; }

    public PathFileSystem FileSystem { get; }

    public static byte[] Name(string name) => Encoding.UTF8.GetBytes(name + "\0");

    /// <summary>Looks a path up, component by component.</summary>
    public ulong Walk(string path)
    {
        ulong node = 1;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Equal(Errno.Success, Lookup(node, name, out Entry entry));
            node = entry.Node;
        }
        return node;
    }

    public Errno Lookup(ulong parent, string name, out Entry entry)
    {
        entry = default;
        return FileSystem.Lookup(default, parent, Name(name).AsSpan()[..^1], ref entry);
    }

    public Errno GetAttr(ulong node, ulong handle, out Attributes attributes)
    {
        attributes = default;
        CacheTimeout timeout = default;
        return FileSystem.GetAttr(default, node, handle, ref attributes, ref timeout);
    }

    public Errno Rename(ulong parent, string name, ulong newParent, string newName, uint flags = 0) =>
        FileSystem.Rename(default, parent, Name(name).AsSpan()[..^1], newParent, Name(newName).AsSpan()[..^1], flags);

    public Errno Unlink(ulong parent, string name) => FileSystem.Unlink(default, parent, Name(name).AsSpan()[..^1]);

    public Errno RmDir(ulong parent, string name) => FileSystem.RmDir(default, parent, Name(name).AsSpan()[..^1]);

    public ulong Open(ulong node, uint flags = 0)
    {
        OpenFile file = default;
        Assert.Equal(Errno.Success, FileSystem.Open(default, node, flags, ref file));
        return file.Handle;
    }

    public Errno Release(ulong node, ulong handle) => FileSystem.Release(default, node, handle, 0, ReleaseOptions.None, 0);

    public Errno Read(ulong node, ulong handle, out string text)
    {
        var reply = new DataReply(new byte[100], default);
        Errno error = FileSystem.Read(default, node, handle, 0, ref reply);
        text = Encoding.UTF8.GetString(reply.Room[..reply.Length]);
        return error;
    }

    public void Dispose()
    {
        FileSystem.Dispose();
        _owned?.Dispose();
    }
}
