using Zufs.Interop;

namespace Zufs.Channels;

/// <content>Replies: what stands in the room is named by its length; what is lent, by its pieces.</content>
public sealed unsafe partial class ZufsChannel
{
    // Puts the reply where the kernel reads it. Returns what the next call is to do about it beside receiving.
    private uint PutReply(ref RequestFrame frame)
    {
        switch (frame.Reply)
        {
            case ReplyKind.Error:
                Put(frame.Error, 0);
                break;
            case ReplyKind.None:
                Put(0, 0);
                break;
            case ReplyKind.Filled when (uint)frame.Length <= (uint)_roomLength:
                Put(0, frame.Length);
                break;
            case ReplyKind.Lent:
                return PutLent(ref frame);
            default:
                // Without a reply the application would wait for ever.
                Put(LibC.EIO, 0);
                break;
        }
        return LibC.ZUFS_X_REPLY;
    }

    private uint PutLent(ref RequestFrame frame)
    {
        uint what = LibC.ZUFS_X_REPLY;
        if (!LentReply.AddsUp(in frame, _roomLength))
        {
            Put(LibC.EIO, 0);
        }
        else if (frame.Length < _transport.LendMin || frame.LentCount > LibC.ZUFS_LEND_MAX)
        {
            Put(0, LentReply.CopyTo(frame.Room, frame.Lent, frame.LentCount));
        }
        else
        {
            Lend(in frame);
            if (frame.LentTaken is null)
                return LibC.ZUFS_X_REPLY;
            // By a call of its own: a lease that lasted until the next request came would keep freed memory for as long.
            if (_queue.Exchange(_slot, LibC.ZUFS_X_REPLY) < 0 && LibC.LastError != LibC.EINTR)
                throw new LibCException("A lent reply on a zufs channel", LibC.LastError);
            what = 0;
        }
        ILentReplyTaken? taken = frame.LentTaken;
        frame.LentTaken = null;
        taken?.OnTaken();
        return what;
    }

    private void Put(int errno, int length)
    {
        // SAFETY: the slot is this thread's, and the length was checked against the room.
        ZufsSlot* head = _queue.Head(_slot);
        head->Error = RequestFormat.WireError(errno);
        head->ReplyKind = LibC.ZUFS_REPLY_FILL;
        head->OutLen = (uint)length;
        head->LendCount = 0;
    }

    private void Lend(in RequestFrame frame)
    {
        // SAFETY: there are at most as many pieces as the slot has room for, and their sum was checked.
        ZufsSlot* head = _queue.Head(_slot);
        ZufsPiece* pieces = &head->Lend;
        for (int i = 0; i < frame.LentCount; i++)
            pieces[i] = new ZufsPiece { Addr = (ulong)frame.Lent[i].Address, Len = (ulong)frame.Lent[i].Length };
        head->Error = 0;
        head->ReplyKind = LibC.ZUFS_REPLY_LEND;
        head->OutLen = (uint)frame.Length;
        head->LendCount = (uint)frame.LentCount;
    }
}
