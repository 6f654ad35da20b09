namespace Zufs.FileSystems.Memory;

/// <content>Extended attributes (xattr(7)): user, trusted and security, and the two that hold ACLs; who may use which is the kernel's to check.</content>
public sealed partial class MemoryFileSystem
{
    private const uint XATTR_CREATE = 1;
    private const uint XATTR_REPLACE = 2;
    private const int XAttrNameMax = 255;
    private const int XAttrSizeMax = 1 << 16;

    /// <inheritdoc/>
    public override Errno SetXAttr(
        in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid)
    {
        Errno error = CheckXAttrName(name);
        if (error != Errno.Success)
            return error;
        if (value.Length > XAttrSizeMax)
            return Errno.E2BIG;
        if ((flags & ~(XATTR_CREATE | XATTR_REPLACE)) != 0)
            return Errno.EINVAL;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        error = IsAcl(name)
            ? SetAcl(ref inode, name, value, aclKillSgid)
            : _xattrs.Set(ref inode, name, value, (flags & XATTR_CREATE) != 0, (flags & XATTR_REPLACE) != 0);
        if (error == Errno.Success)
            inode.Ctime = Timestamp.Now;
        return error;
    }

    /// <inheritdoc/>
    public override Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        Errno error = CheckXAttrName(name);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using ReadGuard contents = _contents.Read(slot);
        ref Inode inode = ref _inodes.Get(slot);
        return InodeTable.IsLive(inode, node) ? _xattrs.Get(ref inode, name, ref value) : Errno.ESTALE;
    }

    /// <inheritdoc/>
    public override Errno ListXAttr(in Request request, ulong node, ref XAttrReply names)
    {
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using ReadGuard contents = _contents.Read(slot);
        ref Inode inode = ref _inodes.Get(slot);
        // trusted is shown to CAP_SYS_ADMIN only, which the request doesn't tell: root is taken to have it.
        return InodeTable.IsLive(inode, node) ? _xattrs.List(ref inode, request.Uid == 0, ref names) : Errno.ESTALE;
    }

    /// <inheritdoc/>
    public override Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name)
    {
        Errno error = CheckXAttrName(name);
        if (error != Errno.Success)
            return error;
        if (!_inodes.TryResolve(node, out uint slot))
            return Errno.ESTALE;
        using WriteGuard contents = _contents.Write(slot);
        ref Inode inode = ref _inodes.Get(slot);
        if (!InodeTable.IsLive(inode, node))
            return Errno.ESTALE;
        error = _xattrs.Remove(ref inode, name);
        // Taking away a list that isn't there is no error (acl_set_file(3)).
        if (error == Errno.ENODATA && IsAcl(name))
            return Errno.Success;
        if (error == Errno.Success)
            inode.Ctime = Timestamp.Now;
        return error;
    }

    private static Errno CheckXAttrName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > XAttrNameMax)
            return Errno.ERANGE;
        bool isKept = HasPrefix(name, "user."u8) || HasPrefix(name, "trusted."u8) || HasPrefix(name, "security."u8) || IsAcl(name);
        return isKept ? Errno.Success : Errno.EOPNOTSUPP;
    }

    private static bool HasPrefix(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) => name.Length > prefix.Length && name.StartsWith(prefix);
}
