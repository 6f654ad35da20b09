using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>IOCTL, POLL; and what an ordinary mount never sends: BMAP (fuseblk), SYNCFS, SETUPMAPPING, REMOVEMAPPING (virtiofs).</content>
internal sealed partial class Dispatcher
{
    private Errno Ioctl(ServerScope scope, ref RequestFrame frame)
    {
        FuseIoctlIn input = frame.FixedAs<FuseIoctlIn>();
        ulong node = frame.Head.NodeId;
        int header = Unsafe.SizeOf<FuseIoctlOut>();
        if (input.InSize != (uint)scope.TailLength)
            return scope.Malformed("its size and its data differ");
        // The size of a command has 14 bits.
        if (input.InSize > ServerScope.ScratchSize || input.OutSize > (uint)(frame.RoomLength - header))
            return scope.Malformed("its data are larger than a command's can be");
        Errno error = OwnHandle(input.Fh, node, out ulong handle);
        if (error != Errno.Success)
            return error;
        // On uring the result is written where the input stands.
        Span<byte> data = scope.Scratch.AsSpan(0, (int)input.InSize);
        frame.RestBytes[..data.Length].CopyTo(data);
        var reply = new IoctlReply(frame.RoomBytes.Slice(header, (int)input.OutSize));
        error = _fileSystem.Ioctl(Ask(scope), node, handle, input.Cmd, input.Arg, input.Flags, data, ref reply);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        if ((uint)reply.Length > (uint)reply.Room.Length || reply.Result < 0)
            return scope.Broken("its result is negative, or longer than what was asked for");
        MemoryMarshal.Write(frame.RoomBytes, new FuseIoctlOut { Result = reply.Result });
        frame.SetFilled(header + reply.Length);
        return Errno.Success;
    }

    private Errno Poll(ServerScope scope, ref RequestFrame frame)
    {
        FusePollIn input = frame.FixedAs<FusePollIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        if (error != Errno.Success)
            return error;
        ulong pollHandle = (input.Flags & FuseConstants.PollScheduleNotify) != 0 ? input.Kh : 0;
        uint ready = 0;
        error = _fileSystem.Poll(Ask(scope), frame.Head.NodeId, handle, pollHandle, input.Events, ref ready);
        return error != Errno.Success ? error : Reply(scope, ref frame, new FusePollOut { Revents = ready });
    }

    private Errno Bmap(ServerScope scope, ref RequestFrame frame)
    {
        FuseBmapIn input = frame.FixedAs<FuseBmapIn>();
        ulong block = input.Block;
        Errno error = _fileSystem.Bmap(Ask(scope), frame.Head.NodeId, input.Blocksize, ref block);
        return error != Errno.Success ? error : Reply(scope, ref frame, new FuseBmapOut { Block = block });
    }

    private Errno SyncFs(ServerScope scope, ref RequestFrame frame) => _fileSystem.SyncFs(Ask(scope), frame.Head.NodeId);

    private Errno SetupMapping(ServerScope scope, ref RequestFrame frame)
    {
        FuseSetupmappingIn input = frame.FixedAs<FuseSetupmappingIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        return error != Errno.Success
            ? error
            : _fileSystem.SetupMapping(Ask(scope), frame.Head.NodeId, handle, input.Foffset, input.Len, input.Flags, input.Moffset);
    }

    private Errno RemoveMapping(ServerScope scope, ref RequestFrame frame)
    {
        uint count = frame.FixedAs<FuseRemovemappingIn>().Count;
        RequestReader tail = scope.Tail;
        if ((long)count * Unsafe.SizeOf<FuseRemovemappingOne>() != scope.TailLength)
            return scope.Malformed("its count and its length differ");
        while (tail.TryRead(out FuseRemovemappingOne one))
        {
            Errno error = _fileSystem.RemoveMapping(Ask(scope), one.Moffset, one.Len);
            if (error != Errno.Success)
                return error;
        }
        return Errno.Success;
    }
}
