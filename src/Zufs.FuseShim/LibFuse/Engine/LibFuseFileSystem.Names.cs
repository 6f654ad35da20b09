using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.FuseShim.LibFuse;

// SAFETY: as in LibFuseFileSystem.Attributes.cs. The filler is named to the veneer by the address of a local that refers to it, which the veneer
// gives back during the call only.

/// <content>Names, links and directories.</content>
internal sealed unsafe partial class LibFuseFileSystem
{
    /// <inheritdoc/>
    public override Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        EngineCaller caller = CallerOf(request);
        length = 0;
        Errno error;
        fixed (byte* p = path, t = target)
            error = ToErrno(_operations->ReadLink(_program, &caller, p, t, (ulong)target.Length));
        if (error != Errno.Success)
            return error;
        int end = target.IndexOf((byte)0);
        length = end < 0 ? target.Length : end;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno MkNod(in Request request, ReadOnlySpan<byte> path, uint mode, uint rdev, uint umask)
    {
        EngineCaller caller = CallerOf(request, umask);
        fixed (byte* p = path)
            return ToErrno(_operations->MkNod(_program, &caller, p, mode, rdev));
    }

    /// <inheritdoc/>
    public override Errno MkDir(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask)
    {
        EngineCaller caller = CallerOf(request, umask);
        fixed (byte* p = path)
            return ToErrno(_operations->MkDir(_program, &caller, p, mode));
    }

    /// <inheritdoc/>
    public override Errno Unlink(in Request request, ReadOnlySpan<byte> path)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path)
            return ToErrno(_operations->Unlink(_program, &caller, p));
    }

    /// <inheritdoc/>
    public override Errno RmDir(in Request request, ReadOnlySpan<byte> path)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path)
            return ToErrno(_operations->RmDir(_program, &caller, p));
    }

    /// <inheritdoc/>
    public override Errno SymLink(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, t = target)
            return ToErrno(_operations->SymLink(_program, &caller, t, p));
    }

    /// <inheritdoc/>
    public override Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, n = newPath)
            return ToErrno(_operations->Rename(_program, &caller, p, n, flags));
    }

    /// <inheritdoc/>
    public override Errno Link(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath)
    {
        EngineCaller caller = CallerOf(request);
        fixed (byte* p = path, n = newPath)
            return ToErrno(_operations->Link(_program, &caller, p, n));
    }

    /// <inheritdoc/>
    public override Errno OpenDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->OpenDir(_program, &caller, p, &open));
        if (error == Errno.Success)
            Keep(open, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
        {
            return ToErrno(_operations->ReadDir(
                _program, &caller, p, Unsafe.AsPointer(ref filler), &Fill, offset, wantsAttributes ? 1 : 0, &open));
        }
    }

    /// <inheritdoc/>
    public override Errno ReleaseDir(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->ReleaseDir(_program, &caller, p, &open));
    }

    /// <inheritdoc/>
    public override Errno FSyncDir(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->FSyncDir(_program, &caller, p, dataOnly ? 1 : 0, &open));
    }

    // Called back by the veneer. Nothing may be thrown across the boundary: a listing that can't grow ends here.
    [UnmanagedCallersOnly]
    private static int Fill(void* filler, byte* name, ulong length, ulong nextOffset, EngineAttributes* attributes, int isFull)
    {
        // SAFETY: what ReadDir, which is waiting below in this thread's stack, gave; the veneer measured the name.
        DirectoryFiller target = Unsafe.AsRef<DirectoryFiller>(filler);
        var bytes = new ReadOnlySpan<byte>(name, (int)Math.Min(length, DirectoryFiller.MaxName + 1));
        try
        {
            if (isFull == 0)
                return target.Add(bytes, nextOffset, attributes->Ino, attributes->Mode) ? 0 : 1;
            var all = default(Attributes);
            Copy(*attributes, ref all);
            return target.Add(bytes, nextOffset, all) ? 0 : 1;
        }
        catch (OutOfMemoryException)
        {
            return 1;
        }
    }
}
