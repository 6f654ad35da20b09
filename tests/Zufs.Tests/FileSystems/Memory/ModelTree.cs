using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>What a file system should do, as plainly as it can be said: the model that the memory file system is held against.</summary>
internal sealed class ModelTree
{
    public Node Root { get; } = new() { Children = [] };

    public Errno Resolve(string path, out Node node)
    {
        node = Root;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node.Children is null)
                return Errno.ENOTDIR;
            if (!node.Children.TryGetValue(part, out Node? child))
                return Errno.ENOENT;
            node = child;
        }
        return Errno.Success;
    }

    public Errno Add(string path, Node added)
    {
        Errno error = Parent(path, out Node parent, out string name);
        if (error != Errno.Success)
            return error;
        if (!parent.Children!.TryAdd(name, added))
            return Errno.EEXIST;
        added.Links++;
        return Errno.Success;
    }

    public Errno Remove(string path, bool directory)
    {
        Errno error = Parent(path, out Node parent, out string name);
        if (error != Errno.Success)
            return error;
        if (!parent.Children!.TryGetValue(name, out Node? node))
            return Errno.ENOENT;
        if (directory && node.Children is null)
            return Errno.ENOTDIR;
        if (!directory && node.Children is not null)
            return Errno.EISDIR;
        if (node.Children?.Count > 0)
            return Errno.ENOTEMPTY;
        node.Links--;
        parent.Children.Remove(name);
        return Errno.Success;
    }

    public Errno Rename(string path, string newPath, uint flags)
    {
        Errno error = Parent(path, out Node from, out string name);
        if (error == Errno.Success)
            error = Parent(newPath, out Node _, out _);
        if (error != Errno.Success)
            return error;
        Parent(newPath, out Node to, out string newName);
        if (!from.Children!.TryGetValue(name, out Node? source))
            return Errno.ENOENT;
        to.Children!.TryGetValue(newName, out Node? target);
        bool exchange = flags == 2;
        if (exchange && target is null)
            return Errno.ENOENT;
        if (flags == 1 && target is not null)
            return Errno.EEXIST;
        if (source.Holds(to))
            return Errno.EINVAL;
        if (target is not null && target.Holds(from))
            return exchange ? Errno.EINVAL : Errno.ENOTEMPTY;
        if (source == target)
            return Errno.Success;
        if (exchange)
        {
            from.Children[name] = target!;
            to.Children[newName] = source;
            return Errno.Success;
        }
        if (target is not null)
        {
            if ((source.Children is null) != (target.Children is null))
                return source.Children is null ? Errno.EISDIR : Errno.ENOTDIR;
            if (target.Children?.Count > 0)
                return Errno.ENOTEMPTY;
            target.Links--;
        }
        to.Children[newName] = source;
        from.Children.Remove(name);
        return Errno.Success;
    }

    public Errno Parent(string path, out Node parent, out string name)
    {
        int slash = path.LastIndexOf('/');
        name = path[(slash + 1)..];
        Errno error = Resolve(slash < 0 ? "" : path[..slash], out parent);
        return error == Errno.Success && parent.Children is null ? Errno.ENOTDIR : error;
    }

    internal sealed class Node
    {
        public SortedDictionary<string, Node>? Children { get; init; }

        public byte[] Content { get; private set; } = [];

        public string? Target { get; init; }

        public uint Links { get; set; }

        public uint Nlink => Children is null ? Links : 2 + (uint)Children.Values.Count(c => c.Children is not null);

        public bool Holds(Node other) => this == other || Children?.Values.Any(c => c.Holds(other)) == true;

        public void Resize(int length)
        {
            byte[] content = Content;
            Array.Resize(ref content, length);
            Content = content;
        }

        public void Write(int offset, byte[] data)
        {
            if (Content.Length < offset + data.Length)
                Resize(offset + data.Length);
            data.CopyTo(Content, offset);
        }
    }
}
