using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <content>The data of open files.</content>
public sealed partial class PassthroughFileSystem
{
    // <linux/fs.h>: FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR.
    private const uint GetFlags = 0x8008_6601;
    private const uint SetFlags = 0x4008_6602;
    private const uint GetExtendedFlags = 0x801C_581F;
    private const uint SetExtendedFlags = 0x401C_5820;

    /// <inheritdoc/>
    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        long count = NativeFile.Read(fd, reply.Room, (long)offset);
        if (count < 0)
            return Error(count);
        reply.Fill((int)count);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        written = 0;
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        bool clears = (options & WriteOptions.KillSuidGid) != 0;
        Errno error = clears ? DropSetIds(request) : Errno.Success;
        if (error != Errno.Success)
            return error;
        long count = NativeFile.Write(fd, data, (long)offset);
        if (clears)
            TakeSetIdsBack();
        if (count < 0)
            return Error(count);
        written = (uint)count;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno FSync(in Request request, ulong node, ulong handle, bool dataOnly)
    {
        int fd = Descriptor(node, handle);
        return fd < 0 ? Error(fd) : Error(NativeFile.Sync(fd, dataOnly));
    }

    /// <inheritdoc/>
    public override Errno FSyncDir(in Request request, ulong node, ulong handle, bool dataOnly) => FSync(request, node, handle, dataOnly);

    /// <inheritdoc/>
    public override Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode)
    {
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        // The kernel leaves it to the server which of these take set-ID bits away, and doesn't say when they should.
        bool clears = request.Uid != 0;
        Errno error = clears ? DropSetIds(request) : Errno.Success;
        if (error != Errno.Success)
            return error;
        int result = NativeFile.Allocate(fd, (int)mode, (long)offset, (long)length);
        if (clears)
            TakeSetIdsBack();
        return Error(result);
    }

    /// <inheritdoc/>
    public override Errno LSeek(in Request request, ulong node, ulong handle, ulong offset, uint whence, ref ulong result)
    {
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        long found = NativeFile.Seek(fd, (long)offset, (int)whence);
        if (found < 0)
            return Error(found);
        result = (ulong)found;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno CopyFileRange(in Request request, in CopyRange range, ref ulong copied)
    {
        int from = Descriptor(range.NodeIn, range.HandleIn);
        if (from < 0)
            return Error(from);
        int to = Descriptor(range.NodeOut, range.HandleOut);
        if (to < 0)
            return Error(to);
        bool clears = request.Uid != 0;
        Errno error = clears ? DropSetIds(request) : Errno.Success;
        if (error != Errno.Success)
            return error;
        long count = NativeFile.CopyRange(from, (long)range.OffsetIn, to, (long)range.OffsetOut, range.Length);
        if (clears)
            TakeSetIdsBack();
        if (count < 0)
            return Error(count);
        copied = (ulong)count;
        return Errno.Success;
    }

    /// <summary>The flags of lsattr(1) and chattr(1), as the caller; any other command would be carried out with the server's rights: ENOTTY.</summary>
    public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
    {
        if (command is not (GetFlags or SetFlags or GetExtendedFlags or SetExtendedFlags))
            return Errno.ENOTTY;
        int fd = Descriptor(node, handle);
        if (fd < 0)
            return Error(fd);
        Span<byte> structure = stackalloc byte[32];
        structure.Clear();
        input[..Math.Min(input.Length, structure.Length)].CopyTo(structure);
        Errno error = BecomeCaller(request);
        if (error != Errno.Success)
            return error;
        int result = NativeFile.Control(fd, command, structure);
        if (result < 0)
            return Error(result);
        if (command is GetFlags or GetExtendedFlags)
        {
            reply.Length = Math.Min(reply.Room.Length, command == GetFlags ? 8 : 28);
            structure[..reply.Length].CopyTo(reply.Room);
        }
        reply.Result = result;
        return Errno.Success;
    }
}
