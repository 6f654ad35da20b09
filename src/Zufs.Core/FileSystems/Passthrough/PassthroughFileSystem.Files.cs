using System.Runtime.CompilerServices;
using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Open files: OPEN, CREATE, TMPFILE, RELEASE, and how a handle leads to a descriptor.</content>
public sealed partial class PassthroughFileSystem
{
    // What of open(2)'s flags concerns the backing file. O_APPEND and O_DIRECT don't: see the remarks of the type.
    private const int KeptFlags = NativeFile.O_ACCMODE | NativeFile.O_SYNC | NativeFile.O_NOATIME;

    // The kernel's own mark of an open for execve(2), which asks for no right to read.
    private const uint ForExecution = 0x20;
    private const int MayExecute = 1;

    /// <inheritdoc/>
    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        if (!_nodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        if (_nodes.Get(slot).Type != FileMode.S_IFREG)
            return Errno.EIO;
        int wanted = Wanted(flags) | ((int)flags & NativeFile.O_TRUNC);
        // Truncating clears set-ID bits, unless it is root that does.
        bool clears = (wanted & NativeFile.O_TRUNC) != 0 && request.Uid != 0;
        Identity.BecomeServer();
        if (clears)
            Identity.KeepSetIds(false);
        int fd = _checks ? OpenChecked(request, node, flags, wanted) : OpenNode(node, slot, wanted);
        if (clears)
        {
            Identity.BecomeServer();
            Identity.KeepSetIds(true);
        }
        return fd < 0 ? Error(fd) : Opened(slot, fd, flags, ref file);
    }

    /// <inheritdoc/>
    public override Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        Errno error = ReachToMake(request, parent, name, out NodePath directory);
        using (directory)
        {
            if (error != Errno.Success)
                return error;
            mode &= ~Identity.ApplyUmask(umask);
            int how = Wanted(flags) | NativeFile.O_CREAT | NativeFile.O_NOFOLLOW | ((int)flags & (NativeFile.O_EXCL | NativeFile.O_TRUNC));
            int fd = NativeFile.OpenAt(directory.Fd, name, how | LibC.O_NONBLOCK, mode & FileMode.Permissions);
            return fd < 0 ? Error(fd) : Created(fd, parent, name, flags, ref entry, ref file, keep: false);
        }
    }

    /// <inheritdoc/>
    public override Errno Tmpfile(in Request request, ulong parent, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        Errno error = Reach(parent, out NodePath directory);
        using (directory)
        {
            if (error == Errno.Success)
                error = BecomeCaller(request);
            if (error != Errno.Success)
                return error;
            mode &= ~Identity.ApplyUmask(umask);
            int how = Wanted(flags) | NativeFile.O_TMPFILE | ((int)flags & NativeFile.O_EXCL);
            int fd = NativeFile.OpenAt(directory.Fd, "."u8, how, mode & FileMode.Permissions);
            // No name leads to it: its node keeps a descriptor.
            return fd < 0 ? Error(fd) : Created(fd, 0, default, flags, ref entry, ref file, keep: true);
        }
    }

    /// <inheritdoc/>
    public override Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner)
    {
        int fd = Descriptor(node, handle);
        return fd < 0 ? Error(fd) : Error(NativeFile.CloseCopy(fd));
    }

    /// <inheritdoc/>
    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner)
    {
        if (handle == 0)
            return Errno.EBADF;
        ref OpenBacking open = ref _arena.At<OpenBacking>((long)handle);
        if (open.Epoch == _epoch)
            NativeFile.Close(open.Fd);
        if (open.IsCounted != 0 && _nodes.TryResolve(node, out uint slot))
            CountClosed(slot);
        open.IsCounted = 0;
        // One that comes again may have been carried out as far as here: what was freed then must not be freed again.
        if (!request.IsResend)
            _arena.Free((long)handle, Unsafe.SizeOf<OpenBacking>());
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno OpenDir(in Request request, ulong node, uint flags, ref OpenFile directory)
    {
        if (!_nodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        const int Wanted = LibC.O_RDONLY | NativeFile.O_DIRECTORY;
        Identity.BecomeServer();
        int fd = _checks ? OpenChecked(request, node, 0, Wanted | _noAtime) : OpenNode(node, slot, Wanted | _noAtime);
        if (fd < 0)
            return Error(fd);
        long handle = NewHandle(fd, Wanted | _noAtime, isCounted: false);
        if (handle == 0)
        {
            NativeFile.Close(fd);
            return Errno.ENFILE;
        }
        directory.Handle = (ulong)handle;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReleaseDir(in Request request, ulong node, ulong handle, uint flags) => Release(request, node, handle, flags, ReleaseOptions.None, 0);

    private int Wanted(uint flags)
    {
        int kept = (int)flags & KeptFlags | _noAtime;
        // The kernel reads what surrounds a part of a page that it keeps back.
        if (_options.Cache == PassthroughCache.Writeback && (kept & NativeFile.O_ACCMODE) == NativeFile.O_WRONLY)
            kept = kept & ~NativeFile.O_ACCMODE | LibC.O_RDWR;
        return kept;
    }

    // As the server's user.
    private int OpenNode(ulong node, uint slot, int flags)
    {
        ref BackingNode found = ref _nodes.Get(slot);
        if (found.HandleLength > 0 && Volatile.Read(ref found.Epoch) != _epoch)
        {
            Identity.BecomeServer();
            return NativeFile.OpenByHandle(_root, found.Handle, flags);
        }
        Errno error = Reach(node, out NodePath path);
        using (path)
            return error == Errno.Success ? OpenPath(path, flags) : -(int)error;
    }

    // As the caller.
    private int OpenChecked(in Request request, ulong node, uint flags, int wanted)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeCaller(request);
            if (error != Errno.Success)
                return -(int)error;
            if ((flags & ForExecution) != 0)
            {
                int mayExecute = NativeFile.Access(path.Fd, MayExecute);
                if (mayExecute < 0)
                    return mayExecute;
                Identity.BecomeServer();
            }
            return OpenPath(path, wanted);
        }
    }

    private static int OpenPath(NodePath path, int flags) =>
        NativeFile.OpenAt(NativeFile.AT_FDCWD, path.Text(stackalloc byte[NodePath.TextSize]), flags);

    private Errno Created(int fd, ulong parent, ReadOnlySpan<byte> name, uint flags, ref Entry entry, ref OpenFile file, bool keep)
    {
        Identity.BecomeServer();
        // What is open for writing isn't kept for a node: it would be closed only when that is forgotten.
        int path = NativeFile.OpenAt(NativeFile.AT_FDCWD, NodePath.TextOf(fd, stackalloc byte[NodePath.TextSize]), NativeFile.O_PATH);
        Errno error = path < 0 ? Error(path) : Enter(path, parent, name, ref entry, out _);
        uint slot = 0;
        if (error == Errno.Success && (!_nodes.TryResolve(entry.Node, out slot) || _nodes.Get(slot).Type != FileMode.S_IFREG))
            error = Errno.EIO;
        if (error == Errno.Success && keep)
        {
            int kept = NativeFile.OpenAt(NativeFile.AT_FDCWD, NodePath.TextOf(fd, stackalloc byte[NodePath.TextSize]), NativeFile.O_PATH);
            if (kept >= 0)
                Keep(slot, kept);
        }
        if (error != Errno.Success)
        {
            NativeFile.Close(fd);
            return error;
        }
        error = Opened(slot, fd, flags, ref file);
        if (error == Errno.Success && keep)
            HoldForSuccessor(slot, fd);
        return error;
    }

    // From here on the descriptor is the handle's.
    private Errno Opened(uint slot, int fd, uint flags, ref OpenFile file)
    {
        long handle = NewHandle(fd, Wanted(flags), isCounted: true);
        if (handle == 0)
        {
            NativeFile.Close(fd);
            return Errno.ENFILE;
        }
        file.Handle = (ulong)handle;
        file.BackingId = CountOpened(slot, fd);
        if (file.BackingId != 0)
            file.Options = OpenOptions.Passthrough;
        else if (_options.Cache == PassthroughCache.None)
            file.Options = OpenOptions.DirectIo | OpenOptions.ParallelDirectWrites;
        else if (_options.Cache == PassthroughCache.Writeback || IsUnchanged(slot, fd))
            file.Options = OpenOptions.KeepCache;
        // Nothing was written, or not by way of this mount's page cache to where close(2) would have something to say.
        if ((flags & NativeFile.O_ACCMODE) == LibC.O_RDONLY || (_closesSilently && file.BackingId != 0))
            file.Options |= OpenOptions.NoFlush;
        return Errno.Success;
    }

    private long NewHandle(int fd, int flags, bool isCounted)
    {
        long handle = _arena.Allocate(Unsafe.SizeOf<OpenBacking>());
        if (handle != 0)
            _arena.At<OpenBacking>(handle) = new OpenBacking { Flags = flags, Fd = fd, Epoch = _epoch, IsCounted = isCounted ? 1 : 0 };
        return handle;
    }

    /// <summary>
    /// Counts an open file. All that are open of one node at a time are the kernel's to read and write, or none: it takes no mixture, and one id only.
    /// </summary>
    /// <returns>The backing id; 0: the file system moves the data.</returns>
    private int CountOpened(uint slot, int fd)
    {
        ref BackingNode node = ref _nodes.Get(slot);
        lock (_nodes.LockOf(slot))
        {
            if (node.Opens++ == 0 && _backings is not null && _options.Data == PassthroughData.Auto)
                node.BackingId = Math.Max(0, _backings.Register(fd));
            return node.BackingId;
        }
    }

    private void CountClosed(uint slot)
    {
        ref BackingNode node = ref _nodes.Get(slot);
        lock (_nodes.LockOf(slot))
        {
            if (--node.Opens > 0)
                return;
            if (node.BackingId != 0)
                _backings?.Unregister(node.BackingId);
            if (node.HoldingId != 0)
                _backings?.Unregister(node.HoldingId);
            node.BackingId = node.HoldingId = 0;
        }
    }

    /// <summary>
    /// Has the kernel keep a file alive that is open and is about to have no name: a successor finds it by its handle then, which leads nowhere once nobody has the
    /// file open. Files whose data the kernel moves it keeps anyway.
    /// </summary>
    private void HoldForSuccessor(uint slot, int fd)
    {
        ref BackingNode node = ref _nodes.Get(slot);
        if (_backings is null || node.Type != FileMode.S_IFREG || node.HandleLength == 0)
            return;
        lock (_nodes.LockOf(slot))
        {
            if (node.BackingId == 0 && node.HoldingId == 0)
                node.HoldingId = Math.Max(0, _backings.Register(fd));
        }
    }

    // Whether what the page cache holds from an earlier open is still the file's.
    private bool IsUnchanged(uint slot, int fd)
    {
        if (NativeFile.Stat(fd, NativeStatx.BasicStats, out NativeStatx stat) < 0)
            return false;
        ref BackingNode node = ref _nodes.Get(slot);
        var mtime = new Timestamp(stat.MtimeSeconds, stat.MtimeNanoseconds);
        var ctime = new Timestamp(stat.CtimeSeconds, stat.CtimeNanoseconds);
        lock (_nodes.LockOf(slot))
        {
            bool isSame = node.CachedMtime == mtime && node.CachedCtime == ctime;
            node.CachedMtime = mtime;
            node.CachedCtime = ctime;
            return isSame;
        }
    }

    /// <summary>The descriptor of an open file. One that an earlier worker had open is opened again.</summary>
    /// <returns>Minus the errno when that fails.</returns>
    private int Descriptor(ulong node, ulong handle)
    {
        if (handle == 0)
            return -(int)Errno.EBADF;
        ref OpenBacking open = ref _arena.At<OpenBacking>((long)handle);
        return Volatile.Read(ref open.Epoch) == _epoch ? open.Fd : Reopen(node, ref open);
    }

    private int Reopen(ulong node, ref OpenBacking open)
    {
        if (!_nodes.TryResolve(node, out uint slot))
            return -(int)Errno.ESTALE;
        lock (_nodes.LockOf(slot))
        {
            if (open.Epoch == _epoch)
                return open.Fd;
            int fd = OpenNode(node, slot, open.Flags);
            if (fd < 0)
                return fd;
            open.Fd = fd;
            open.Position = 0;
            Volatile.Write(ref open.Epoch, _epoch);
            return fd;
        }
    }
}
