using Zufs.Arenas;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <content>Replies: one <c>write</c> for what stands in the room, one <c>writev</c> for what is lent.</content>
public sealed unsafe partial class FuseChannel
{
    // Pieces of a lent reply with its header; more are copied into the room. The kernel's own bound is 1024.
    private const int MaxVectors = 64;

    private void SendReply(ref RequestFrame frame)
    {
        switch (frame.Reply)
        {
            case ReplyKind.Error:
                WriteHeader(_current, Unique, frame.Error, 0);
                break;
            case ReplyKind.Filled:
                SendFilled(frame.Length);
                break;
            case ReplyKind.Lent:
                SendLent(ref frame);
                break;
            default:
                // Empty, None and Deferred: nothing to say.
                return;
        }
        if (FaultPoint.Hook is not null)
            FaultPoint.Reach((Unique & FuseConstants.UniqueResend) != 0 ? "again-replied" : "replied", OperationTable.Find(((FuseInHeader*)_buffers.Request(_current))->Opcode)?.Name ?? "");
    }

    // SAFETY: the request's header stays until the next read into its buffer.
    private ulong Unique => ((FuseInHeader*)_buffers.Request(_current))->Unique;

    private void SendFilled(int length)
    {
        if ((uint)length > (uint)_buffers.RoomSize)
            WriteHeader(_current, Unique, LibC.EIO, 0);
        else
            WriteHeader(_current, Unique, 0, length);
    }

    private void SendLent(ref RequestFrame frame)
    {
        if (!LentReply.AddsUp(in frame, _buffers.RoomSize))
            WriteHeader(_current, Unique, LibC.EIO, 0);
        else if (frame.LentCount >= MaxVectors)
            WriteHeader(_current, Unique, 0, LentReply.CopyTo(_buffers.Room(_current), frame.Lent, frame.LentCount));
        else
            WriteLent(frame.Lent, frame.LentCount, frame.Length);
        ILentReplyTaken? taken = frame.LentTaken;
        frame.LentTaken = null;
        taken?.OnTaken();
    }

    private void WriteLent(UnmanagedMemory* pieces, int count, int length)
    {
        FuseOutHeader header = new() { Len = (uint)(RequestFormat.ReplyHeaderSize + length), Error = 0, Unique = Unique };
        _vectors[0] = new IoVector { Address = &header, Length = RequestFormat.ReplyHeaderSize };
        for (int i = 0; i < count; i++)
            _vectors[i + 1] = new IoVector { Address = (void*)pieces[i].Address, Length = (nuint)pieces[i].Length };
        // SAFETY: the vectors name the header above and the lent pieces; the kernel copies from them during the call.
        LibC.writev(_connection, _vectors, count + 1);
    }

    // The reply's header stands right before the room, so that header and body are one piece. What write says isn't looked at: ENOENT is a request
    // that was interrupted or aborted, EINVAL a body that doesn't suit the operation (the kernel ends the request with EIO), and
    // the end of the connection is seen by the next read.
    private void WriteHeader(int slot, ulong unique, int errno, int length)
    {
        // SAFETY: 16 bytes before the room belong to its slot, and the length was checked against the room.
        var header = (FuseOutHeader*)(_buffers.Room(slot) - RequestFormat.ReplyHeaderSize);
        header->Len = (uint)(RequestFormat.ReplyHeaderSize + length);
        header->Error = RequestFormat.WireError(errno);
        header->Unique = unique;
        LibC.write(_connection, header, header->Len);
    }
}
