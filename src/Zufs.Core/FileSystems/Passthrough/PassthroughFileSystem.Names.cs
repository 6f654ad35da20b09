using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Names come, change and go.</content>
public sealed partial class PassthroughFileSystem
{
    private const uint RenameExchange = 2;

    /// <inheritdoc/>
    public override Errno ReadLink(in Request request, ulong node, ref DataReply target)
    {
        Errno error = Reach(node, out NodePath link);
        using (link)
        {
            if (error != Errno.Success)
                return error;
            int length = NativeFile.ReadLink(link.Fd, target.Room);
            if (length < 0)
                // ENOENT: it is none.
                return length == -LibC.ENOENT ? Errno.EINVAL : Error(length);
            target.Fill(length);
            return Errno.Success;
        }
    }

    /// <inheritdoc/>
    public override Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry)
    {
        Errno error = ReachToMake(request, parent, name, out NodePath directory);
        using (directory)
            return error == Errno.Success ? Made(NativeFile.MakeSymbolicLink(target, directory.Fd, name), directory.Fd, parent, name, ref entry) : error;
    }

    /// <inheritdoc/>
    public override Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry)
    {
        Errno error = ReachToMake(request, parent, name, out NodePath directory);
        using (directory)
        {
            if (error != Errno.Success)
                return error;
            mode &= ~Identity.ApplyUmask(umask);
            return Made(NativeFile.MakeNode(directory.Fd, name, mode, DeviceOf(rdev)), directory.Fd, parent, name, ref entry);
        }
    }

    /// <inheritdoc/>
    public override Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry)
    {
        Errno error = ReachToMake(request, parent, name, out NodePath directory);
        using (directory)
        {
            if (error != Errno.Success)
                return error;
            mode &= ~Identity.ApplyUmask(umask);
            return Made(NativeFile.MakeDirectory(directory.Fd, name, mode), directory.Fd, parent, name, ref entry);
        }
    }

    /// <inheritdoc/>
    public override Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name) => Remove(request, parent, name, 0);

    /// <inheritdoc/>
    public override Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name) => Remove(request, parent, name, NativeFile.AT_REMOVEDIR);

    /// <inheritdoc/>
    public override Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        Errno error = CheckName(name);
        if (error == Errno.Success)
            error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        error = Reach(parent, out NodePath directory);
        using (directory)
        {
            if (error != Errno.Success)
                return error;
            error = Reach(newParent, out NodePath newDirectory);
            using (newDirectory)
            {
                if (error != Errno.Success)
                    return error;
                uint replaced = (flags & RenameExchange) == 0 ? HoldLast(newDirectory.Fd, newName, out int held) : NotHeld(out held);
                error = BecomeChecked(request);
                if (error == Errno.Success)
                    error = Error(NativeFile.Rename(directory.Fd, name, newDirectory.Fd, newName, flags));
                Removed(replaced, held, error);
                if (error == Errno.Success && !_byHandle)
                {
                    NoteMoved(newDirectory.Fd, newParent, newName);
                    if ((flags & RenameExchange) != 0)
                        NoteMoved(directory.Fd, parent, name);
                }
                return error;
            }
        }
    }

    /// <inheritdoc/>
    public override Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry)
    {
        Errno error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        error = Reach(node, out NodePath file);
        using (file)
        {
            if (error != Errno.Success)
                return error;
            error = Reach(newParent, out NodePath directory);
            using (directory)
            {
                if (error == Errno.Success)
                    error = BecomeChecked(request);
                return error == Errno.Success
                    ? Made(NativeFile.MakeLink(file.Text(stackalloc byte[NodePath.TextSize]), directory.Fd, newName), directory.Fd, newParent, newName, ref entry)
                    : error;
            }
        }
    }

    private Errno ReachToMake(in Request request, ulong parent, ReadOnlySpan<byte> name, out NodePath directory)
    {
        directory = default;
        Errno error = CheckName(name);
        if (error == Errno.Success)
            error = Reach(parent, out directory);
        return error == Errno.Success ? BecomeCaller(request) : error;
    }

    private Errno Made(int result, int directory, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        if (result < 0)
            return Error(result);
        Identity.BecomeServer();
        return EnterChild(directory, parent, name, ref entry);
    }

    private Errno Remove(in Request request, ulong parent, ReadOnlySpan<byte> name, int flags)
    {
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        error = Reach(parent, out NodePath directory);
        using (directory)
        {
            if (error != Errno.Success)
                return error;
            uint removed = HoldLast(directory.Fd, name, out int held);
            error = BecomeChecked(request);
            if (error == Errno.Success)
                error = Error(NativeFile.Remove(directory.Fd, name, flags));
            Removed(removed, held, error);
            return error;
        }
    }

    private static uint NotHeld(out int fd)
    {
        fd = -1;
        return 0;
    }

    /// <summary>
    /// Before a name goes: when it is the last one of a file that the kernel knows, or a directory that somebody may stand in, a descriptor is needed till it
    /// is forgotten, since neither name nor (when its inode is gone) handle leads to it any more. A file that isn't open is asked for too, by who looked its
    /// name up a moment before.
    /// </summary>
    private uint HoldLast(int directory, ReadOnlySpan<byte> name, out int fd)
    {
        fd = -1;
        Identity.BecomeServer();
        if (NativeFile.StatAt(directory, name, StatMask, out NativeStatx stat) < 0)
            return 0;
        FileIdentity identity = IdentityOf(stat);
        // A lookup of our own: the kernel may forget it meanwhile.
        uint slot = _nodes.Find(identity, default);
        if (slot == 0)
            return 0;
        ref BackingNode node = ref _nodes.Get(slot);
        bool isInUse = FileMode.IsDirectory(stat.Mode) || Volatile.Read(ref node.Opens) > 0;
        bool isLast = FileMode.IsDirectory(stat.Mode) || stat.Nlink == 1;
        if (isLast && node.Epoch != _epoch)
            fd = OpenChild(directory, name);
        if (fd >= 0 && NativeFile.Stat(fd, StatMask, out stat) >= 0 && IdentityOf(stat) == identity)
        {
            if (isInUse)
                HoldForSuccessor(slot, fd);
            return slot;
        }
        if (fd >= 0)
            NativeFile.Close(fd);
        fd = -1;
        CloseKept(_nodes.Forget(slot, 1));
        return 0;
    }

    private void Removed(uint slot, int fd, Errno error)
    {
        if (fd < 0)
            return;
        if (error == Errno.Success)
            Keep(slot, fd);
        else
            NativeFile.Close(fd);
        CloseKept(_nodes.Forget(slot, 1));
    }

    private void NoteMoved(int directory, ulong parent, ReadOnlySpan<byte> name)
    {
        if (NativeFile.StatAt(directory, name, StatMask, out NativeStatx stat) < 0)
            return;
        uint slot = _nodes.Peek(IdentityOf(stat));
        if (slot != 0)
            _nodes.NoteName(slot, parent, name);
    }

    // The kernel's new_encode_dev, as glibc's dev_t: for numbers of 12 and 20 bits they are the same.
    private static ulong DeviceOf(uint rdev) => rdev;
}
