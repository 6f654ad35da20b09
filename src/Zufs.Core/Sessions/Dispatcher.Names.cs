using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>MKNOD, MKDIR, SYMLINK, LINK, READLINK, UNLINK, RMDIR, RENAME, RENAME2: names that come and go.</content>
internal sealed partial class Dispatcher
{
    // PATH_MAX without its NUL: the longest target of a symbolic link, and what READLINK has room for.
    private const int MaxTarget = 4095;

    private Errno MkNod(ServerScope scope, ref RequestFrame frame)
    {
        FuseMknodIn input = frame.FixedAs<FuseMknodIn>();
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        Entry entry = NewEntry();
        error = _fileSystem.MkNod(Ask(scope), frame.Head.NodeId, name, input.Mode, input.Rdev, input.Umask, ref entry);
        return error != Errno.Success ? error : ReplyEntry(scope, ref frame, entry);
    }

    private Errno MkDir(ServerScope scope, ref RequestFrame frame)
    {
        FuseMkdirIn input = frame.FixedAs<FuseMkdirIn>();
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        Entry entry = NewEntry();
        error = _fileSystem.MkDir(Ask(scope), frame.Head.NodeId, name, input.Mode, input.Umask, ref entry);
        return error != Errno.Success ? error : ReplyEntry(scope, ref frame, entry);
    }

    private Errno SymLink(ServerScope scope, ref RequestFrame frame)
    {
        RequestReader tail = scope.Tail;
        Errno error = scope.ReadName(ref tail, out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        if (!tail.TryReadString(out ReadOnlySpan<byte> target))
            return scope.Malformed("its target is empty or has no end");
        error = scope.ReadEnd(ref tail);
        if (error != Errno.Success)
            return error;
        if (target.Length > MaxTarget)
            return Errno.ENAMETOOLONG;
        Entry entry = NewEntry();
        error = _fileSystem.SymLink(Ask(scope), frame.Head.NodeId, name, target, ref entry);
        return error != Errno.Success ? error : ReplyEntry(scope, ref frame, entry);
    }

    private Errno Link(ServerScope scope, ref RequestFrame frame)
    {
        ulong node = frame.FixedAs<FuseLinkIn>().OldNodeId;
        if (!ReplyCheck.IsNode(node))
            return scope.Malformed("the node to link can't be one");
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        Entry entry = NewEntry();
        error = _fileSystem.Link(Ask(scope), node, frame.Head.NodeId, name, ref entry);
        return error != Errno.Success ? error : ReplyEntry(scope, ref frame, entry);
    }

    private Errno ReadLink(ServerScope scope, ref RequestFrame frame)
    {
        int asked = Math.Min(MaxTarget, frame.RoomLength);
        scope.Target = new DeferredTarget { Asked = asked };
        var reply = new DataReply(frame.RoomBytes[..asked], scope.Lent);
        Errno error = _fileSystem.ReadLink(Ask(scope), frame.Head.NodeId, ref reply);
        if (error != Errno.Success)
            reply.Lease?.Release(reply.LeaseToken);
        return error != Errno.Success ? error : ReplyData(scope, ref frame, reply);
    }

    private Errno Unlink(ServerScope scope, ref RequestFrame frame)
    {
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        return error != Errno.Success ? error : _fileSystem.Unlink(Ask(scope), frame.Head.NodeId, name);
    }

    private Errno RmDir(ServerScope scope, ref RequestFrame frame)
    {
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        return error != Errno.Success ? error : _fileSystem.RmDir(Ask(scope), frame.Head.NodeId, name);
    }

    private Errno Rename(ServerScope scope, ref RequestFrame frame) =>
        RenameTo(scope, ref frame, frame.FixedAs<FuseRenameIn>().NewDir, 0);

    private Errno Rename2(ServerScope scope, ref RequestFrame frame)
    {
        FuseRename2In input = frame.FixedAs<FuseRename2In>();
        return RenameTo(scope, ref frame, input.NewDir, input.Flags);
    }

    private Errno RenameTo(ServerScope scope, ref RequestFrame frame, ulong newParent, uint flags)
    {
        if (!ReplyCheck.IsNode(newParent))
            return scope.Malformed("the new directory can't be a node");
        RequestReader tail = scope.Tail;
        Errno error = scope.ReadName(ref tail, out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        error = scope.ReadName(ref tail, out ReadOnlySpan<byte> newName);
        if (error != Errno.Success)
            return error;
        error = scope.ReadEnd(ref tail);
        return error != Errno.Success
            ? error
            : _fileSystem.Rename(Ask(scope), frame.Head.NodeId, name, newParent, newName, flags);
    }
}
