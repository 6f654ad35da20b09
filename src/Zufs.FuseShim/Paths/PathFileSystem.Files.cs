using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.FuseShim.Paths;

/// <content>Open files.</content>
public sealed partial class PathFileSystem
{
    /// <inheritdoc/>
    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.None, takesFile: false);
        if (use.Error != Errno.Success)
            return use.Error;
        var open = new PathFile { IsOpen = true, Flags = flags };
        if (_traits.Implements(PathOperations.Open))
        {
            Errno error = Checked(_target.Open(request, use.Path, ref open));
            if (error != Errno.Success)
                return error;
        }
        return Keep(request, use.Path, use.Slot, flags, ref open, ref file);
    }

    /// <inheritdoc/>
    public override Errno Create(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint flags, uint umask, ref Entry entry, ref OpenFile file)
    {
        using PathUse use = UseName(parent, name, PathOperations.Create);
        if (use.Error != Errno.Success)
            return use.Error;
        var open = new PathFile { IsOpen = true, Flags = flags };
        Errno error = Checked(_target.Create(request, use.Path, mode, umask, ref open));
        if (error != Errno.Success)
            return error;
        error = Enlist(request, use, name, ref open, ref entry);
        if (error != Errno.Success)
        {
            CloseAtOnce(request, use.Path, ref open);
            return error;
        }
        uint slot = Nodes.SlotOf(entry.Node);
        if (FileMode.IsRegular(entry.Attributes.Mode))
        {
            error = Keep(request, use.Path, slot, flags, ref open, ref file);
        }
        else
        {
            CloseAtOnce(request, use.Path, ref open);
            error = Errno.EIO;
        }
        if (error != Errno.Success)
            Nodes.Forget(slot, 1);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.Read, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        return Checked(_target.Read(request, use.Path, offset, ref file, ref reply));
    }

    /// <inheritdoc/>
    public override Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        written = 0;
        using PathUse use = UseNode(request, node, handle, PathOperations.Write, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        file.IsWritePage = (options & WriteOptions.Cache) != 0;
        Errno error = Checked(_target.Write(request, use.Path, offset, data, ref file, out int count));
        if (error != Errno.Success)
            return error;
        if ((uint)count > (uint)data.Length)
            return Errno.EIO;
        written = (uint)count;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Flush(in Request request, ulong node, ulong handle, ulong lockOwner)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.Flush, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        file.IsFlush = true;
        file.LockOwner = lockOwner;
        return Checked(_target.Flush(request, use.Path, ref file));
    }

    /// <inheritdoc/>
    public override Errno Release(in Request request, ulong node, ulong handle, uint flags, ReleaseOptions options, ulong lockOwner)
    {
        if (handle == 0)
            return Errno.Success;
        uint slot = Nodes.SlotOf(node);
        if (slot == 0 || !Files.IsValid(handle, node))
            return Errno.EBADF;
        var file = new PathFile
        {
            Flags = flags,
            LockOwner = lockOwner,
            IsFlush = (options & ReleaseOptions.Flush) != 0,
            ReleasesFlock = (options & ReleaseOptions.FlockUnlock) != 0,
        };
        Errno error = Close(request, slot, (long)handle, PathOperations.Release, ref file, out bool isLastOfHidden);
        if (isLastOfHidden)
            UnlinkHidden(request, slot);
        return error;
    }

    /// <inheritdoc/>
    public override Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.FSync, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        return Checked(_target.FSync(request, use.Path, dataOnly, ref file));
    }

    /// <summary>Remembers what was opened; when that isn't possible, it is closed again.</summary>
    private Errno Keep(in Request request, ReadOnlySpan<byte> path, uint slot, uint flags, ref PathFile open, ref OpenFile file)
    {
        long handle = Files.Add(slot, open.Handle, flags, isDirectory: false);
        if (handle == 0)
        {
            CloseAtOnce(request, path, ref open);
            return Errno.ENOMEM;
        }
        file.Handle = (ulong)handle;
        file.Options = open.Options & ~OpenOptions.Passthrough | _options.OpenOptionsFor(flags);
        return Errno.Success;
    }

    private void CloseAtOnce(in Request request, ReadOnlySpan<byte> path, ref PathFile open)
    {
        if (_traits.Implements(PathOperations.Release))
            _ = _target.Release(request, path, ref open);
    }

    /// <summary>Closes an open file or directory. The record goes even when the file system fails: the kernel has no more use for it.</summary>
    private Errno Close(in Request request, uint slot, long handle, PathOperations operation, ref PathFile file, out bool isLastOfHidden)
    {
        PathThread thread = CurrentThread;
        bool isExclusive = EnterForClose(thread, slot);
        isLastOfHidden = false;
        try
        {
            Errno error = Nodes.PathOf(slot, default, thread.First, out ReadOnlySpan<byte> path);
            if (error != Errno.Success)
                path = NoPath;
            ref OpenRecord record = ref Files.At(handle);
            file.IsOpen = true;
            file.Handle = record.Handle;
            // A handle of a worker that is dead means nothing to its successor, and died with it.
            if (!_traits.Implements(operation) || record.Epoch != Nodes.Epoch)
                return Errno.Success;
            if (file.IsFlush && _traits.Implements(PathOperations.Flush))
                _ = _target.Flush(request, path, ref file);
            return Checked(operation == PathOperations.Release
                ? _target.Release(request, path, ref file)
                : _target.ReleaseDir(request, path, ref file));
        }
        finally
        {
            isLastOfHidden = Files.Remove(slot, handle);
            if (isExclusive)
                Tree.LeaveExclusive(thread);
            else
                Tree.LeaveShared(thread);
        }
    }

    /// <summary>
    /// A node without a name is held exclusively: an operation without a handle may be using the open file that is to be closed.
    /// </summary>
    private bool EnterForClose(PathThread thread, uint slot)
    {
        Tree.EnterShared(thread, slot);
        if (!Nodes.IsUnnamed(slot))
            return false;
        Tree.LeaveShared(thread);
        Tree.EnterExclusive(thread, 0, 0, slot, 0);
        return true;
    }
}
