using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.FuseShim.LibFuse;

// SAFETY: of every call in this file: the entry is called only when the veneer said that it is there (PathTraits.Operations); paths, names and
// rooms are pinned for the call, paths end in NUL (IPathFileSystem says so), structures are locals of this frame, and none is kept by the veneer.

/// <content>Attributes, access, statfs, extended attributes.</content>
internal sealed unsafe partial class LibFuseFileSystem
{
    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        var result = default(EngineAttributes);
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->GetAttr(_program, &caller, p, &open, &result));
        if (error == Errno.Success)
            Copy(result, ref attributes);
        return error;
    }

    /// <inheritdoc/>
    public override Errno ChMod(in Request request, ReadOnlySpan<byte> path, uint mode, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->ChMod(_program, &caller, p, mode, &open));
    }

    /// <inheritdoc/>
    public override Errno Chown(in Request request, ReadOnlySpan<byte> path, uint uid, uint gid, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->Chown(_program, &caller, p, uid, gid, &open));
    }

    /// <inheritdoc/>
    public override Errno Truncate(in Request request, ReadOnlySpan<byte> path, ulong length, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->Truncate(_program, &caller, p, length, &open));
    }

    /// <inheritdoc/>
    public override Errno UpdateTimes(in Request request, ReadOnlySpan<byte> path, Timestamp atime, Timestamp mtime, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        var times = new EngineTimes { Atime = atime.Seconds, AtimeNsec = atime.Nanoseconds, Mtime = mtime.Seconds, MtimeNsec = mtime.Nanoseconds };
        fixed (byte* p = path)
            return ToErrno(_operations->UpdateTimes(_program, &caller, p, &times, &open));
    }

    /// <inheritdoc/>
    public override Errno Access(in Request request, ReadOnlySpan<byte> path, uint mask)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path)
            return ToErrno(_operations->Access(_program, &caller, p, mask));
    }

    /// <inheritdoc/>
    public override Errno StatFs(in Request request, ReadOnlySpan<byte> path, ref StatFs statFs)
    {
        EngineCaller caller = CallerOf(request);
        var result = default(EngineStatFs);
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->StatFs(_program, &caller, p, &result));
        if (error != Errno.Success)
            return error;
        statFs.Blocks = result.Blocks;
        statFs.FreeBlocks = result.FreeBlocks;
        statFs.AvailableBlocks = result.AvailableBlocks;
        statFs.Files = result.Files;
        statFs.FreeFiles = result.FreeFiles;
        statFs.BlockSize = result.BlockSize;
        statFs.NameLength = result.NameLength;
        statFs.FragmentSize = result.FragmentSize;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno SetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, n = name, v = value)
            return ToErrno(_operations->SetXAttr(_program, &caller, p, n, v, (ulong)value.Length, (int)flags));
    }

    /// <inheritdoc/>
    public override Errno GetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ref XAttrReply value)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, n = name, r = value.Room)
            return Answer(_operations->GetXAttr(_program, &caller, p, n, r, (ulong)value.Room.Length), ref value);
    }

    /// <inheritdoc/>
    public override Errno ListXAttr(in Request request, ReadOnlySpan<byte> path, ref XAttrReply names)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, r = names.Room)
            return Answer(_operations->ListXAttr(_program, &caller, p, r, (ulong)names.Room.Length), ref names);
    }

    /// <inheritdoc/>
    public override Errno RemoveXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, n = name)
            return ToErrno(_operations->RemoveXAttr(_program, &caller, p, n));
    }

    private static Errno Answer(int size, ref XAttrReply reply)
    {
        if (size < 0)
            return ToErrno(size);
        if (!reply.IsSizeQuery && size > reply.Room.Length)
            return Errno.ERANGE;
        reply.Size = size;
        return Errno.Success;
    }
}
