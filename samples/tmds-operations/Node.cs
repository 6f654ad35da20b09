using System.Diagnostics.CodeAnalysis;
using Tmds.Fuse;
using Tmds.Linux;

namespace Samples;

/// <summary>What every file, directory and link has.</summary>
internal abstract class Node
{
    protected Node(mode_t mode, uid_t owner, gid_t group)
    {
        Mode = mode;
        Owner = owner;
        Group = group;
        Accessed = Modified = Changed = DateTime.UtcNow.ToTimespec();
    }

    public mode_t Mode { get; set; }

    public uid_t Owner { get; set; }

    public gid_t Group { get; set; }

    public nlink_t Links { get; set; } = 1;

    public timespec Accessed { get; private set; }

    public timespec Modified { get; private set; }

    public timespec Changed { get; private set; }

    /// <summary>Extended attributes; in the order of their names, so that listings don't change.</summary>
    public SortedDictionary<byte[], byte[]> Attributes { get; } = new(ByteOrder.Instance);

    public abstract long Size { get; }

    public virtual long AllocatedBytes => 0;

    /// <summary>Its attributes changed.</summary>
    public void Touch()
    {
        lock (this)
            Changed = DateTime.UtcNow.ToTimespec();
    }

    /// <summary>Its content changed.</summary>
    public void TouchContent()
    {
        lock (this)
            Modified = Changed = DateTime.UtcNow.ToTimespec();
    }

    /// <summary>Sets the times as utimensat(2) would.</summary>
    public void SetTimes(timespec accessed, timespec modified)
    {
        timespec now = DateTime.UtcNow.ToTimespec();
        lock (this)
        {
            if (!accessed.IsOmit())
                Accessed = accessed.IsNow() ? now : accessed;
            if (!modified.IsOmit())
                Modified = modified.IsNow() ? now : modified;
            Changed = now;
        }
    }

    /// <summary>Shows itself to stat(2).</summary>
    public void Fill(ref stat stat)
    {
        lock (this)
        {
            stat.st_mode = Mode;
            stat.st_uid = Owner;
            stat.st_gid = Group;
            stat.st_nlink = Links;
            stat.st_size = Size;
            stat.st_blocks = AllocatedBytes / 512;
            stat.st_blksize = 4096;
            stat.st_atim = Accessed;
            stat.st_mtim = Modified;
            stat.st_ctim = Changed;
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}

/// <summary>A symbolic link.</summary>
internal sealed class LinkNode(byte[] target, mode_t mode, uid_t owner, gid_t group) : Node(mode, owner, group)
{
    public byte[] Target => target;

    public override long Size => target.Length;
}

/// <summary>A directory. Names are bytes: nothing says that they are text.</summary>
internal sealed class DirectoryNode : Node
{
    private readonly Dictionary<byte[], Node> _entries = new(NameComparer.Instance);
    private readonly Dictionary<byte[], Node>.AlternateLookup<ReadOnlySpan<byte>> _byName;

    public DirectoryNode(mode_t mode, uid_t owner, gid_t group)
        : base(mode, owner, group)
    {
        _byName = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        Links = 2;
    }

    public override long Size => 4096;

    public bool IsEmpty => _entries.Count == 0;

    public IEnumerable<byte[]> Names => _entries.Keys;

    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Node? node) => _byName.TryGetValue(name, out node);

    /// <summary>Puts a node under a name, in place of what was there.</summary>
    public void Set(ReadOnlySpan<byte> name, Node node)
    {
        Remove(name);
        _byName[name] = node;
        if (node is DirectoryNode)
            Links++;
        TouchContent();
    }

    public void Remove(ReadOnlySpan<byte> name)
    {
        if (!_byName.Remove(name, out _, out Node? node))
            return;
        if (node is DirectoryNode)
            Links--;
        TouchContent();
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            var hash = default(HashCode);
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
