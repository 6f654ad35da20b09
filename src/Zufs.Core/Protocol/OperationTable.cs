using System.Runtime.CompilerServices;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Protocol;

/// <summary>
/// Every operation of FUSE 7.45 as data: the one table that splitting, dispatch, counting, tracing and tests read.
/// </summary>
public static class OperationTable
{
    /// <summary>Opcodes are below this, but for CUSE_INIT.</summary>
    public const int Size = 64;

    private static readonly Operation[] s_rows =
    [
        Row(FUSE_LOOKUP, 0, RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>()),
        Row(FUSE_FORGET, SizeOf<FuseForgetIn>(), RequestTail.None, ReplyBody.NoReply),
        Row(FUSE_GETATTR, SizeOf<FuseGetattrIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseAttrOut>()),
        Row(FUSE_SETATTR, SizeOf<FuseSetattrIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseAttrOut>()),
        Row(FUSE_READLINK, 0, RequestTail.None, ReplyBody.Data),
        Row(FUSE_SYMLINK, 0, RequestTail.TwoNames, ReplyBody.Structures, SizeOf<FuseEntryOut>()),
        Row(FUSE_MKNOD, SizeOf<FuseMknodIn>(), RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>()),
        Row(FUSE_MKDIR, SizeOf<FuseMkdirIn>(), RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>()),
        Row(FUSE_UNLINK, 0, RequestTail.Name, ReplyBody.Nothing),
        Row(FUSE_RMDIR, 0, RequestTail.Name, ReplyBody.Nothing),
        Row(FUSE_RENAME, SizeOf<FuseRenameIn>(), RequestTail.TwoNames, ReplyBody.Nothing),
        Row(FUSE_LINK, SizeOf<FuseLinkIn>(), RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>()),
        Row(FUSE_OPEN, SizeOf<FuseOpenIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseOpenOut>()),
        Row(FUSE_READ, SizeOf<FuseReadIn>(), RequestTail.None, ReplyBody.Data),
        Row(FUSE_WRITE, SizeOf<FuseWriteIn>(), RequestTail.Data, ReplyBody.Structures, SizeOf<FuseWriteOut>()),
        Row(FUSE_STATFS, 0, RequestTail.None, ReplyBody.Structures, SizeOf<FuseStatfsOut>()),
        Row(FUSE_RELEASE, SizeOf<FuseReleaseIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_FSYNC, SizeOf<FuseFsyncIn>(), RequestTail.None, ReplyBody.Nothing),
        // Its fixed part is FuseSetxattrIn, or the first 8 bytes of it where SETXATTR_EXT wasn't agreed on.
        Row(FUSE_SETXATTR, 8, RequestTail.NameAndData, ReplyBody.Nothing),
        Row(FUSE_GETXATTR, SizeOf<FuseGetxattrIn>(), RequestTail.Name, ReplyBody.StructuresOrData, SizeOf<FuseGetxattrOut>()),
        Row(FUSE_LISTXATTR, SizeOf<FuseGetxattrIn>(), RequestTail.None, ReplyBody.StructuresOrData, SizeOf<FuseGetxattrOut>()),
        Row(FUSE_REMOVEXATTR, 0, RequestTail.Name, ReplyBody.Nothing),
        Row(FUSE_FLUSH, SizeOf<FuseFlushIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_INIT, 16, RequestTail.Data, ReplyBody.Structures, SizeOf<FuseInitOut>()),
        Row(FUSE_OPENDIR, SizeOf<FuseOpenIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseOpenOut>()),
        Row(FUSE_READDIR, SizeOf<FuseReadIn>(), RequestTail.None, ReplyBody.Data),
        Row(FUSE_RELEASEDIR, SizeOf<FuseReleaseIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_FSYNCDIR, SizeOf<FuseFsyncIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_GETLK, SizeOf<FuseLkIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseLkOut>()),
        Row(FUSE_SETLK, SizeOf<FuseLkIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_SETLKW, SizeOf<FuseLkIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_ACCESS, SizeOf<FuseAccessIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_CREATE, SizeOf<FuseCreateIn>(), RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>() + SizeOf<FuseOpenOut>()),
        Row(FUSE_INTERRUPT, SizeOf<FuseInterruptIn>(), RequestTail.None, ReplyBody.NoReply),
        Row(FUSE_BMAP, SizeOf<FuseBmapIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseBmapOut>(), sentByLinux: false),
        Row(FUSE_DESTROY, 0, RequestTail.None, ReplyBody.Nothing, 0, sentByLinux: false),
        Row(FUSE_IOCTL, SizeOf<FuseIoctlIn>(), RequestTail.Data, ReplyBody.StructuresThenData, SizeOf<FuseIoctlOut>()),
        Row(FUSE_POLL, SizeOf<FusePollIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FusePollOut>()),
        Row(FUSE_NOTIFY_REPLY, SizeOf<FuseNotifyRetrieveIn>(), RequestTail.Data, ReplyBody.NoReply),
        Row(FUSE_BATCH_FORGET, SizeOf<FuseBatchForgetIn>(), RequestTail.Array, ReplyBody.NoReply),
        Row(FUSE_FALLOCATE, SizeOf<FuseFallocateIn>(), RequestTail.None, ReplyBody.Nothing),
        Row(FUSE_READDIRPLUS, SizeOf<FuseReadIn>(), RequestTail.None, ReplyBody.Data),
        Row(FUSE_RENAME2, SizeOf<FuseRename2In>(), RequestTail.TwoNames, ReplyBody.Nothing),
        Row(FUSE_LSEEK, SizeOf<FuseLseekIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseLseekOut>()),
        Row(FUSE_COPY_FILE_RANGE, SizeOf<FuseCopyFileRangeIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseWriteOut>()),
        Row(FUSE_SETUPMAPPING, SizeOf<FuseSetupmappingIn>(), RequestTail.None, ReplyBody.Nothing, 0, sentByLinux: false),
        Row(FUSE_REMOVEMAPPING, SizeOf<FuseRemovemappingIn>(), RequestTail.Array, ReplyBody.Nothing, 0, sentByLinux: false),
        Row(FUSE_SYNCFS, SizeOf<FuseSyncfsIn>(), RequestTail.None, ReplyBody.Nothing, 0, sentByLinux: false),
        Row(FUSE_TMPFILE, SizeOf<FuseCreateIn>(), RequestTail.Name, ReplyBody.Structures, SizeOf<FuseEntryOut>() + SizeOf<FuseOpenOut>()),
        Row(FUSE_STATX, SizeOf<FuseStatxIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseStatxOut>()),
        Row(FUSE_COPY_FILE_RANGE_64, SizeOf<FuseCopyFileRangeIn>(), RequestTail.None, ReplyBody.Structures, SizeOf<FuseCopyFileRangeOut>()),
    ];

    private static readonly Operation?[] s_byOpcode = Index();

    /// <summary>Every row, in the order of the opcodes' history.</summary>
    public static IReadOnlyList<Operation> Rows => s_rows;

    /// <summary>The row of an opcode; null for one that no version up to 7.45 has on a file system's mount.</summary>
    /// <param name="opcode">As it came.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Operation? Find(uint opcode) => opcode < Size ? s_byOpcode[opcode] : null;

    private static Operation Row(FuseOpcode opcode, int fixedSize, RequestTail tail, ReplyBody body, int replySize = 0, bool sentByLinux = true) =>
        new(opcode, fixedSize, tail, body, replySize, sentByLinux);

    private static int SizeOf<T>() => Unsafe.SizeOf<T>();

    private static Operation?[] Index()
    {
        var index = new Operation?[Size];
        foreach (Operation row in s_rows)
            index[(int)row.Opcode] = row;
        return index;
    }
}
