using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>LOOKUP, FORGET, BATCH_FORGET: how the kernel comes to know nodes, and gives them back.</content>
internal sealed partial class Dispatcher
{
    private Errno Lookup(ServerScope scope, ref RequestFrame frame)
    {
        RequestReader tail = scope.Tail;
        bool isDots = false;
        if (_isExported && tail.TryReadString(out ReadOnlySpan<byte> name) && WireName.IsDots(name))
        {
            isDots = true;
            Errno trailing = scope.ReadEnd(ref tail);
            if (trailing != Errno.Success)
                return trailing;
        }
        else
        {
            Errno wrong = scope.ReadOnlyName(out name);
            if (wrong != Errno.Success)
                return wrong;
        }
        Entry entry = NewEntry();
        Errno error = _fileSystem.Lookup(Ask(scope), frame.Head.NodeId, name, ref entry);
        return error != Errno.Success ? error : ReplyEntry(scope, ref frame, entry, mayBeNegative: true, mayBeRoot: isDots);
    }

    private Errno Forget(ServerScope scope, ref RequestFrame frame)
    {
        ForgetOne(frame.Head.NodeId, frame.FixedAs<FuseForgetIn>().Nlookup);
        return Errno.Success;
    }

    private Errno BatchForget(ServerScope scope, ref RequestFrame frame)
    {
        uint count = frame.FixedAs<FuseBatchForgetIn>().Count;
        RequestReader tail = scope.Tail;
        if ((long)count * 16 != scope.TailLength)
            return scope.Malformed("its count and its length differ");
        while (tail.TryRead(out FuseForgetOne one))
        {
            if (ReplyCheck.IsNode(one.NodeId))
                ForgetOne(one.NodeId, one.Nlookup);
            else
                scope.Malformed("its node id can't be one");
        }
        return Errno.Success;
    }

    private void ForgetOne(ulong node, ulong lookups)
    {
        // The root is never looked up, so there is nothing to give back.
        if (node != FuseConstants.RootId && lookups != 0)
            _fileSystem.Forget(node, lookups);
    }
}
