using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>OPEN, CREATE, TMPFILE, FLUSH, RELEASE: open files come and go.</content>
internal sealed partial class Dispatcher
{
    private Errno Open(ServerScope scope, ref RequestFrame frame)
    {
        FuseOpenIn input = frame.FixedAs<FuseOpenIn>();
        uint flags = input.Flags;
        ulong node = frame.Head.NodeId;
        scope.Target = new DeferredTarget { Dispatcher = this, Node = node, OpenFlags = flags };
        var file = new OpenFile { KillSuidGid = (input.OpenFlags & FuseConstants.OpenKillSuidGid) != 0 };
        Errno error = _fileSystem.Open(Ask(scope), node, flags, ref file);
        if (error == Errno.ENOSYS && _negotiation.Agreed.HasFlag(InitFlags.NoOpenSupport))
            NoteNoOpen(ref Record.HasNoOpen);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        error = MakeHandle(node, flags, file, out FuseOpenOut wire);
        if (error != Errno.Success)
        {
            _fileSystem.Release(Ask(scope), node, file.Handle, flags, ReleaseOptions.None, 0);
            return Refused(scope, error);
        }
        return Reply(scope, ref frame, wire);
    }

    private Errno Create(ServerScope scope, ref RequestFrame frame)
    {
        FuseCreateIn input = frame.FixedAs<FuseCreateIn>();
        Errno error = scope.ReadOnlyName(out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        Entry entry = NewEntry();
        var file = new OpenFile { KillSuidGid = (input.OpenFlags & FuseConstants.OpenKillSuidGid) != 0 };
        error = _fileSystem.Create(Ask(scope), frame.Head.NodeId, name, input.Mode, input.Flags, input.Umask, ref entry, ref file);
        return error != Errno.Success ? error : ReplyCreated(scope, ref frame, input.Flags, entry, file);
    }

    private Errno Tmpfile(ServerScope scope, ref RequestFrame frame)
    {
        FuseCreateIn input = frame.FixedAs<FuseCreateIn>();
        // The kernel sends the name of a dentry that has none, "/": it says nothing.
        RequestReader tail = scope.Tail;
        if (!tail.TryReadString(out _) || !tail.IsAtEnd)
            return scope.Malformed("its name has no end");
        Entry entry = NewEntry();
        OpenFile file = default;
        Errno error = _fileSystem.Tmpfile(Ask(scope), frame.Head.NodeId, input.Mode, input.Flags, input.Umask, ref entry, ref file);
        return error != Errno.Success ? error : ReplyCreated(scope, ref frame, input.Flags, entry, file);
    }

    private Errno ReplyCreated(ServerScope scope, ref RequestFrame frame, uint flags, in Entry entry, in OpenFile file)
    {
        if (scope.IsDeferred)
            return Errno.Success;
        string? wrong = ReplyCheck.Entry(entry, mayBeNegative: false, mayBeRoot: false);
        if (wrong is not null)
            return scope.Broken(wrong);
        Errno error = MakeHandle(entry.Node, flags, file, out FuseOpenOut opened);
        if (error != Errno.Success)
        {
            // The caller never learns of the file: what was opened and looked up for it is given back.
            _fileSystem.Release(Ask(scope), entry.Node, file.Handle, flags, ReleaseOptions.None, 0);
            _fileSystem.Forget(entry.Node, 1);
            return Refused(scope, error);
        }
        AttributesEncoding.Encode(entry, out FuseEntryOut wire);
        Span<byte> room = frame.RoomBytes;
        MemoryMarshal.Write(room, in wire);
        MemoryMarshal.Write(room[Unsafe.SizeOf<FuseEntryOut>()..], in opened);
        frame.SetFilled(Unsafe.SizeOf<FuseEntryOut>() + Unsafe.SizeOf<FuseOpenOut>());
        return Errno.Success;
    }

    private Errno Flush(ServerScope scope, ref RequestFrame frame)
    {
        FuseFlushIn input = frame.FixedAs<FuseFlushIn>();
        Errno error = OwnHandle(input.Fh, frame.Head.NodeId, out ulong handle);
        return error != Errno.Success ? error : _fileSystem.Flush(Ask(scope), frame.Head.NodeId, handle, input.LockOwner);
    }

    private Errno Release(ServerScope scope, ref RequestFrame frame)
    {
        FuseReleaseIn input = frame.FixedAs<FuseReleaseIn>();
        ulong node = frame.Head.NodeId;
        Errno error = OwnHandle(input.Fh, node, out ulong handle);
        if (error != Errno.Success)
            return error;
        try
        {
            return _fileSystem.Release(Ask(scope), node, handle, input.Flags, (ReleaseOptions)input.ReleaseFlags, input.LockOwner);
        }
        finally
        {
            // Whatever the file system says: the kernel never uses this fh again.
            _handles.Release(input.Fh);
        }
    }

    /// <summary>The file system's own handle behind an <c>fh</c>; EBADF when it isn't open on this node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Errno OwnHandle(ulong fh, ulong node, out ulong own)
    {
        if (_handles.TryFind(fh, node, out OpenHandle handle))
        {
            own = handle.Own;
            return Errno.Success;
        }
        own = 0;
        return fh == 0 && (Record.HasNoOpen | Record.HasNoOpenDir) != 0 ? Errno.Success : Errno.EBADF;
    }

    private ref NegotiationRecord Record => ref _arena.At<NegotiationRecord>(_arena.Root(ArenaRoot.Negotiation));

    // In the arena: after ENOSYS the kernel never opens again, and a successor must still take fh 0.
    private static void NoteNoOpen(ref int flag) => Volatile.Write(ref flag, 1);

    private static Errno Refused(ServerScope scope, Errno error) =>
        error == Errno.EIO ? scope.Broken("its open flags aren't among those agreed on") : error;
}
