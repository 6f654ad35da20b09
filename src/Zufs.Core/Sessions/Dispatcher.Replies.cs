using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>
/// The ways a reply is made. Each checks what the file system said before a byte of it is written, and touches nothing when the request was
/// deferred. Structures are computed in locals: on <c>uring</c> the room is where the request's names stood.
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>A GETLK's reply.</summary>
    public static FuseLkOut Encode(in FileLock fileLock) => new()
    {
        Lock = new FuseFileLock { Start = fileLock.Start, End = fileLock.End, Type = fileLock.Type, Pid = fileLock.Pid },
    };

    /// <summary>Gives an open file its <c>fh</c>.</summary>
    /// <returns>EIO when the options make no sense, ENFILE when there is no room for another.</returns>
    public Errno MakeHandle(ulong node, uint flags, in OpenFile file, out FuseOpenOut wire)
    {
        wire = default;
        const OpenOptions Known = (OpenOptions)((uint)OpenOptions.Passthrough * 2 - 1);
        if ((file.Options & ~Known) != 0)
            return Errno.EIO;
        bool isPassthrough = (file.Options & OpenOptions.Passthrough) != 0;
        if (isPassthrough && (_negotiation.Granted & FileSystemFeatures.Passthrough) == 0)
            return Errno.EIO;
        ulong fh = _handles.Open(node, file.Handle, flags, (uint)file.Options, file.BackingId);
        if (fh == 0)
            return Errno.ENFILE;
        wire.Fh = fh;
        wire.OpenFlags = (uint)file.Options;
        wire.BackingId = isPassthrough ? file.BackingId : 0;
        return Errno.Success;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Errno Reply<T>(ServerScope scope, ref RequestFrame frame, in T wire)
        where T : unmanaged
    {
        if (scope.IsDeferred)
            return Errno.Success;
        MemoryMarshal.Write(frame.RoomBytes, in wire);
        frame.SetFilled(Unsafe.SizeOf<T>());
        return Errno.Success;
    }

    private Entry NewEntry() => new() { EntryTimeout = _entryTimeout, AttrTimeout = _attrTimeout };

    private static Errno ReplyEntry(ServerScope scope, ref RequestFrame frame, in Entry entry, bool mayBeNegative = false, bool mayBeRoot = false)
    {
        if (scope.IsDeferred)
            return Errno.Success;
        string? wrong = ReplyCheck.Entry(entry, mayBeNegative, mayBeRoot);
        if (wrong is not null)
            return scope.Broken(wrong);
        AttributesEncoding.Encode(entry, out FuseEntryOut wire);
        return Reply(scope, ref frame, wire);
    }

    private static Errno ReplyAttributes(ServerScope scope, ref RequestFrame frame, in Attributes attributes, CacheTimeout timeout)
    {
        if (scope.IsDeferred)
            return Errno.Success;
        string? wrong = ReplyCheck.Attributes(attributes) ?? ReplyCheck.Timeout(timeout);
        if (wrong is not null)
            return scope.Broken(wrong);
        var wire = new FuseAttrOut { AttrValid = timeout.Seconds, AttrValidNsec = timeout.Nanoseconds };
        AttributesEncoding.Encode(attributes, frame.Head.NodeId, out wire.Attr);
        return Reply(scope, ref frame, wire);
    }

    private static Errno ReplyData(ServerScope scope, ref RequestFrame frame, scoped in DataReply reply)
    {
        if (scope.IsDeferred)
            return Errno.Success;
        if (!reply.IsLent)
        {
            reply.Lease?.Release(reply.LeaseToken);
            frame.SetFilled(reply.Length);
            return Errno.Success;
        }
        long length = 0;
        foreach (Arenas.UnmanagedMemory piece in reply.Lent)
        {
            if (piece.Length < 0 || piece.Address == 0)
                length = long.MinValue;
            length += piece.Length;
        }
        if (length != reply.Length)
        {
            reply.Lease?.Release(reply.LeaseToken);
            return scope.Broken("the pieces it lent don't add up");
        }
        if (reply.Lease is not null)
            scope.SetLease(reply.Lease, reply.LeaseToken);
        frame.SetLent(scope.Lent, reply.Lent.Length, reply.Length, reply.Lease is null ? null : scope);
        return Errno.Success;
    }

    private static Errno ReplyXAttr(ServerScope scope, ref RequestFrame frame, scoped in XAttrReply reply)
    {
        if (scope.IsDeferred)
            return Errno.Success;
        if (reply.Size < 0)
            return scope.Broken("its size is negative");
        if (reply.IsSizeQuery)
            return Reply(scope, ref frame, new FuseGetxattrOut { Size = (uint)reply.Size });
        if (reply.Size > reply.Room.Length)
            return scope.Broken($"it says {reply.Size} bytes where {reply.Room.Length} were asked for");
        frame.SetFilled(reply.Size);
        return Errno.Success;
    }
}
