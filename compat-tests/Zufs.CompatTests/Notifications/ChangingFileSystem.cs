using System.Collections.Concurrent;
using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.CompatTests.Notifications;

/// <summary>
/// A directory of files that change behind the kernel's back: the kernel may trust everything for ever, so that what it sees anew it was told.
/// Nodes from 2 on; <c>slow</c> is a file whose reads are put off.
/// </summary>
internal sealed class ChangingFileSystem : FileSystemBase
{
    public const ulong Slow = 99;

    private readonly ConcurrentDictionary<string, ulong> _names = new();
    private readonly ConcurrentDictionary<ulong, byte[]> _contents = new();
    private readonly ConcurrentDictionary<string, int> _lookups = new();

    private ulong _next = 2;

    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "changing",
        Concurrency = Concurrency.Parallel,
        Features = FileSystemFeatures.ParallelDirectoryOperations,
        EntryTimeout = CacheTimeout.Unlimited,
        AttrTimeout = CacheTimeout.Unlimited,
    };

    public INotifications Notifications { get; private set; } = null!;

    public ConcurrentQueue<ulong> Forgotten { get; } = new();

    public ConcurrentQueue<(DeferredReply Reply, bool IsResend, ulong Unique)> Waiting { get; } = new();

    public ConcurrentQueue<(ulong Cookie, ulong Node, ulong Offset, byte[] Data)> Retrieved { get; } = new();

    public ConcurrentQueue<ulong> Polls { get; } = new();

    public volatile uint Ready;

    public volatile Action? DuringRead;

    public volatile Action? DuringUnlink;

    public int Reads;

    public ulong Put(string name, string content)
    {
        ulong node = Interlocked.Increment(ref _next);
        Change(node, content);
        _names[name] = node;
        return node;
    }

    public void Change(ulong node, string content) => _contents[node] = System.Text.Encoding.UTF8.GetBytes(content);

    public void Remove(string name) => _names.TryRemove(name, out _);

    /// <summary>How often a name was looked up.</summary>
    public int LookupsOf(string name) => _lookups.GetValueOrDefault(name);

    public override void Start(MountContext mount) => Notifications = mount.Notifications;

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        string text = System.Text.Encoding.UTF8.GetString(name);
        _lookups.AddOrUpdate(text, 1, static (_, count) => count + 1);
        if (text != "slow" && !_names.TryGetValue(text, out entry.Node))
            return Errno.ENOENT;
        if (text == "slow")
            entry.Node = Slow;
        return GetAttr(request, entry.Node, 0, ref entry.Attributes, ref entry.AttrTimeout);
    }

    public override void Forget(ulong node, ulong lookups) => Forgotten.Enqueue(node);

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Ino = node;
        attributes.Mode = node == 1 ? FileMode.S_IFDIR | 0x1FF : FileMode.S_IFREG | 0x1B6;
        attributes.Nlink = 1;
        attributes.Size = node == Slow ? 4096 : _contents.TryGetValue(node, out byte[]? content) ? (ulong)content.Length : 0;
        return Errno.Success;
    }

    public override Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name)
    {
        DuringUnlink?.Invoke();
        return _names.TryRemove(System.Text.Encoding.UTF8.GetString(name), out _) ? Errno.Success : Errno.ENOENT;
    }

    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        file.Options = node == Slow ? OpenOptions.DirectIo : OpenOptions.KeepCache;
        return Errno.Success;
    }

    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        Interlocked.Increment(ref Reads);
        DuringRead?.Invoke();
        if (node == Slow)
        {
            Waiting.Enqueue((request.Defer()!, request.IsResend, request.Unique));
            return Errno.Success;
        }
        byte[] content = _contents[node];
        int length = (int)Math.Clamp(content.Length - (long)offset, 0, reply.Room.Length);
        content.AsSpan((int)Math.Min(offset, (ulong)content.Length), length).CopyTo(reply.Room);
        reply.Fill(length);
        return Errno.Success;
    }

    public override Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready)
    {
        if (pollHandle != 0)
            Polls.Enqueue(pollHandle);
        ready = Ready & events;
        return Errno.Success;
    }

    public override void RetrieveReply(in Request request, ulong cookie, ulong node, ulong offset, ReadOnlySpan<byte> data) =>
        Retrieved.Enqueue((cookie, node, offset, data.ToArray()));
}
