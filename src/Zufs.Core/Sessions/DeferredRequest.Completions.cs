using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Sessions;

/// <content>Each way to complete, encoded as its operation's reply.</content>
internal sealed partial class DeferredRequest
{
    private const string WrongKind = "it was completed as another operation";

    /// <inheritdoc/>
    public override Span<byte> Room => _row?.Opcode switch
    {
        FUSE_READ or FUSE_READLINK or FUSE_GETXATTR or FUSE_LISTXATTR => _frame.RoomBytes[..Math.Min(_target.Asked, _frame.RoomLength)],
        _ => [],
    };

    /// <inheritdoc/>
    public override void Complete(Errno error)
    {
        if (!TryTake())
            return;
        if (!ReplyCheck.IsErrno(error))
            Broken($"{(int)error} is no errno");
        else if (error == Errno.Success && _row!.ReplySize != 0)
            Broken("success without the reply's structure");
        else
            Finish(error, 0);
    }

    /// <inheritdoc/>
    public override void CompleteData(int count)
    {
        if (!TryTake())
            return;
        switch (_row!.Opcode)
        {
            case FUSE_GETXATTR or FUSE_LISTXATTR when _target.Asked == 0:
                if (count < 0)
                    Broken("its size is negative");
                else
                    Reply(new FuseGetxattrOut { Size = (uint)count });
                break;
            case FUSE_READ or FUSE_READLINK or FUSE_GETXATTR or FUSE_LISTXATTR:
                if ((uint)count > (uint)_target.Asked)
                    Broken($"{count} bytes of {_target.Asked}");
                else
                    Finish(Errno.Success, count);
                break;
            case FUSE_WRITE:
                if ((uint)count > (uint)_target.Asked)
                    Broken($"{count} bytes of {_target.Asked}");
                else
                    Reply(new FuseWriteOut { Size = (uint)count });
                break;
            default:
                Broken(WrongKind);
                break;
        }
    }

    /// <inheritdoc/>
    public override void CompleteEntry(in Entry entry)
    {
        if (!TryTake())
            return;
        bool isLookup = _row!.Opcode == FUSE_LOOKUP;
        if (_row.ReplySize != Unsafe.SizeOf<FuseEntryOut>())
        {
            Broken(WrongKind);
            return;
        }
        string? wrong = ReplyCheck.Entry(entry, mayBeNegative: isLookup, mayBeRoot: false);
        if (wrong is not null)
        {
            Broken(wrong);
            return;
        }
        AttributesEncoding.Encode(entry, out FuseEntryOut wire);
        Reply(wire);
    }

    /// <inheritdoc/>
    public override void CompleteAttributes(in Attributes attributes, CacheTimeout timeout)
    {
        if (!TryTake())
            return;
        string? wrong = _row!.Opcode is FUSE_GETATTR or FUSE_SETATTR ? ReplyCheck.Attributes(attributes) ?? ReplyCheck.Timeout(timeout) : WrongKind;
        if (wrong is not null)
        {
            Broken(wrong);
            return;
        }
        var wire = new FuseAttrOut { AttrValid = timeout.Seconds, AttrValidNsec = timeout.Nanoseconds };
        AttributesEncoding.Encode(attributes, _target.Node, out wire.Attr);
        Reply(wire);
    }

    /// <inheritdoc/>
    public override void CompleteOpen(in OpenFile file)
    {
        if (!TryTake())
            return;
        if (_row!.Opcode is not (FUSE_OPEN or FUSE_OPENDIR))
        {
            Broken(WrongKind);
            return;
        }
        Errno error = _target.Dispatcher!.MakeHandle(_target.Node, _target.OpenFlags, file, out FuseOpenOut wire);
        if (error == Errno.Success)
            Reply(wire);
        else
            Finish(error, 0);
    }

    /// <inheritdoc/>
    public override void CompleteLock(in FileLock fileLock)
    {
        if (!TryTake())
            return;
        string? wrong = _row!.Opcode == FUSE_GETLK ? ReplyCheck.Lock(fileLock) : WrongKind;
        if (wrong is not null)
            Broken(wrong);
        else
            Reply(Dispatcher.Encode(fileLock));
    }

    private void Reply<T>(in T wire)
        where T : unmanaged
    {
        MemoryMarshal.Write(_frame.RoomBytes, in wire);
        Finish(Errno.Success, Unsafe.SizeOf<T>());
    }
}
