using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>INIT, DESTROY, INTERRUPT, NOTIFY_REPLY: what is about the connection.</content>
internal sealed partial class Dispatcher
{
    // INIT is answered before there is a dispatcher; a second one can't be meant.
    private Errno Init(ServerScope scope, ref RequestFrame frame)
    {
        scope.Malformed("INIT was answered already");
        return Errno.EPROTO;
    }

    private Errno Destroy(ServerScope scope, ref RequestFrame frame)
    {
        Destroy(scope);
        return Errno.Success;
    }

    private Errno Interrupt(ServerScope scope, ref RequestFrame frame)
    {
        ulong unique = frame.FixedAs<FuseInterruptIn>().Unique & ~FuseConstants.UniqueResend;
        return unique == 0 ? scope.Malformed("it names no request") : _inFlight.Interrupt(unique);
    }

    private Errno NotifyReply(ServerScope scope, ref RequestFrame frame)
    {
        FuseNotifyRetrieveIn input = frame.FixedAs<FuseNotifyRetrieveIn>();
        if (input.Size != (uint)scope.TailLength)
            return scope.Malformed("its size and its data differ");
        ulong cookie = Notifier.CookieOf(frame.Head.Unique);
        _fileSystem.RetrieveReply(Ask(scope), cookie, frame.Head.NodeId, input.Offset, frame.RestBytes[..(int)input.Size]);
        return Errno.Success;
    }
}
