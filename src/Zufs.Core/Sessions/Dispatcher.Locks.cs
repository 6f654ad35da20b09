using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>GETLK, SETLK, SETLKW: POSIX locks, and flocks as locks of the whole file.</content>
internal sealed partial class Dispatcher
{
    private Errno GetLk(ServerScope scope, ref RequestFrame frame)
    {
        Errno error = ReadLock(scope, ref frame, out FuseLkIn input, out ulong handle, out FileLock fileLock);
        if (error != Errno.Success)
            return error;
        error = _fileSystem.GetLk(Ask(scope), frame.Head.NodeId, handle, input.Owner, ref fileLock);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        return ReplyCheck.Lock(fileLock) is { } wrong ? scope.Broken(wrong) : Reply(scope, ref frame, Encode(fileLock));
    }

    private Errno SetLk(ServerScope scope, ref RequestFrame frame) => SetLk(scope, ref frame, wait: false);

    private Errno SetLkWait(ServerScope scope, ref RequestFrame frame) => SetLk(scope, ref frame, wait: true);

    private Errno SetLk(ServerScope scope, ref RequestFrame frame, bool wait)
    {
        Errno error = ReadLock(scope, ref frame, out FuseLkIn input, out ulong handle, out FileLock fileLock);
        bool isFlock = (input.LkFlags & FuseConstants.LkFlock) != 0;
        return error != Errno.Success
            ? error
            : _fileSystem.SetLk(Ask(scope), frame.Head.NodeId, handle, input.Owner, fileLock, isFlock, wait);
    }

    private Errno ReadLock(ServerScope scope, ref RequestFrame frame, out FuseLkIn input, out ulong handle, out FileLock fileLock)
    {
        input = frame.FixedAs<FuseLkIn>();
        handle = 0;
        fileLock = new FileLock { Start = input.Lock.Start, End = input.Lock.End, Type = input.Lock.Type, Pid = input.Lock.Pid };
        return ReplyCheck.Lock(fileLock) is { } wrong
            ? scope.Malformed(wrong)
            : OwnHandle(input.Fh, frame.Head.NodeId, out handle);
    }
}
