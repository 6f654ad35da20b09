using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>OPENDIR, READDIR, READDIRPLUS, RELEASEDIR, FSYNCDIR.</content>
internal sealed partial class Dispatcher
{
    private Errno OpenDir(ServerScope scope, ref RequestFrame frame)
    {
        uint flags = frame.FixedAs<FuseOpenIn>().Flags;
        ulong node = frame.Head.NodeId;
        scope.Target = new DeferredTarget { Dispatcher = this, Node = node, OpenFlags = flags };
        OpenFile directory = default;
        Errno error = _fileSystem.OpenDir(Ask(scope), node, flags, ref directory);
        if (error == Errno.ENOSYS && _negotiation.Agreed.HasFlag(InitFlags.NoOpendirSupport))
            NoteNoOpen(ref Record.HasNoOpenDir);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        error = MakeHandle(node, flags, directory, out FuseOpenOut wire);
        if (error != Errno.Success)
        {
            _fileSystem.ReleaseDir(Ask(scope), node, directory.Handle, flags);
            return Refused(scope, error);
        }
        return Reply(scope, ref frame, wire);
    }

    private Errno ReadDir(ServerScope scope, ref RequestFrame frame) => ReadDir(scope, ref frame, isPlus: false);

    private Errno ReadDirPlus(ServerScope scope, ref RequestFrame frame) => ReadDir(scope, ref frame, isPlus: true);

    private Errno ReadDir(ServerScope scope, ref RequestFrame frame, bool isPlus)
    {
        FuseReadIn input = frame.FixedAs<FuseReadIn>();
        ulong node = frame.Head.NodeId;
        if (input.Size > (uint)frame.RoomLength)
            return scope.Malformed("it asks for more than was agreed on");
        Errno error = OwnHandle(input.Fh, node, out ulong handle);
        if (error != Errno.Success)
            return error;
        scope.Target = new DeferredTarget { Node = node };
        var writer = new DirectoryWriter(frame.RoomBytes[..(int)input.Size], isPlus, _entryTimeout, _attrTimeout);
        error = _fileSystem.ReadDir(Ask(scope), node, handle, input.Offset, ref writer);
        if (error == Errno.Success && !scope.IsDeferred)
            frame.SetFilled(writer.Length);
        return error;
    }

    private Errno ReleaseDir(ServerScope scope, ref RequestFrame frame)
    {
        FuseReleaseIn input = frame.FixedAs<FuseReleaseIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        if (error != Errno.Success)
            return error;
        try
        {
            return _fileSystem.ReleaseDir(Ask(scope), frame.Head.NodeId, handle, input.Flags);
        }
        finally
        {
            _handles.Release(input.Fh);
        }
    }

    private Errno FSyncDir(ServerScope scope, ref RequestFrame frame)
    {
        FuseFsyncIn input = frame.FixedAs<FuseFsyncIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        bool dataOnly = (input.FsyncFlags & FuseConstants.FsyncFdatasync) != 0;
        return error != Errno.Success ? error : _fileSystem.FSyncDir(Ask(scope), frame.Head.NodeId, handle, dataOnly);
    }
}
