using System.Collections.Concurrent;
using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Samples;

/// <summary>
/// A file system in memory that has all 30 operations of Tmds.Fuse: files with holes, hard and symbolic links, extended attributes, fallocate, a bounded
/// size. Names are bytes, and operations overlap: one lock for the tree, one a node.
/// </summary>
public sealed partial class OperationsFileSystem : FuseFileSystemBase
{
    private const long TotalBytes = 4L << 30;
    private const int MaxName = 255;

    private readonly Lock _tree = new();
    private readonly DirectoryNode _root = new(S_IFDIR | 0b111_101_101, getuid(), getgid());
    private readonly ConcurrentDictionary<ulong, Node> _open = new();
    private readonly Capacity _capacity = new(TotalBytes);
    private ulong _lastHandle;
    private long _nodes = 1;

    public override bool SupportsMultiThreading => true;

    public override void Dispose() => _open.Clear();

    /// <summary>Finds a node by path. The tree is locked.</summary>
    private int Find(ReadOnlySpan<byte> path, out Node node)
    {
        node = _root;
        foreach (Range part in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path[part];
            if (name.IsEmpty)
                continue;
            if (node is not DirectoryNode directory)
                return -ENOTDIR;
            if (name.Length > MaxName)
                return -ENAMETOOLONG;
            if (!directory.TryGet(name, out Node? child))
                return -ENOENT;
            node = child;
        }
        return 0;
    }

    /// <summary>Finds the directory that holds a path's last name. The tree is locked.</summary>
    private int FindParent(ReadOnlySpan<byte> path, out DirectoryNode parent, out ReadOnlySpan<byte> name)
    {
        int slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        parent = _root;
        if (name.IsEmpty)
            return -EBUSY;
        if (name.Length > MaxName)
            return -ENAMETOOLONG;
        int result = Find(path[..slash], out Node node);
        if (result != 0)
            return result;
        if (node is not DirectoryNode directory)
            return -ENOTDIR;
        parent = directory;
        return 0;
    }

    /// <summary>Finds a node by the open file if there is one, else by path.</summary>
    private int Find(ReadOnlySpan<byte> path, FuseFileInfoRef fiRef, out Node node)
    {
        if (!fiRef.IsNull)
            return _open.TryGetValue(fiRef.Value.fh, out node!) ? 0 : -EBADF;
        lock (_tree)
            return Find(path, out node);
    }

    private int FindFile(in FuseFileInfo fi, out FileNode file)
    {
        file = _open.TryGetValue(fi.fh, out Node? node) ? (node as FileNode)! : null!;
        return file is null ? -EBADF : 0;
    }

    /// <summary>Where a new node's owner and group come from: us, but the group of a directory with S_ISGID.</summary>
    private static gid_t GroupFor(DirectoryNode parent) => (parent.Mode & S_ISGID) == S_ISGID ? parent.Group : getgid();

    private int Add(ReadOnlySpan<byte> path, Func<DirectoryNode, Node> make)
    {
        lock (_tree)
        {
            int result = FindParent(path, out DirectoryNode parent, out ReadOnlySpan<byte> name);
            if (result != 0)
                return result;
            if (parent.TryGet(name, out _))
                return -EEXIST;
            parent.Set(name, make(parent));
            _nodes++;
            return 0;
        }
    }

    /// <summary>A name of the node is gone. The tree is locked.</summary>
    private void DropName(Node node)
    {
        node.Links -= node is DirectoryNode ? 2u : 1u;
        node.Touch();
        if (node.Links == 0ul)
            _nodes--;
        if (node is FileNode file)
            file.FreeWhenUnused();
    }
}
