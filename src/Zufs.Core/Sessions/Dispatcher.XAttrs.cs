using System.Runtime.CompilerServices;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR.</content>
internal sealed partial class Dispatcher
{
    // FUSE_SETXATTR_ACL_KILL_SGID.
    private const uint AclKillSgid = 1;
    private const int XattrNameMax = 255;

    private Errno SetXAttr(ServerScope scope, ref RequestFrame frame)
    {
        FuseSetxattrIn input = default;
        if (frame.FixedLength >= Unsafe.SizeOf<FuseSetxattrIn>())
        {
            input = frame.FixedAs<FuseSetxattrIn>();
        }
        else if (_negotiation.Agreed.HasFlag(InitFlags.SetxattrExt))
        {
            return scope.Malformed("its fixed part is short");
        }
        else
        {
            // The form before SETXATTR_EXT is the first half: size and flags.
            ulong half = frame.FixedAs<ulong>();
            input.Size = (uint)half;
            input.Flags = (uint)(half >> 32);
        }
        RequestReader tail = scope.Tail;
        Errno error = ReadXAttrName(scope, ref tail, out ReadOnlySpan<byte> name);
        if (error != Errno.Success)
            return error;
        if (!tail.TryReadBytes(input.Size, out ReadOnlySpan<byte> value) || !tail.IsAtEnd)
            return scope.Malformed("its size and its value differ");
        return _fileSystem.SetXAttr(Ask(scope), frame.Head.NodeId, name, value, input.Flags, (input.SetxattrFlags & AclKillSgid) != 0);
    }

    private Errno GetXAttr(ServerScope scope, ref RequestFrame frame)
    {
        uint size = frame.FixedAs<FuseGetxattrIn>().Size;
        if (size > (uint)frame.RoomLength)
            return scope.Malformed("it asks for more than was agreed on");
        RequestReader tail = scope.Tail;
        Errno error = ReadXAttrName(scope, ref tail, out ReadOnlySpan<byte> name);
        if (error == Errno.Success)
            error = scope.ReadEnd(ref tail);
        if (error != Errno.Success)
            return error;
        // On uring the value is written where the name stands.
        name.CopyTo(scope.Scratch);
        scope.Scratch[name.Length] = 0;
        scope.Target = new DeferredTarget { Asked = (int)size };
        var reply = new XAttrReply(frame.RoomBytes[..(int)size], size == 0);
        error = _fileSystem.GetXAttr(Ask(scope), frame.Head.NodeId, scope.Scratch.AsSpan(0, name.Length), ref reply);
        return error != Errno.Success ? error : ReplyXAttr(scope, ref frame, reply);
    }

    private Errno ListXAttr(ServerScope scope, ref RequestFrame frame)
    {
        uint size = frame.FixedAs<FuseGetxattrIn>().Size;
        if (size > (uint)frame.RoomLength)
            return scope.Malformed("it asks for more than was agreed on");
        scope.Target = new DeferredTarget { Asked = (int)size };
        var reply = new XAttrReply(frame.RoomBytes[..(int)size], size == 0);
        Errno error = _fileSystem.ListXAttr(Ask(scope), frame.Head.NodeId, ref reply);
        return error != Errno.Success ? error : ReplyXAttr(scope, ref frame, reply);
    }

    private Errno RemoveXAttr(ServerScope scope, ref RequestFrame frame)
    {
        RequestReader tail = scope.Tail;
        Errno error = ReadXAttrName(scope, ref tail, out ReadOnlySpan<byte> name);
        if (error == Errno.Success)
            error = scope.ReadEnd(ref tail);
        return error != Errno.Success ? error : _fileSystem.RemoveXAttr(Ask(scope), frame.Head.NodeId, name);
    }

    // A slash is allowed here: "user.a/b" is an ordinary name.
    private static Errno ReadXAttrName(ServerScope scope, scoped ref RequestReader tail, out ReadOnlySpan<byte> name)
    {
        if (!tail.TryReadString(out name))
            return scope.Malformed("its name is empty or has no end");
        return name.Length > XattrNameMax ? Errno.ERANGE : Errno.Success;
    }
}
