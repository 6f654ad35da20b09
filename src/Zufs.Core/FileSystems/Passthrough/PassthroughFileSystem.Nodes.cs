using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Nodes: how they are found, counted and reached.</content>
public sealed partial class PassthroughFileSystem
{
    private const int NameMax = 255;
    private const uint StatMask = NativeStatx.BasicStats | NativeStatx.Btime;

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        error = Reach(parent, out NodePath directory);
        using (directory)
        {
            if (error == Errno.Success)
                error = BecomeChecked(request);
            return error == Errno.Success ? EnterChild(directory.Fd, parent, name, ref entry) : error;
        }
    }

    /// <inheritdoc/>
    public override void Forget(ulong node, ulong lookups)
    {
        if (_nodes.TryResolve(node, out uint slot))
            CloseKept(_nodes.Forget(slot, lookups));
    }

    private static Errno CheckName(ReadOnlySpan<byte> name)
    {
        if (name.Length > NameMax)
            return Errno.ENAMETOOLONG;
        return name.IsEmpty || name.ContainsAny((byte)'/', (byte)0) || name is [(byte)'.'] or [(byte)'.', (byte)'.'] ? Errno.EINVAL : Errno.Success;
    }

    private static FileIdentity IdentityOf(in NativeStatx stat) => new(
        (ulong)stat.DevMajor << 32 | stat.DevMinor, stat.Ino,
        (stat.Mask & NativeStatx.Btime) != 0 ? new Timestamp(stat.BtimeSeconds, stat.BtimeNanoseconds) : default);

    private static void Fill(in NativeStatx stat, ref Attributes attributes)
    {
        attributes.Ino = stat.Ino;
        attributes.Size = stat.Size;
        attributes.Blocks = stat.Blocks;
        attributes.Atime = new Timestamp(stat.AtimeSeconds, stat.AtimeNanoseconds);
        attributes.Mtime = new Timestamp(stat.MtimeSeconds, stat.MtimeNanoseconds);
        attributes.Ctime = new Timestamp(stat.CtimeSeconds, stat.CtimeNanoseconds);
        attributes.Mode = stat.Mode;
        attributes.Nlink = stat.Nlink;
        attributes.Uid = stat.Uid;
        attributes.Gid = stat.Gid;
        attributes.Rdev = stat.RdevMinor & 0xff | stat.RdevMajor << 8 | (stat.RdevMinor & ~0xffu) << 12;
        attributes.BlockSize = stat.BlockSize;
    }

    // A descriptor of what a name leads to, itself, without leaving the file system.
    private int OpenChild(int directory, ReadOnlySpan<byte> name)
    {
        const int Flags = NativeFile.O_PATH | NativeFile.O_NOFOLLOW;
        if (_tree >= 0)
            return NativeFile.OpenAt(directory, name, Flags);
        int fd = NativeFile.OpenAtWithoutCrossing(directory, name, Flags);
        return fd == -LibC.ENOSYS ? NativeFile.OpenAt(directory, name, Flags) : fd;
    }

    private Errno EnterChild(int directory, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        int fd = OpenChild(directory, name);
        return fd < 0 ? Error(fd) : Enter(fd, parent, name, ref entry, out _);
    }

    /// <summary>Makes an entry of a file, and counts a lookup of its node.</summary>
    /// <param name="fd">Its descriptor (O_PATH); taken.</param>
    /// <param name="parent">The directory in which it was found; 0: none.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="slot">The node's slot.</param>
    private Errno Enter(int fd, ulong parent, ReadOnlySpan<byte> name, ref Entry entry, out uint slot)
    {
        slot = 0;
        int result = NativeFile.Stat(fd, StatMask, out NativeStatx stat);
        if (result < 0)
        {
            NativeFile.Close(fd);
            return Error(result);
        }
        FileIdentity identity = IdentityOf(stat);
        // An inode number and a time of birth say which file it is; without the latter the handle must.
        slot = identity.Birth != default ? _nodes.Find(identity, default) : 0;
        bool isKept = false;
        if (slot == 0)
        {
            Span<byte> handle = stackalloc byte[BackingNode.HandleCapacity];
            handle = _byHandle && NativeFile.HandleOf(fd, handle) >= 0 ? handle[..(8 + BitConverter.ToInt32(handle))] : default;
            bool keep = handle.IsEmpty && Interlocked.Increment(ref _kept) <= _keptLimit;
            slot = _nodes.Add(identity, (uint)stat.Mode & FileMode.S_IFMT, handle, keep ? fd : -1, out bool isNew);
            isKept = keep && isNew;
            if (handle.IsEmpty && !isKept)
                Interlocked.Decrement(ref _kept);
        }
        if (!isKept)
            NativeFile.Close(fd);
        if (slot == 0)
            return Errno.ENOMEM;
        ref BackingNode node = ref _nodes.Get(slot);
        if (node.HandleLength == 0 && parent != 0)
            _nodes.NoteName(slot, parent, name);
        entry.Node = BackingNodes.IdOf(slot, node);
        Fill(stat, ref entry.Attributes);
        // A name that the kernel remembers is used without asking whether this caller may.
        if (_checks)
            entry.EntryTimeout = CacheTimeout.None;
        return Errno.Success;
    }

    /// <summary>A descriptor of a node for one operation. As the server's user.</summary>
    private Errno Reach(ulong id, out NodePath path)
    {
        path = default;
        if (!_nodes.TryResolve(id, out uint slot))
            return Errno.ESTALE;
        if (slot == BackingNodes.RootSlot)
        {
            path = new NodePath(_root, isOwned: false);
            return Errno.Success;
        }
        ref BackingNode node = ref _nodes.Get(slot);
        if (Volatile.Read(ref node.Epoch) == _epoch)
        {
            path = new NodePath(node.Fd, isOwned: false);
            return Errno.Success;
        }
        int fd;
        if (node.HandleLength > 0)
        {
            Identity.BecomeServer();
            fd = NativeFile.OpenByHandle(_root, node.Handle, NativeFile.O_PATH);
        }
        else
        {
            fd = WalkTo(slot, ref node);
        }
        if (fd < 0)
            return Error(fd);
        path = new NodePath(fd, isOwned: true);
        return Errno.Success;
    }

    // By its name in its directory: when there are more nodes than descriptors, and for a successor.
    private int WalkTo(uint slot, ref BackingNode node)
    {
        Span<byte> name = stackalloc byte[NameMax + 1];
        if (!_nodes.TryName(slot, out ulong parent, name, out int length))
            return -(int)Errno.ESTALE;
        Errno error = Reach(parent, out NodePath directory);
        if (error != Errno.Success)
            return -(int)error;
        using (directory)
        {
            Identity.BecomeServer();
            int fd = OpenChild(directory.Fd, name[..length]);
            if (fd < 0)
                return fd == -LibC.ENOENT ? -(int)Errno.ESTALE : fd;
            if (NativeFile.Stat(fd, StatMask, out NativeStatx stat) >= 0 && IdentityOf(stat) == node.Identity)
                return fd;
            NativeFile.Close(fd);
            return -(int)Errno.ESTALE;
        }
    }

    // Makes a descriptor the node's own, until it is forgotten.
    private void Keep(uint slot, int fd)
    {
        ref BackingNode node = ref _nodes.Get(slot);
        lock (_nodes.LockOf(slot))
        {
            if (node.Epoch == _epoch)
            {
                NativeFile.Close(fd);
                return;
            }
            node.Fd = fd;
            Volatile.Write(ref node.Epoch, _epoch);
        }
        Interlocked.Increment(ref _kept);
    }

    private void CloseKept(int fd)
    {
        if (fd < 0)
            return;
        NativeFile.Close(fd);
        Interlocked.Decrement(ref _kept);
    }
}
