namespace Zufs.FileSystems.Memory;

/// <content>
/// POSIX ACLs (acl(5)). The kernel checks them; what it leaves to the file system is that mode and list agree, and that new files inherit.
/// Kept as xattrs; a list that says no more than the mode isn't kept, as on tmpfs.
/// </content>
public sealed partial class MemoryFileSystem
{
    private static ReadOnlySpan<byte> AccessAcl => "system.posix_acl_access"u8;

    private static ReadOnlySpan<byte> DefaultAcl => "system.posix_acl_default"u8;

    private static bool IsAcl(ReadOnlySpan<byte> name) => name.SequenceEqual(AccessAcl) || name.SequenceEqual(DefaultAcl);

    // The caller holds the inode's lock of contents, as in all that follows.
    private Errno SetAcl(ref Inode inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> acl, bool killSetGid)
    {
        if (FileMode.IsSymbolicLink(inode.Mode))
            return Errno.EOPNOTSUPP;
        if (!PosixAcl.IsValid(acl))
            return Errno.EINVAL;
        if (name.SequenceEqual(DefaultAcl))
            return FileMode.IsDirectory(inode.Mode) ? _xattrs.Set(ref inode, name, acl, mustBeNew: false, mustExist: false) : Errno.EACCES;
        uint mode = PosixAcl.ToMode(acl, out bool isMinimal);
        if (isMinimal)
        {
            _xattrs.Remove(ref inode, name);
        }
        else
        {
            Errno error = _xattrs.Set(ref inode, name, acl, mustBeNew: false, mustExist: false);
            if (error != Errno.Success)
                return error;
        }
        inode.Mode = (inode.Mode & ~0x1FFu & ~(killSetGid ? FileMode.S_ISGID : 0)) | mode;
        return Errno.Success;
    }

    private void ChangeModeOfAcl(ref Inode inode)
    {
        if (inode.XAttrs != 0 && _xattrs.TryFind(ref inode, AccessAcl, out Span<byte> acl))
            PosixAcl.ChangeMode(acl, inode.Mode);
    }

    /// <summary>
    /// Gives a new inode, which nothing leads to yet, what its directory hands down. Without a default list the umask counts, with one the list
    /// does. False: ENOSPC.
    /// </summary>
    private bool TryInheritAcl(uint parent, ref Inode inode, uint umask, ref uint mode)
    {
        if (FileMode.IsSymbolicLink(mode))
            return true;
        using ReadGuard contents = _contents.Read(parent);
        ref Inode directory = ref _inodes.Get(parent);
        if (directory.XAttrs == 0 || !_xattrs.TryFind(ref directory, DefaultAcl, out Span<byte> handedDown))
        {
            mode &= ~(umask & 0x1FF);
            return true;
        }
        if (FileMode.IsDirectory(mode) && _xattrs.Set(ref inode, DefaultAcl, handedDown, mustBeNew: false, mustExist: false) != Errno.Success)
            return false;
        if (_xattrs.Set(ref inode, AccessAcl, handedDown, mustBeNew: false, mustExist: false) != Errno.Success)
            return false;
        _xattrs.TryFind(ref inode, AccessAcl, out Span<byte> own);
        PosixAcl.Inherit(own, ref mode);
        PosixAcl.ToMode(own, out bool isMinimal);
        if (isMinimal)
            _xattrs.Remove(ref inode, AccessAcl);
        return true;
    }
}
