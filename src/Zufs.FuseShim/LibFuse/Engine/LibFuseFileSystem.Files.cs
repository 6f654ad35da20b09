using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.FuseShim.LibFuse;

// SAFETY: as in LibFuseFileSystem.Attributes.cs.

/// <content>Open files and their data.</content>
internal sealed unsafe partial class LibFuseFileSystem
{
    /// <inheritdoc/>
    public override Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->Open(_program, &caller, p, &open));
        if (error == Errno.Success)
            Keep(open, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Create(in Request request, ReadOnlySpan<byte> path, uint mode, uint umask, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request, umask);
        EngineFile open = ToFile(file);
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->Create(_program, &caller, p, mode, &open));
        if (error == Errno.Success)
            Keep(open, ref file);
        return error;
    }

    /// <inheritdoc/>
    public override Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        int count;
        fixed (byte* p = path, r = reply.Room)
            count = _operations->Read(_program, &caller, p, r, (ulong)reply.Room.Length, offset, &open);
        if (count < 0)
            return ToErrno(count);
        if (count > reply.Room.Length)
            return Errno.EIO;
        reply.Fill(count);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        int count;
        written = 0;
        fixed (byte* p = path, d = data)
            count = _operations->Write(_program, &caller, p, d, (ulong)data.Length, offset, &open);
        if (count < 0)
            return ToErrno(count);
        written = count;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Flush(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->Flush(_program, &caller, p, &open));
    }

    /// <inheritdoc/>
    public override Errno Release(in Request request, ReadOnlySpan<byte> path, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->Release(_program, &caller, p, &open));
    }

    /// <inheritdoc/>
    public override Errno FSync(in Request request, ReadOnlySpan<byte> path, bool dataOnly, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->FSync(_program, &caller, p, dataOnly ? 1 : 0, &open));
    }

    /// <inheritdoc/>
    public override Errno FAllocate(in Request request, ReadOnlySpan<byte> path, uint mode, ulong offset, ulong length, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->FAllocate(_program, &caller, p, mode, offset, length, &open));
    }

    /// <inheritdoc/>
    public override Errno CopyFileRange(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file,
        ReadOnlySpan<byte> newPath, ulong newOffset, ref PathFile newFile, ulong length, uint flags, out ulong copied)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile from = ToFile(file);
        EngineFile to = ToFile(newFile);
        long count;
        fixed (byte* p = path, n = newPath)
            count = _operations->CopyFileRange(_program, &caller, p, offset, &from, n, newOffset, &to, length, flags);
        copied = count < 0 ? 0 : (ulong)count;
        return count < 0 ? ToErrno(count) : copied > length ? Errno.EIO : Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno LSeek(in Request request, ReadOnlySpan<byte> path, ulong offset, uint whence, ref PathFile file, out ulong result)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        long position;
        fixed (byte* p = path)
            position = _operations->LSeek(_program, &caller, p, offset, whence, &open);
        result = position < 0 ? 0 : (ulong)position;
        return position < 0 ? ToErrno(position) : Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Lock(in Request request, ReadOnlySpan<byte> path, PathLockCommand command, ref FileLock fileLock, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        var range = new EngineLock { Start = fileLock.Start, End = fileLock.End, Type = fileLock.Type, Pid = fileLock.Pid };
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->Lock(_program, &caller, p, (int)command, &range, &open));
        fileLock = new FileLock { Start = range.Start, End = range.End, Type = range.Type, Pid = range.Pid };
        return error;
    }

    /// <inheritdoc/>
    public override Errno Flock(in Request request, ReadOnlySpan<byte> path, int operation, ref PathFile file)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        fixed (byte* p = path)
            return ToErrno(_operations->Flock(_program, &caller, p, operation, &open));
    }

    /// <inheritdoc/>
    public override Errno Bmap(in Request request, ReadOnlySpan<byte> path, uint blockSize, ref ulong block)
    {
        EngineCaller caller = CallerOf(request);
        ulong index = block;
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->Bmap(_program, &caller, p, blockSize, &index));
        block = index;
        return error;
    }

    /// <inheritdoc/>
    public override Errno Ioctl(in Request request, ReadOnlySpan<byte> path, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref PathFile file, ref IoctlReply reply)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        int result;
        fixed (byte* p = path, i = input, o = reply.Room)
        {
            var call = new EngineIoctl
            {
                Command = command,
                Flags = flags,
                Argument = argument,
                Input = i,
                Output = o,
                InputSize = (uint)input.Length,
                OutputSize = (uint)reply.Room.Length,
            };
            result = _operations->Ioctl(_program, &caller, p, &call, &open);
        }
        if (result < 0)
            return ToErrno(result);
        reply.Result = result;
        reply.Length = reply.Room.Length;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Poll(in Request request, ReadOnlySpan<byte> path, ulong pollHandle, ref PathFile file, ref uint ready)
    {
        EngineCaller caller = CallerOf(request);
        EngineFile open = ToFile(file);
        uint events = 0;
        Errno error;
        fixed (byte* p = path)
            error = ToErrno(_operations->Poll(_program, &caller, p, pollHandle, &events, &open));
        ready = events;
        return error;
    }
}
