using Tmds.Fuse;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Samples;

/// <content>Names, links and directories.</content>
public sealed partial class OperationsFileSystem
{
    private const int RenameNoReplace = 1;
    private const int RenameExchange = 2;

    public override int MkDir(ReadOnlySpan<byte> path, mode_t mode) => Add(path, parent =>
        new DirectoryNode(S_IFDIR | (mode & ~S_IFMT) | (parent.Mode & S_ISGID), getuid(), GroupFor(parent)));

    public override int SymLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        byte[] copy = target.ToArray();
        return Add(path, parent => new LinkNode(copy, S_IFLNK | 0b111_111_111, getuid(), GroupFor(parent)));
    }

    public override int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            if (node is not LinkNode link)
                return -EINVAL;
            int length = Math.Min(link.Target.Length, buffer.Length - 1);
            link.Target.AsSpan(0, length).CopyTo(buffer);
            buffer[length] = 0;
            return 0;
        }
    }

    public override int Link(ReadOnlySpan<byte> fromPath, ReadOnlySpan<byte> toPath)
    {
        lock (_tree)
        {
            int result = Find(fromPath, out Node node);
            if (result != 0)
                return result;
            if (node is DirectoryNode)
                return -EPERM;
            result = FindParent(toPath, out DirectoryNode parent, out ReadOnlySpan<byte> name);
            if (result != 0)
                return result;
            if (parent.TryGet(name, out _))
                return -EEXIST;
            parent.Set(name, node);
            node.Links++;
            node.Touch();
            return 0;
        }
    }

    public override int Unlink(ReadOnlySpan<byte> path)
    {
        lock (_tree)
        {
            int result = FindParent(path, out DirectoryNode parent, out ReadOnlySpan<byte> name);
            if (result != 0)
                return result;
            if (!parent.TryGet(name, out Node? node))
                return -ENOENT;
            if (node is DirectoryNode)
                return -EISDIR;
            parent.Remove(name);
            DropName(node);
            return 0;
        }
    }

    public override int RmDir(ReadOnlySpan<byte> path)
    {
        lock (_tree)
        {
            int result = FindParent(path, out DirectoryNode parent, out ReadOnlySpan<byte> name);
            if (result != 0)
                return result;
            if (!parent.TryGet(name, out Node? node))
                return -ENOENT;
            if (node is not DirectoryNode directory)
                return -ENOTDIR;
            if (!directory.IsEmpty)
                return -ENOTEMPTY;
            parent.Remove(name);
            DropName(node);
            return 0;
        }
    }

    public override int Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, int flags)
    {
        lock (_tree)
        {
            int result = FindParent(path, out DirectoryNode parent, out ReadOnlySpan<byte> name);
            if (result == 0)
                result = FindParent(newPath, out _, out _);
            if (result != 0)
                return result;
            FindParent(newPath, out DirectoryNode newParent, out ReadOnlySpan<byte> newName);
            if (!parent.TryGet(name, out Node? node))
                return -ENOENT;
            newParent.TryGet(newName, out Node? target);
            return flags switch
            {
                0 => Replace(parent, name, node, newParent, newName, target),
                RenameNoReplace => target is null ? Replace(parent, name, node, newParent, newName, target) : -EEXIST,
                RenameExchange => target is null ? -ENOENT : Exchange(parent, name, node, newParent, newName, target),
                _ => -EINVAL,
            };
        }
    }

    public override int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
    {
        lock (_tree)
        {
            int result = Find(path, out Node node);
            if (result != 0)
                return result;
            if (node is not DirectoryNode)
                return -ENOTDIR;
            fi.fh = Remember(node);
            return 0;
        }
    }

    public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
    {
        if (!_open.TryGetValue(fi.fh, out Node? node) || node is not DirectoryNode directory)
            return -EBADF;
        lock (_tree)
        {
            content.AddEntry(".");
            content.AddEntry("..");
            foreach (byte[] name in directory.Names)
                content.AddEntry(name);
            return 0;
        }
    }

    public override int ReleaseDir(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => _open.TryRemove(fi.fh, out _) ? 0 : -EBADF;

    public override int FSyncDir(ReadOnlySpan<byte> readOnlySpan, bool onlyData, ref FuseFileInfo fi) => _open.ContainsKey(fi.fh) ? 0 : -EBADF;

    private int Replace(DirectoryNode parent, ReadOnlySpan<byte> name, Node node, DirectoryNode newParent, ReadOnlySpan<byte> newName, Node? target)
    {
        if (ReferenceEquals(node, target))
            return 0;
        if (target is DirectoryNode { IsEmpty: false })
            return -ENOTEMPTY;
        if (target is DirectoryNode != node is DirectoryNode && target is not null)
            return target is DirectoryNode ? -EISDIR : -ENOTDIR;
        parent.Remove(name);
        newParent.Set(newName, node);
        node.Touch();
        if (target is not null)
            DropName(target);
        return 0;
    }

    private static int Exchange(DirectoryNode parent, ReadOnlySpan<byte> name, Node node, DirectoryNode newParent, ReadOnlySpan<byte> newName, Node target)
    {
        parent.Set(name, target);
        newParent.Set(newName, node);
        node.Touch();
        target.Touch();
        return 0;
    }

    private ulong Remember(Node node)
    {
        ulong handle = Interlocked.Increment(ref _lastHandle);
        _open[handle] = node;
        return handle;
    }
}
