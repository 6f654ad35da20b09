using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>Attributes and access.</content>
public sealed partial class PassthroughFileSystem
{
    private const long TimeNow = 0x3FFF_FFFF;
    private const long TimeOmitted = 0x3FFF_FFFE;
    private const int MayWrite = 2;

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        Errno error = Stat(node, handle, out NativeStatx stat);
        if (error == Errno.Success)
            Fill(stat, ref attributes);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Statx(in Request request, ulong node, ulong handle, uint flags, uint mask, ref ExtendedAttributes attributes, ref CacheTimeout timeout)
    {
        Errno error = Stat(node, handle, out NativeStatx stat);
        if (error != Errno.Success)
            return error;
        Fill(stat, ref attributes.Attributes);
        attributes.Mask = stat.Mask & StatMask;
        attributes.AttributeBits = stat.Attributes;
        attributes.AttributeMask = stat.AttributesMask;
        if ((stat.Mask & NativeStatx.Btime) != 0)
            attributes.Btime = new Timestamp(stat.BtimeSeconds, stat.BtimeNanoseconds);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno SetAttr(in Request request, ulong node, ulong handle, in AttributeChanges changes, ref Attributes attributes, ref CacheTimeout timeout)
    {
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error != Errno.Success)
                return error;
            // What the kernel keeps back it writes for itself, whoever happens to be there.
            bool isKernels = request.Pid == 0 || (changes.Fields & AttributeFields.Ctime) != 0;
            if (isKernels)
                Identity.BecomeServer();
            else
                error = BecomeChecked(request);
            if (error == Errno.Success)
                error = Change(node, handle, path, changes);
            if (error != Errno.Success)
                return error;
            int result = NativeFile.Stat(path.Fd, NativeStatx.BasicStats, out NativeStatx stat);
            if (result >= 0)
                Fill(stat, ref attributes);
            return Error(result);
        }
    }

    /// <inheritdoc/>
    public override Errno Access(in Request request, ulong node, uint mask)
    {
        if (!_checks)
            return Errno.ENOSYS;
        Errno error = Reach(node, out NodePath path);
        using (path)
        {
            if (error == Errno.Success)
                error = BecomeCaller(request);
            return error == Errno.Success ? Error(NativeFile.Access(path.Fd, (int)mask)) : error;
        }
    }

    private Errno Stat(ulong node, ulong handle, out NativeStatx stat)
    {
        stat = default;
        if (handle != 0)
        {
            int fd = Descriptor(node, handle);
            return fd < 0 ? Error(fd) : Error(NativeFile.Stat(fd, StatMask, out stat));
        }
        Errno error = Reach(node, out NodePath path);
        using (path)
            return error == Errno.Success ? Error(NativeFile.Stat(path.Fd, StatMask, out stat)) : error;
    }

    private Errno Change(ulong node, ulong handle, NodePath path, in AttributeChanges changes)
    {
        AttributeFields fields = changes.Fields;
        ReadOnlySpan<byte> text = path.Text(stackalloc byte[NodePath.TextSize]);
        int result = 0;
        if ((fields & (AttributeFields.Uid | AttributeFields.Gid)) != 0)
        {
            result = NativeFile.ChangeOwner(
                path.Fd, (fields & AttributeFields.Uid) != 0 ? changes.Uid : uint.MaxValue, (fields & AttributeFields.Gid) != 0 ? changes.Gid : uint.MaxValue);
        }
        if (result >= 0 && (fields & AttributeFields.Size) != 0)
            result = Resize(node, handle, text, changes);
        if (result >= 0 && (fields & AttributeFields.Mode) != 0)
        {
            if (TakesSetIds(path, changes))
                Identity.BecomeServer();
            result = NativeFile.ChangeMode(text, changes.Mode & FileMode.Permissions);
        }
        if (result >= 0 && (fields & (AttributeFields.Atime | AttributeFields.Mtime)) != 0)
        {
            ReadOnlySpan<long> times =
            [
                changes.Atime.Seconds, Nanoseconds(fields, AttributeFields.Atime, AttributeFields.AtimeNow, changes.Atime),
                changes.Mtime.Seconds, Nanoseconds(fields, AttributeFields.Mtime, AttributeFields.MtimeNow, changes.Mtime),
            ];
            result = NativeFile.ChangeTimes(text, times);
        }
        return Error(result);
    }

    /// <summary>
    /// Whether set-ID bits go and nothing else. Before it lets somebody write the kernel has them taken away in the writer's name, who needn't be the owner; and whoever may
    /// write could have that anyway.
    /// </summary>
    private bool TakesSetIds(NodePath path, in AttributeChanges changes)
    {
        const uint SetIds = FileMode.S_ISUID | FileMode.S_ISGID;
        if (!_checks || NativeFile.Stat(path.Fd, NativeStatx.BasicStats, out NativeStatx stat) < 0)
            return false;
        uint now = stat.Mode & FileMode.Permissions, next = changes.Mode & FileMode.Permissions;
        if ((next & ~now) != 0 || (now & ~next & ~SetIds) != 0)
            return false;
        // Together with a size it is the kernel's own for sure, and truncating may have done it.
        return (changes.Fields & AttributeFields.Size) != 0 || (now != next && NativeFile.Access(path.Fd, MayWrite) >= 0);
    }

    private int Resize(ulong node, ulong handle, ReadOnlySpan<byte> path, in AttributeChanges changes)
    {
        bool clears = (changes.Fields & AttributeFields.KillSuidGid) != 0;
        if (clears)
            Identity.KeepSetIds(false);
        int fd = handle != 0 ? Descriptor(node, handle) : -1;
        bool isWritable = fd >= 0 && (_arena.At<OpenBacking>((long)handle).Flags & NativeFile.O_ACCMODE) != LibC.O_RDONLY;
        int result = isWritable ? NativeFile.Truncate(fd, (long)changes.Size) : NativeFile.TruncatePath(path, (long)changes.Size);
        if (clears)
        {
            Identity.BecomeServer();
            Identity.KeepSetIds(true);
        }
        return result;
    }

    private static long Nanoseconds(AttributeFields fields, AttributeFields isSet, AttributeFields isNow, Timestamp time) =>
        (fields & isSet) == 0 ? TimeOmitted : (fields & isNow) != 0 ? TimeNow : time.Nanoseconds;
}
