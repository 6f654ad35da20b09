using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.FuseShim.Paths;

/// <content>Names: looked up and made.</content>
public sealed partial class PathFileSystem
{
    // O_WRONLY, O_CREAT, O_EXCL (the same on x86-64 and arm64).
    private const uint MakeAndWrite = 0x1 | 0x40 | 0x80;

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        using PathUse use = UseName(parent, name, PathOperations.GetAttr);
        if (use.Error != Errno.Success)
            return use.Error;
        var file = default(PathFile);
        Errno error = Enlist(request, use, name, ref file, ref entry);
        if (error != Errno.ENOENT || _traits.NegativeTimeout == CacheTimeout.None)
            return error;
        entry.Node = 0;
        entry.EntryTimeout = _traits.NegativeTimeout;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in Request request, ulong node, ref DataReply target)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.ReadLink, takesFile: false);
        if (use.Error != Errno.Success)
            return use.Error;
        Span<byte> buffer = use.Thread.Third;
        buffer.Clear();
        Errno error = Checked(_target.ReadLink(request, use.Path, buffer, out int length));
        if (error != Errno.Success)
            return error;
        if (length < 0 || length > buffer.Length)
            return Errno.EIO;
        if (length > target.Room.Length)
            return Errno.ENAMETOOLONG;
        buffer[..length].CopyTo(target.Room);
        target.Fill(length);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno SymLink(in Request request, ulong parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref Entry entry)
    {
        using PathUse use = UseName(parent, name, PathOperations.SymLink);
        if (use.Error != Errno.Success)
            return use.Error;
        Errno error = Checked(_target.SymLink(request, use.Path, target));
        return error != Errno.Success ? error : EnlistNew(request, use, name, ref entry);
    }

    /// <inheritdoc/>
    public override Errno MkNod(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint rdev, uint umask, ref Entry entry)
    {
        using PathUse use = UseName(parent, name, PathOperations.None);
        if (use.Error != Errno.Success)
            return use.Error;
        Errno error = Errno.ENOSYS;
        if (FileMode.IsRegular(mode) && _traits.Implements(PathOperations.Create))
            error = CreateOnly(request, use, name, mode, umask, ref entry);
        if (error != Errno.ENOSYS || !_traits.Implements(PathOperations.MkNod))
            return error;
        error = Checked(_target.MkNod(request, use.Path, mode, rdev, umask));
        return error != Errno.Success ? error : EnlistNew(request, use, name, ref entry);
    }

    /// <inheritdoc/>
    public override Errno MkDir(in Request request, ulong parent, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry)
    {
        using PathUse use = UseName(parent, name, PathOperations.MkDir);
        if (use.Error != Errno.Success)
            return use.Error;
        Errno error = Checked(_target.MkDir(request, use.Path, mode, umask));
        return error != Errno.Success ? error : EnlistNew(request, use, name, ref entry);
    }

    /// <inheritdoc/>
    public override Errno Link(in Request request, ulong node, ulong newParent, ReadOnlySpan<byte> newName, ref Entry entry)
    {
        if (!_traits.Implements(PathOperations.Link | PathOperations.GetAttr))
            return Errno.ENOSYS;
        Errno error = CheckName(newName);
        if (error != Errno.Success)
            return error;
        uint slot = Nodes.SlotOf(node);
        uint parent = Nodes.SlotOf(newParent);
        if (slot == 0 || parent == 0)
            return Errno.ESTALE;
        PathThread thread = CurrentThread;
        Tree.EnterShared(thread, slot, parent);
        using var hold = new PathUse(Tree, thread, parent, default, default);
        error = Nodes.PathOf(slot, default, thread.First, out ReadOnlySpan<byte> path);
        if (error != Errno.Success)
            return error;
        error = Nodes.PathOf(parent, newName, thread.Second, out ReadOnlySpan<byte> newPath);
        if (error != Errno.Success)
            return error;
        error = Checked(_target.Link(request, path, newPath));
        if (error != Errno.Success)
            return error;
        var file = default(PathFile);
        var attributes = default(Attributes);
        error = Checked(_target.GetAttr(request, newPath, ref file, ref attributes));
        return error != Errno.Success ? error : FillEntry(parent, newName, attributes, ref entry);
    }

    private Errno EnlistNew(in Request request, in PathUse use, ReadOnlySpan<byte> name, ref Entry entry)
    {
        var file = default(PathFile);
        return Enlist(request, use, name, ref file, ref entry);
    }

    /// <summary>mknod(2) of a regular file, where the file system makes files by creating and opening them in one.</summary>
    private Errno CreateOnly(in Request request, in PathUse use, ReadOnlySpan<byte> name, uint mode, uint umask, ref Entry entry)
    {
        var open = new PathFile { IsOpen = true, Flags = MakeAndWrite };
        Errno error = Checked(_target.Create(request, use.Path, mode, umask, ref open));
        if (error != Errno.Success)
            return error;
        error = Enlist(request, use, name, ref open, ref entry);
        CloseAtOnce(request, use.Path, ref open);
        // ENOSYS would call MKNOD for a name that exists by now.
        return error == Errno.ENOSYS ? Errno.EIO : error;
    }
}
