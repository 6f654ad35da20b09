using Zufs.FileSystems;

namespace Zufs.Tests.Fuzzing;

/// <summary>
/// A file system that does everything wrong that its types allow: throws, says sizes that can't be, makes up errnos and structures, answers late,
/// twice, as another operation, or after the caller was interrupted. Seeded.
/// </summary>
internal sealed class MisbehavingFileSystem(int seed) : FileSystemBase
{
    private readonly Random _random = new(seed);
    private readonly List<DeferredReply> _late = [];
    private readonly HashSet<DeferredReply> _givenUp = [];

    /// <summary>Whether it has come to its senses.</summary>
    public bool Behaves { get; set; }

    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "misbehaving",
        Concurrency = Concurrency.Parallel,
        Features = FileSystemFeatures.PosixLocks | FileSystemFeatures.FlockLocks | FileSystemFeatures.ReadDirPlus | FileSystemFeatures.Export,
    };

    /// <summary>How many replies came after the caller was interrupted and answered.</summary>
    public int AfterInterrupt { get; private set; }

    /// <summary>How many were completed twice in a row.</summary>
    public int Twice { get; private set; }

    /// <summary>Completes some of what is late, some of it twice.</summary>
    public void CompleteSome()
    {
        while (_late.Count > 3 || (_late.Count > 0 && _random.Next(3) == 0))
            CompleteOne();
    }

    public void CompleteAll()
    {
        while (_late.Count > 0)
            CompleteOne();
    }

    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry) => Spoil(request, ref entry);

    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        if (!Behaves)
            return Spoil(request, ref attributes, ref timeout);
        attributes.Mode = 0x41ED;
        return Errno.Success;
    }

    public override Errno Statx(in Request request, ulong node, ulong handle, uint flags, uint mask, ref ExtendedAttributes attributes, ref CacheTimeout timeout)
    {
        attributes.Btime = new Timestamp(_random.NextInt64(), (uint)_random.Next());
        return Spoil(request, ref attributes.Attributes, ref timeout);
    }

    public override Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout) =>
        Spoil(request, ref attributes, ref timeout);

    public override Errno ReadLink(in Request request, ulong node, ref DataReply target) => Spoil(request, ref target);

    public override Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry) => Spoil(request, ref entry);

    public override Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry) => Spoil(request, ref entry);

    public override Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry) => Spoil(request, ref entry);

    public override Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name) => Spoil(request);

    public override Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name) => Spoil(request);

    public override Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => Spoil(request);

    public override Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry) => Spoil(request, ref entry);

    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file) => Spoil(request, ref file);

    public override Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        Errno error = Spoil(request, ref file);
        return error == Errno.Success ? Spoil(request, ref entry) : error;
    }

    public override Errno Tmpfile(in Request request, ulong parent, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file) =>
        Create(request, parent, default, mode, flags, umask, ref entry, ref file);

    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply) => Spoil(request, ref reply);

    public override Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        written = _random.Next(3) == 0 ? (uint)_random.Next() : (uint)_random.Next(data.Length + 2);
        return Spoil(request);
    }

    public override Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner) => Spoil(request);

    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner) => Spoil(request);

    public override Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly) => Spoil(request);

    public override Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory) => Spoil(request, ref directory);

    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer)
    {
        Entry entry = writer.NewEntry();
        Spoil(ref entry);
        while (writer.TryAdd(new byte[_random.Next(300)], (ulong)_random.NextInt64(), entry) && _random.Next(4) != 0)
            continue;
        return Spoil(request);
    }

    public override Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags) => Spoil(request);

    public override Errno FSyncDir(in Request request, ulong node, ulong handle, bool dataOnly) => Spoil(request);

    public override Errno StatFs(in Request request, ulong node, ref StatFs statFs)
    {
        statFs.Blocks = (ulong)_random.NextInt64();
        return Spoil(request);
    }

    public override Errno Access(in Request request, ulong node, uint mask) => Spoil(request);

    public override Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid) => Spoil(request);

    public override Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        value.Size = _random.Next(4) == 0 ? _random.Next(int.MinValue, int.MaxValue) : _random.Next(value.Room.Length + 2);
        return Spoil(request);
    }

    public override Errno ListXAttr(in Request request, ulong node, ref XAttrReply names) => GetXAttr(request, node, default, ref names);

    public override Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name) => Spoil(request);

    public override Errno GetLk(in Request request, ulong node, ulong handle, ulong owner, ref FileLock fileLock)
    {
        fileLock = new FileLock { Start = (ulong)_random.Next(10), End = (ulong)_random.Next(10), Type = (uint)_random.Next(5) };
        return Spoil(request);
    }

    public override Errno SetLk(in Request request, ulong node, ulong handle, ulong owner, in FileLock fileLock, bool isFlock, bool wait) => Spoil(request);

    public override Errno Bmap(in Request request, ulong node, uint blockSize, ref ulong block) => Spoil(request);

    public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
    {
        reply.Length = _random.Next(3) == 0 ? _random.Next(int.MinValue, int.MaxValue) : _random.Next(reply.Room.Length + 2);
        reply.Result = _random.Next(-5, 100);
        return Spoil(request);
    }

    public override Errno Poll(in Request request, ulong node, ulong handle, ulong pollHandle, uint events, ref uint ready) => Spoil(request);

    public override Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode) => Spoil(request);

    public override Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result)
    {
        result = (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
        return Spoil(request);
    }

    public override Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied)
    {
        copied = (ulong)_random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);
        return Spoil(request);
    }

    public override Errno SyncFs(in Request request, ulong node) => Spoil(request);

    public override Errno SetupMapping(in Request request, ulong node, ulong handle, ulong fileOffset, ulong length, ulong flags, ulong memoryOffset) => Spoil(request);

    public override Errno RemoveMapping(in Request request, ulong memoryOffset, ulong length) => Spoil(request);

    public override void RetrieveReply(in Request request, ulong cookie, ulong node, ulong offset, ReadOnlySpan<byte> data) => Spoil(request);

    public override void Forget(ulong node, ulong lookups)
    {
        if (_random.Next(4) == 0)
            throw new InvalidOperationException("made up");
    }

    private Errno Spoil(in Request request)
    {
        if (Behaves)
            return Errno.Success;
        switch (_random.Next(8))
        {
            case 0:
                throw new InvalidOperationException("made up");
            case 1:
                return (Errno)_random.Next(int.MinValue, int.MaxValue);
            case 2:
                return (Errno)_random.Next(1, 600);
            case 3 when request.Defer() is { } late:
                _late.Add(late);
                // Some listen, and answer when they are interrupted, beside the late answer.
                if (_random.Next(3) == 0)
                    late.Interrupted.Register(() => GiveUp(late));
                if (_random.Next(4) == 0)
                    CompleteOne();
                if (_random.Next(8) == 0)
                    throw new InvalidOperationException("made up, after deferring");
                return (Errno)_random.Next(3);
            default:
                return Errno.Success;
        }
    }

    private Errno Spoil(in Request request, ref Entry entry)
    {
        Spoil(ref entry);
        return Spoil(request);
    }

    private void Spoil(ref Entry entry)
    {
        entry.Node = _random.Next(3) == 0 ? (ulong)_random.NextInt64(long.MinValue, long.MaxValue) : (ulong)_random.Next(4);
        Spoil(ref entry.Attributes, ref entry.EntryTimeout);
    }

    private Errno Spoil(in Request request, ref Attributes attributes, ref CacheTimeout timeout)
    {
        Spoil(ref attributes, ref timeout);
        return Spoil(request);
    }

    private void Spoil(ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = _random.Next(2) == 0 ? 0x81A4 : (uint)_random.Next();
        attributes.Size = _random.Next(3) == 0 ? (ulong)_random.NextInt64(long.MinValue, long.MaxValue) : 5;
        attributes.Mtime = new Timestamp(_random.NextInt64(), _random.Next(3) == 0 ? (uint)_random.Next() : 5);
        if (_random.Next(3) == 0)
            timeout = new CacheTimeout((ulong)_random.NextInt64(), (uint)_random.Next());
    }

    private Errno Spoil(in Request request, ref OpenFile file)
    {
        file.Options = _random.Next(3) == 0 ? (OpenOptions)_random.Next() : (OpenOptions)_random.Next(256);
        file.Handle = (ulong)_random.NextInt64();
        return Spoil(request);
    }

    private Errno Spoil(in Request request, ref DataReply reply)
    {
        int length = _random.Next(3) == 0 ? _random.Next(int.MinValue, int.MaxValue) : _random.Next(reply.Room.Length + 2);
        reply.Fill(length);
        return Spoil(request);
    }

    private void GiveUp(DeferredReply late)
    {
        _givenUp.Add(late);
        late.Complete(Errno.EINTR);
    }

    private void CompleteOne()
    {
        int at = _random.Next(_late.Count);
        DeferredReply late = _late[at];
        _late.RemoveAt(at);
        if (_givenUp.Remove(late))
            AfterInterrupt++;
        bool isTwice = _random.Next(5) == 0;
        Complete(late);
        if (!isTwice)
            return;
        Twice++;
        Complete(late);
    }

    private void Complete(DeferredReply late)
    {
        switch (_random.Next(7))
        {
            case 0:
                late.Complete((Errno)_random.Next(-10, 600));
                break;
            case 1:
                late.Room.Fill(7);
                late.CompleteData(_random.Next(2) == 0 ? late.Room.Length : _random.Next(int.MinValue, int.MaxValue));
                break;
            case 2:
                Entry entry = default;
                Spoil(ref entry);
                late.CompleteEntry(entry);
                break;
            case 3:
                Attributes attributes = default;
                CacheTimeout timeout = default;
                Spoil(ref attributes, ref timeout);
                late.CompleteAttributes(attributes, timeout);
                break;
            case 4:
                late.CompleteOpen(new OpenFile { Options = (OpenOptions)_random.Next(512), Handle = 5 });
                break;
            case 5:
                late.CompleteLock(new FileLock { Start = 5, End = (ulong)_random.Next(10), Type = (uint)_random.Next(5) });
                break;
            default:
                late.Complete(Errno.Success);
                break;
        }
    }
}
