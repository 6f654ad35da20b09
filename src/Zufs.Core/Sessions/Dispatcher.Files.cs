using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>READ, WRITE, FSYNC, FALLOCATE, LSEEK, COPY_FILE_RANGE: what is done with an open file.</content>
internal sealed partial class Dispatcher
{
    private const uint SeekHole = 4;

    private Errno Read(ServerScope scope, ref RequestFrame frame)
    {
        ref readonly FuseReadIn input = ref frame.FixedAs<FuseReadIn>();
        ulong node = frame.Head.NodeId;
        uint size = input.Size;
        ulong offset = input.Offset;
        if (size > (uint)frame.RoomLength)
            return scope.Malformed("it asks for more than was agreed on");
        if (offset > long.MaxValue)
            return scope.Malformed("its offset is beyond 2^63 - 1");
        Errno error = OwnHandle(input.Fh, node, out ulong handle);
        if (error != Errno.Success)
            return error;
        scope.Target = new DeferredTarget { Node = node, Asked = (int)size };
        var reply = new DataReply(frame.RoomBytes[..(int)size], scope.Lent);
        error = _fileSystem.Read(Ask(scope), node, handle, offset, ref reply);
        if (error != Errno.Success)
        {
            reply.Lease?.Release(reply.LeaseToken);
            return error;
        }
        scope.Counters.BytesRead += reply.Length;
        return ReplyData(scope, ref frame, reply);
    }

    private Errno Write(ServerScope scope, ref RequestFrame frame)
    {
        ref readonly FuseWriteIn input = ref frame.FixedAs<FuseWriteIn>();
        ulong node = frame.Head.NodeId;
        uint size = input.Size;
        ulong offset = input.Offset;
        if (size != (uint)scope.TailLength)
            return scope.Malformed("its size and its data differ");
        if (offset > long.MaxValue - (ulong)size)
            return scope.Malformed("it ends beyond 2^63 - 1");
        Errno error = OwnHandle(input.Fh, node, out ulong handle);
        if (error != Errno.Success)
            return error;
        scope.Target = new DeferredTarget { Node = node, Asked = (int)size };
        error = _fileSystem.Write(Ask(scope), node, handle, offset, frame.RestBytes[..(int)size], (WriteOptions)input.WriteFlags, out uint written);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        if (written > size)
            return scope.Broken($"it says {written} bytes of {size}");
        scope.Counters.BytesWritten += written;
        return Reply(scope, ref frame, new FuseWriteOut { Size = written });
    }

    private Errno FSync(ServerScope scope, ref RequestFrame frame)
    {
        FuseFsyncIn input = frame.FixedAs<FuseFsyncIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        bool dataOnly = (input.FsyncFlags & FuseConstants.FsyncFdatasync) != 0;
        return error != Errno.Success ? error : _fileSystem.FSync(Ask(scope), frame.Head.NodeId, handle, dataOnly);
    }

    private Errno FAllocate(ServerScope scope, ref RequestFrame frame)
    {
        FuseFallocateIn input = frame.FixedAs<FuseFallocateIn>();
        if (input.Offset > long.MaxValue || input.Length > long.MaxValue - input.Offset)
            return scope.Malformed("it ends beyond 2^63 - 1");
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        return error != Errno.Success
            ? error
            : _fileSystem.FAllocate(Ask(scope), frame.Head.NodeId, handle, input.Offset, input.Length, input.Mode);
    }

    private Errno LSeek(ServerScope scope, ref RequestFrame frame)
    {
        FuseLseekIn input = frame.FixedAs<FuseLseekIn>();
        if (input.Whence > SeekHole || input.Offset > long.MaxValue)
            return scope.Malformed("its whence or offset can't be one");
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        if (error != Errno.Success)
            return error;
        ulong result = 0;
        error = _fileSystem.LSeek(Ask(scope), frame.Head.NodeId, handle, input.Offset, input.Whence, ref result);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        return result > long.MaxValue ? scope.Broken("the offset is beyond 2^63 - 1") : Reply(scope, ref frame, new FuseLseekOut { Offset = result });
    }

    private Errno CopyFileRange(ServerScope scope, ref RequestFrame frame)
    {
        // The old form answers in 32 bits, so no more than that may be copied.
        Errno error = Copy(scope, ref frame, uint.MaxValue, out ulong copied);
        return error != Errno.Success ? error : Reply(scope, ref frame, new FuseWriteOut { Size = (uint)copied });
    }

    private Errno CopyFileRange64(ServerScope scope, ref RequestFrame frame)
    {
        Errno error = Copy(scope, ref frame, long.MaxValue, out ulong copied);
        return error != Errno.Success ? error : Reply(scope, ref frame, new FuseCopyFileRangeOut { BytesCopied = copied });
    }

    private Errno Copy(ServerScope scope, ref RequestFrame frame, ulong most, out ulong copied)
    {
        copied = 0;
        FuseCopyFileRangeIn input = frame.FixedAs<FuseCopyFileRangeIn>();
        ulong length = Math.Min(input.Len, most);
        if (!ReplyCheck.IsNode(input.NodeidOut))
            return scope.Malformed("the node to copy to can't be one");
        if (input.OffIn > long.MaxValue || input.OffOut > long.MaxValue)
            return scope.Malformed("an offset is beyond 2^63 - 1");
        Errno error = OwnHandle(input.FhIn, frame.Head.NodeId, out ulong handleIn);
        if (error != Errno.Success)
            return error;
        error = OwnHandle(input.FhOut, input.NodeidOut, out ulong handleOut);
        if (error != Errno.Success)
            return error;
        var range = new CopyRange(frame.Head.NodeId, handleIn, input.OffIn, input.NodeidOut, handleOut, input.OffOut, length, input.Flags);
        error = _fileSystem.CopyFileRange(Ask(scope), range, ref copied);
        return error == Errno.Success && copied > length ? scope.Broken($"it says {copied} bytes of {length}") : error;
    }
}
