using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>GETATTR, SETATTR, STATX, STATFS, ACCESS.</content>
internal sealed partial class Dispatcher
{
    private const uint AccessBits = 7;

    private Errno GetAttr(ServerScope scope, ref RequestFrame frame)
    {
        ref readonly FuseGetattrIn input = ref frame.FixedAs<FuseGetattrIn>();
        ulong node = frame.Head.NodeId;
        ulong handle = 0;
        if ((input.GetattrFlags & FuseConstants.GetAttrFh) != 0)
        {
            Errno wrong = OwnHandle(input.Fh, node, out handle);
            if (wrong != Errno.Success)
                return wrong;
        }
        scope.Target = new DeferredTarget { Node = node };
        Attributes attributes = default;
        CacheTimeout timeout = _attrTimeout;
        Errno error = _fileSystem.GetAttr(Ask(scope), node, handle, ref attributes, ref timeout);
        return error != Errno.Success ? error : ReplyAttributes(scope, ref frame, attributes, timeout);
    }

    private Errno SetAttr(ServerScope scope, ref RequestFrame frame)
    {
        FuseSetattrIn input = frame.FixedAs<FuseSetattrIn>();
        ulong node = frame.Head.NodeId;
        var fields = (AttributeFields)input.Valid;
        if (input.AtimeNsec > 999_999_999 || input.MtimeNsec > 999_999_999 || input.CtimeNsec > 999_999_999)
            return scope.Malformed("a time has more than 999999999 nanoseconds");
        if ((fields & AttributeFields.Size) != 0 && input.Size > long.MaxValue)
            return scope.Malformed("its size is beyond 2^63 - 1");
        ulong handle = 0;
        if ((fields & AttributeFields.Handle) != 0)
        {
            Errno wrong = OwnHandle(input.Fh, node, out handle);
            if (wrong != Errno.Success)
                return wrong;
        }
        var changes = new AttributeChanges
        {
            Fields = fields,
            Mode = input.Mode,
            Uid = input.Uid,
            Gid = input.Gid,
            Size = input.Size,
            Atime = new Timestamp((long)input.Atime, input.AtimeNsec),
            Mtime = new Timestamp((long)input.Mtime, input.MtimeNsec),
            Ctime = new Timestamp((long)input.Ctime, input.CtimeNsec),
            LockOwner = input.LockOwner,
        };
        scope.Target = new DeferredTarget { Node = node };
        Attributes attributes = default;
        CacheTimeout timeout = _attrTimeout;
        Errno error = _fileSystem.SetAttr(Ask(scope), node, handle, changes, ref attributes, ref timeout);
        return error != Errno.Success ? error : ReplyAttributes(scope, ref frame, attributes, timeout);
    }

    private Errno Statx(ServerScope scope, ref RequestFrame frame)
    {
        FuseStatxIn input = frame.FixedAs<FuseStatxIn>();
        ulong node = frame.Head.NodeId;
        ulong handle = 0;
        if ((input.GetattrFlags & FuseConstants.GetAttrFh) != 0)
        {
            Errno wrong = OwnHandle(input.Fh, node, out handle);
            if (wrong != Errno.Success)
                return wrong;
        }
        ExtendedAttributes attributes = default;
        CacheTimeout timeout = _attrTimeout;
        Errno error = _fileSystem.Statx(Ask(scope), node, handle, input.SxFlags, input.SxMask, ref attributes, ref timeout);
        if (error != Errno.Success || scope.IsDeferred)
            return error;
        string? wrongReply = ReplyCheck.Attributes(attributes.Attributes) ?? ReplyCheck.Timeout(timeout);
        if (wrongReply is not null)
            return scope.Broken(wrongReply);
        if (attributes.Btime.Nanoseconds > 999_999_999)
            return scope.Broken("the time of birth has more than 999999999 nanoseconds");
        return Reply(scope, ref frame, Encode(attributes, node, timeout));
    }

    private Errno StatFs(ServerScope scope, ref RequestFrame frame)
    {
        StatFs stat = default;
        Errno error = _fileSystem.StatFs(Ask(scope), frame.Head.NodeId, ref stat);
        if (error != Errno.Success)
            return error;
        var wire = new FuseStatfsOut
        {
            St = new FuseKstatfs
            {
                Blocks = stat.Blocks,
                BFree = stat.FreeBlocks,
                BAvail = stat.AvailableBlocks,
                Files = stat.Files,
                FFree = stat.FreeFiles,
                BSize = stat.BlockSize,
                NameLength = stat.NameLength,
                FrSize = stat.FragmentSize,
            },
        };
        return Reply(scope, ref frame, wire);
    }

    private Errno Access(ServerScope scope, ref RequestFrame frame)
    {
        uint mask = frame.FixedAs<FuseAccessIn>().Mask;
        return (mask & ~AccessBits) != 0
            ? scope.Malformed("its mask has more than read, write and execute")
            : _fileSystem.Access(Ask(scope), frame.Head.NodeId, mask);
    }

    private static FuseStatxOut Encode(in ExtendedAttributes extended, ulong node, CacheTimeout timeout)
    {
        Attributes plain = extended.Attributes;
        return new FuseStatxOut
        {
            AttrValid = timeout.Seconds,
            AttrValidNsec = timeout.Nanoseconds,
            Flags = plain.Flags,
            Stat = new FuseStatx
            {
                Mask = extended.Mask,
                BlkSize = plain.BlockSize,
                Attributes = extended.AttributeBits,
                AttributesMask = extended.AttributeMask,
                Nlink = plain.Nlink,
                Uid = plain.Uid,
                Gid = plain.Gid,
                Mode = (ushort)plain.Mode,
                Ino = plain.Ino != 0 ? plain.Ino : node,
                Size = plain.Size,
                Blocks = plain.Blocks,
                Atime = Encode(plain.Atime),
                Btime = Encode(extended.Btime),
                Ctime = Encode(plain.Ctime),
                Mtime = Encode(plain.Mtime),
                // new_encode_dev: 12 bits of the major number between the low 8 and the high 12 of the minor.
                RdevMajor = (plain.Rdev & 0xfff00) >> 8,
                RdevMinor = (plain.Rdev & 0xff) | ((plain.Rdev >> 12) & 0xfff00),
            },
        };
    }

    private static FuseSxTime Encode(Timestamp time) => new() { TvSec = time.Seconds, TvNsec = time.Nanoseconds };
}
