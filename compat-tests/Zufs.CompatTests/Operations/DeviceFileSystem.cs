using System.Collections.Concurrent;
using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.CompatTests.Operations;

/// <summary>
/// A file <c>f</c> with what no built-in file system takes for its own: locks of both kinds (one an owner, waiting by deferring), an ioctl, poll and permission checks. Copies
/// are the kernel's to make.
/// </summary>
internal sealed class DeviceFileSystem : FileSystemBase
{
    public const ulong File = 2;

    private const uint Unlock = 2;

    private readonly object _lock = new();
    private readonly Dictionary<(bool IsFlock, ulong Owner), FileLock> _held = [];
    private readonly List<(bool IsFlock, ulong Owner, FileLock Lock, DeferredReply Reply)> _waiting = [];

    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "device",
        Concurrency = Concurrency.Parallel,
        Features = FileSystemFeatures.PosixLocks | FileSystemFeatures.FlockLocks,
    };

    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    public int Interrupted;

    public ConcurrentQueue<uint> Accesses { get; } = new();

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        if (!name.SequenceEqual("f"u8))
            return Errno.ENOENT;
        entry.Node = File;
        return GetAttr(request, File, 0, ref entry.Attributes, ref entry.AttrTimeout);
    }

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Ino = node;
        attributes.Mode = node == File ? FileMode.S_IFREG | 0x1B6 : FileMode.S_IFDIR | 0x1FF;
        attributes.Nlink = 1;
        attributes.Size = 4096;
        return Errno.Success;
    }

    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file) => Errno.Success;

    public override Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner)
    {
        Drop(false, lockOwner);
        return Errno.Success;
    }

    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner)
    {
        if (options.HasFlag(ReleaseOptions.FlockUnlock))
            Drop(true, lockOwner);
        return Errno.Success;
    }

    public override Errno Access(in Request request, ulong node, uint mask)
    {
        Accesses.Enqueue(mask);
        return (mask & 2) != 0 ? Errno.EACCES : Errno.Success;
    }

    public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
    {
        // What came, backwards.
        for (int i = 0; i < input.Length; i++)
            reply.Room[i] = input[^(i + 1)];
        reply.Length = input.Length;
        reply.Result = 7;
        return Errno.Success;
    }

    public override Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready)
    {
        ready = events & 1;
        return Errno.Success;
    }

    public override Errno GetLk(in Request request, ulong node, ulong handle, ulong owner, ref FileLock fileLock)
    {
        lock (_lock)
        {
            foreach (((bool isFlock, ulong other), FileLock held) in _held)
            {
                if (isFlock || other == owner || !Conflict(held, fileLock))
                    continue;
                fileLock = held;
                return Errno.Success;
            }
        }
        fileLock.Type = Unlock;
        return Errno.Success;
    }

    public override Errno SetLk(in Request request, ulong node, ulong handle, ulong owner, in FileLock fileLock, bool isFlock, bool wait)
    {
        if (fileLock.Type == Unlock)
        {
            Drop(isFlock, owner);
            return Errno.Success;
        }
        lock (_lock)
        {
            if (TryTake(isFlock, owner, fileLock))
                return Errno.Success;
            if (!wait)
                return Errno.EAGAIN;
            if (request.Defer() is not { } reply)
                return Errno.ENOLCK;
            _waiting.Add((isFlock, owner, fileLock, reply));
            reply.Interrupted.Register(() => GiveUp(reply));
        }
        return Errno.Success;
    }

    private static bool Conflict(in FileLock left, in FileLock right) => (left.Type == 1 || right.Type == 1) && left.Start <= right.End && right.Start <= left.End;

    private bool TryTake(bool isFlock, ulong owner, in FileLock wanted)
    {
        foreach (((bool heldIsFlock, ulong other), FileLock held) in _held)
        {
            if (heldIsFlock == isFlock && other != owner && Conflict(held, wanted))
                return false;
        }
        _held[(isFlock, owner)] = wanted;
        return true;
    }

    private void Drop(bool isFlock, ulong owner)
    {
        var granted = new List<DeferredReply>();
        lock (_lock)
        {
            _held.Remove((isFlock, owner));
            for (int i = 0; i < _waiting.Count; i++)
            {
                if (!TryTake(_waiting[i].IsFlock, _waiting[i].Owner, _waiting[i].Lock))
                    continue;
                granted.Add(_waiting[i].Reply);
                _waiting.RemoveAt(i--);
            }
        }
        granted.ForEach(reply => reply.Complete(Errno.Success));
    }

    // Whoever was given the lock meanwhile isn't waiting any more.
    private void GiveUp(DeferredReply reply)
    {
        lock (_lock)
        {
            if (_waiting.RemoveAll(w => ReferenceEquals(w.Reply, reply)) == 0)
                return;
        }
        Interlocked.Increment(ref Interrupted);
        reply.Complete(Errno.EINTR);
    }
}
