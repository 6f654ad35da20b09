using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <content>Attributes, access, statfs, extended attributes.</content>
public sealed partial class PathFileSystem
{
    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.GetAttr, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        _options.Limit(ref timeout);
        return GetAttr(request, use, ref file, ref attributes);
    }

    /// <inheritdoc/>
    public override Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout)
    {
        using PathUse use = UseNode(request, node, handle, PathOperations.None, takesFile: true);
        if (use.Error != Errno.Success)
            return use.Error;
        PathFile file = use.File;
        if ((changes.Fields & AttributeFields.LockOwner) != 0)
            file.LockOwner = changes.LockOwner;
        Errno error = Change(request, use.Path, changes, ref file);
        if (error != Errno.Success)
            return error;
        _options.Limit(ref timeout);
        return _traits.Implements(PathOperations.GetAttr) ? GetAttr(request, use, ref file, ref attributes) : Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public override Errno Access(in Request request, ulong node, uint mask)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.Access, takesFile: false);
        return use.Error != Errno.Success ? use.Error : Checked(_target.Access(request, use.Path, mask));
    }

    /// <inheritdoc/>
    public override Errno StatFs(in Request request, ulong node, ref StatFs statFs)
    {
        if (!_traits.Implements(PathOperations.StatFs))
        {
            // As libfuse has it.
            statFs.BlockSize = 512;
            statFs.NameLength = 255;
            return Errno.Success;
        }
        using PathUse use = UseNode(request, node, 0, PathOperations.StatFs, takesFile: false);
        return use.Error != Errno.Success ? use.Error : Checked(_target.StatFs(request, use.Path, ref statFs));
    }

    /// <inheritdoc/>
    public override Errno SetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags, bool aclKillSgid)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.SetXAttr, takesFile: false);
        return use.Error != Errno.Success ? use.Error : Checked(_target.SetXAttr(request, use.Path, name, value, flags));
    }

    /// <inheritdoc/>
    public override Errno GetXAttr(in Request request, ulong node, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.GetXAttr, takesFile: false);
        if (use.Error != Errno.Success)
            return use.Error;
        Errno error = Checked(_target.GetXAttr(request, use.Path, name, ref value));
        return error != Errno.Success ? error : Checked(value);
    }

    /// <inheritdoc/>
    public override Errno ListXAttr(in Request request, ulong node, ref XAttrReply names)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.ListXAttr, takesFile: false);
        if (use.Error != Errno.Success)
            return use.Error;
        Errno error = Checked(_target.ListXAttr(request, use.Path, ref names));
        return error != Errno.Success ? error : Checked(names);
    }

    /// <inheritdoc/>
    public override Errno RemoveXAttr(in Request request, ulong node, ReadOnlySpan<byte> name)
    {
        using PathUse use = UseNode(request, node, 0, PathOperations.RemoveXAttr, takesFile: false);
        return use.Error != Errno.Success ? use.Error : Checked(_target.RemoveXAttr(request, use.Path, name));
    }

    private static Errno Checked(in XAttrReply reply)
    {
        if (reply.Size < 0)
            return Errno.EIO;
        return reply.IsSizeQuery || reply.Size <= reply.Room.Length ? Errno.Success : Errno.ERANGE;
    }

    private Errno GetAttr(in Request request, in PathUse use, ref PathFile file, ref Attributes attributes)
    {
        Errno error = Checked(_target.GetAttr(request, use.Path, ref file, ref attributes));
        if (error == Errno.Success)
            error = Checked(attributes);
        if (error == Errno.Success)
            Show(use.Slot, ref attributes);
        // The hidden name isn't one that applications gave.
        if (error == Errno.Success && attributes.Nlink > 0 && Nodes.IsHidden(use.Slot))
            attributes.Nlink--;
        return error;
    }

    /// <summary>One SETATTR is up to four operations, in libfuse's order; the first error ends it.</summary>
    private Errno Change(in Request request, ReadOnlySpan<byte> path, in AttributeChanges changes, ref PathFile file)
    {
        Errno error = Errno.Success;
        if ((changes.Fields & AttributeFields.Mode) != 0)
            error = _traits.Implements(PathOperations.ChMod) ? Checked(_target.ChMod(request, path, changes.Mode, ref file)) : Errno.ENOSYS;
        if (error == Errno.Success && (changes.Fields & (AttributeFields.Uid | AttributeFields.Gid)) != 0)
        {
            uint uid = (changes.Fields & AttributeFields.Uid) != 0 ? changes.Uid : uint.MaxValue;
            uint gid = (changes.Fields & AttributeFields.Gid) != 0 ? changes.Gid : uint.MaxValue;
            error = _traits.Implements(PathOperations.Chown) ? Checked(_target.Chown(request, path, uid, gid, ref file)) : Errno.ENOSYS;
        }
        if (error == Errno.Success && (changes.Fields & AttributeFields.Size) != 0)
        {
            if (changes.Size > long.MaxValue)
                return Errno.EFBIG;
            error = _traits.Implements(PathOperations.Truncate) ? Checked(_target.Truncate(request, path, changes.Size, ref file)) : Errno.ENOSYS;
        }
        if (error == Errno.Success && (changes.Fields & (AttributeFields.Atime | AttributeFields.Mtime)) != 0)
        {
            Timestamp atime = TimeOf(changes.Fields, AttributeFields.Atime, AttributeFields.AtimeNow, changes.Atime);
            Timestamp mtime = TimeOf(changes.Fields, AttributeFields.Mtime, AttributeFields.MtimeNow, changes.Mtime);
            error = _traits.Implements(PathOperations.UpdateTimes) ? Checked(_target.UpdateTimes(request, path, atime, mtime, ref file)) : Errno.ENOSYS;
        }
        return error;
    }

    private static Timestamp TimeOf(AttributeFields fields, AttributeFields given, AttributeFields now, Timestamp time)
    {
        if ((fields & now) != 0)
            return PathTimes.Now;
        return (fields & given) != 0 ? time : PathTimes.Omit;
    }
}
