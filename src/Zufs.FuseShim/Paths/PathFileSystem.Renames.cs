using System.Buffers.Text;
using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <content>Names that change or go, with nobody below them; open files that keep a hidden name (libfuse's <c>.fuse_hidden</c>).</content>
public sealed partial class PathFileSystem
{
    private const uint RenameNoReplace = 1;
    private const uint RenameExchange = 2;
    private const int HideAttempts = 10;

    private uint _hiddenCount;

    /// <inheritdoc/>
    public override Errno Unlink(in Request request, ulong parent, ReadOnlySpan<byte> name) => Remove(request, parent, name, PathOperations.Unlink);

    /// <inheritdoc/>
    public override Errno RmDir(in Request request, ulong parent, ReadOnlySpan<byte> name) => Remove(request, parent, name, PathOperations.RmDir);

    /// <inheritdoc/>
    public override Errno Rename(in Request request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        if (!_traits.Implements(PathOperations.Rename))
            return Errno.ENOSYS;
        Errno error = CheckName(name);
        if (error == Errno.Success)
            error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        uint from = Nodes.SlotOf(parent);
        uint to = Nodes.SlotOf(newParent);
        if (from == 0 || to == 0)
            return Errno.ESTALE;
        PathThread thread = CurrentThread;
        EnterNames(thread, from, name, to, newName, out uint slot, out uint other);
        try
        {
            return RenameHeld(request, thread, from, name, slot, to, newName, other, flags);
        }
        finally
        {
            Tree.LeaveExclusive(thread);
        }
    }

    private Errno RenameHeld(in Request request, PathThread thread, uint from, ReadOnlySpan<byte> name, uint slot,
        uint to, ReadOnlySpan<byte> newName, uint other, uint flags)
    {
        bool isExchange = (flags & RenameExchange) != 0;
        // The kernel doesn't ask for this: it would cut a part of the tree off in a ring.
        if (slot != 0 && Nodes.IsAtOrBelow(to, slot) || isExchange && other != 0 && Nodes.IsAtOrBelow(from, other))
            return Errno.EINVAL;
        Errno error = Nodes.PathOf(from, name, thread.First, out ReadOnlySpan<byte> path);
        if (error != Errno.Success)
            return error;
        error = Nodes.PathOf(to, newName, thread.Second, out ReadOnlySpan<byte> newPath);
        if (error != Errno.Success)
            return error;
        if (!isExchange && (flags & RenameNoReplace) == 0 && other != slot && IsToHide(other))
        {
            error = Hide(request, thread, other, to, newName, newPath);
            if (error is not Errno.Success and not Errno.ENOSYS)
                return error;
        }
        error = Checked(_target.Rename(request, path, newPath, flags));
        // A worker that died may have renamed it, and not have said so: to the file system it is done, to the table of names it isn't.
        if (error == Errno.ENOENT && request.IsResend && !isExchange && Exists(request, newPath))
            error = Errno.Success;
        if (error != Errno.Success)
            return error;
        lock (Tree.Gate)
        {
            // When the arena is full the names are gone from the table, and the kernel finds them by looking them up.
            _ = isExchange ? Nodes.Exchange(from, name, to, newName) : Nodes.Move(from, name, to, newName);
        }
        return Errno.Success;
    }

    private bool Exists(in Request request, ReadOnlySpan<byte> path)
    {
        var file = default(PathFile);
        var attributes = default(Attributes);
        return _traits.Implements(PathOperations.GetAttr) && _target.GetAttr(request, path, ref file, ref attributes) == Errno.Success;
    }

    private Errno Remove(in Request request, ulong parent, ReadOnlySpan<byte> name, PathOperations operation)
    {
        if (!_traits.Implements(operation))
            return Errno.ENOSYS;
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return error;
        uint directory = Nodes.SlotOf(parent);
        if (directory == 0)
            return Errno.ESTALE;
        PathThread thread = CurrentThread;
        EnterNames(thread, directory, name, 0, default, out uint slot, out _);
        try
        {
            error = Nodes.PathOf(directory, name, thread.First, out ReadOnlySpan<byte> path);
            if (error != Errno.Success)
                return error;
            if (operation == PathOperations.Unlink && IsToHide(slot))
            {
                error = Hide(request, thread, slot, directory, name, path);
                if (error != Errno.ENOSYS)
                    return error;
            }
            error = Checked(operation == PathOperations.Unlink ? _target.Unlink(request, path) : _target.RmDir(request, path));
            // As with a rename.
            if (error == Errno.ENOENT && request.IsResend)
                error = Errno.Success;
            if (error != Errno.Success)
                return error;
            lock (Tree.Gate)
                Nodes.Unname(directory, name);
            return Errno.Success;
        }
        finally
        {
            Tree.LeaveExclusive(thread);
        }
    }

    /// <summary>Holds the nodes of one or two names exclusively. Whichever node had a name may have lost it while this thread waited.</summary>
    private void EnterNames(PathThread thread, uint from, ReadOnlySpan<byte> name, uint to, ReadOnlySpan<byte> newName, out uint slot, out uint other)
    {
        for (; ; )
        {
            slot = Nodes.Find(from, name);
            other = to == 0 ? 0 : Nodes.Find(to, newName);
            Tree.EnterExclusive(thread, from, to, slot, other);
            if (slot == Nodes.Find(from, name) && other == (to == 0 ? 0 : Nodes.Find(to, newName)))
                return;
            Tree.LeaveExclusive(thread);
        }
    }

    private bool IsToHide(uint slot)
    {
        if (slot == 0 || !_traits.HidesOpenUnlinked || !_traits.Implements(PathOperations.Rename | PathOperations.GetAttr))
            return false;
        long open = Nodes.FirstOpenOf(slot);
        return open != 0 && !Files.At(open).IsDirectory;
    }

    /// <summary>Gives an open file a hidden name instead of none. The node is held exclusively.</summary>
    /// <returns>ENOSYS when the file system can't rename after all; EBUSY when no hidden name is free.</returns>
    private Errno Hide(in Request request, PathThread thread, uint slot, uint directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        Span<byte> hidden = stackalloc byte[28];
        ".fuse_hidden"u8.CopyTo(hidden);
        var hex = new System.Buffers.StandardFormat('x', 8);
        for (int attempt = 0; attempt < HideAttempts; attempt++)
        {
            Utf8Formatter.TryFormat(slot, hidden[12..], out _, hex);
            Utf8Formatter.TryFormat(Interlocked.Increment(ref _hiddenCount), hidden[20..], out _, hex);
            if (Nodes.Find(directory, hidden) != 0)
                continue;
            Errno error = Nodes.PathOf(directory, hidden, thread.Third, out ReadOnlySpan<byte> hiddenPath);
            if (error != Errno.Success)
                return error;
            var file = default(PathFile);
            var attributes = default(Attributes);
            if (_target.GetAttr(request, hiddenPath, ref file, ref attributes) != Errno.ENOENT)
                continue;
            error = Checked(_target.Rename(request, path, hiddenPath, 0));
            if (error != Errno.Success)
                return error;
            lock (Tree.Gate)
                _ = Nodes.Move(directory, name, directory, hidden);
            Nodes.MarkHidden(slot);
            return Errno.Success;
        }
        return Errno.EBUSY;
    }

    /// <summary>After the last close of a hidden file. A lookup was counted for this.</summary>
    private void UnlinkHidden(in Request request, uint slot)
    {
        PathThread thread = CurrentThread;
        uint parent = Nodes.ParentOf(slot);
        Tree.EnterExclusive(thread, parent, 0, slot, 0);
        try
        {
            // It may have been opened by its hidden name, or renamed, meanwhile: whoever closes it last comes here again.
            if (!Nodes.IsHidden(slot) || Nodes.IsOpen(slot) || Nodes.ParentOf(slot) != parent || !_traits.Implements(PathOperations.Unlink))
                return;
            if (Nodes.PathOf(slot, default, thread.First, out ReadOnlySpan<byte> path) != Errno.Success)
                return;
            if (_target.Unlink(request, path) != Errno.Success)
                return;
            lock (Tree.Gate)
                Nodes.Unname(parent, path[(path.LastIndexOf((byte)'/') + 1)..]);
        }
        finally
        {
            Tree.LeaveExclusive(thread);
            Nodes.Forget(slot, 1);
        }
    }
}
