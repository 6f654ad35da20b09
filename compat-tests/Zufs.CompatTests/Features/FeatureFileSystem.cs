using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.CompatTests.Features;

/// <summary>A directory with a file <c>f</c> and a link <c>l</c>, whose every answer to what a kernel feature is about can be chosen.</summary>
internal sealed class FeatureFileSystem(FileSystemFeatures features) : FileSystemBase
{
    private const ulong File = 2;
    private const ulong Symlink = 3;

    private readonly object _lock = new();
    private int _inLookup;

    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "feature",
        Concurrency = Concurrency.Blocking,
        Features = features,
        EntryTimeout = CacheTimeout.None,
        AttrTimeout = CacheTimeout.None,
    };

    public byte[] Content { get; set; } = new byte[10_000];

    public long Mtime { get; set; } = 1_000_000_000;

    public Errno OnOpen { get; set; }

    public OpenOptions Options { get; set; }

    /// <summary>The most lookups of names that begin with <c>wait</c> at the same time.</summary>
    public int MostLookups;

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        if (name.StartsWith("wait"u8))
        {
            int now = Interlocked.Increment(ref _inLookup);
            int most;
            while ((most = Volatile.Read(ref MostLookups)) < now && Interlocked.CompareExchange(ref MostLookups, now, most) != most)
                continue;
            // Long enough for the other to come, if it may.
            SpinWait.SpinUntil(() => Volatile.Read(ref MostLookups) > 1, 2000);
            Interlocked.Decrement(ref _inLookup);
            return Errno.ENOENT;
        }
        entry.Node = name.SequenceEqual("f"u8) ? File : name.SequenceEqual("l"u8) ? Symlink : 0;
        return entry.Node == 0 ? Errno.ENOENT : GetAttr(request, entry.Node, 0, ref entry.Attributes, ref entry.AttrTimeout);
    }

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = node switch { 1 => FileMode.S_IFDIR | 0x1FF, Symlink => FileMode.S_IFLNK | 0x1FF, _ => FileMode.S_IFREG | 0x1B6 };
        attributes.Nlink = 1;
        attributes.Size = node == File ? (ulong)Content.Length : 1;
        attributes.Mtime = attributes.Ctime = new Timestamp(Mtime, 0);
        return Errno.Success;
    }

    public override Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout) =>
        GetAttr(request, node, handle, ref attributes, ref timeout);

    public override Errno ReadLink(in Request request, ulong node, ref DataReply target)
    {
        target.Room[0] = (byte)'f';
        target.Fill(1);
        return Errno.Success;
    }

    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        file.Options = Options;
        return OnOpen;
    }

    public override Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory) => OnOpen;

    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        if (offset == 0)
            writer.TryAdd("f"u8, 1, File, FileMode.DirectoryType(FileMode.S_IFREG));
        return Errno.Success;
    }

    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        int from = (int)Math.Min(offset, (ulong)Content.Length);
        int length = Math.Min(Content.Length - from, reply.Room.Length);
        Content.AsSpan(from, length).CopyTo(reply.Room);
        reply.Fill(length);
        return Errno.Success;
    }

    public override Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        lock (_lock)
        {
            byte[] content = Content;
            if (content.Length < (int)offset + data.Length)
                Array.Resize(ref content, (int)offset + data.Length);
            data.CopyTo(content.AsSpan((int)offset));
            Content = content;
        }
        written = (uint)data.Length;
        return Errno.Success;
    }

    public override Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner) => Errno.Success;

    public override Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly) => Errno.Success;
}
