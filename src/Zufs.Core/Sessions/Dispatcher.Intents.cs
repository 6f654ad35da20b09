using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Interop;
using Zufs.Protocol;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Sessions;

/// <content>
/// Effects that must not happen twice. Before one its intent is written to the arena, after it the result. A request that comes again gets its result; when
/// there is an intent only, the file system's state decides: EEXIST and ENOENT that the request itself caused are success.
/// </content>
internal sealed partial class Dispatcher
{
    // Everything else can be repeated: a WRITE bears its offset, a SETATTR its values, a RELEASE finds its handle gone.
    private const ulong Journalled =
        1UL << (int)FUSE_MKNOD | 1UL << (int)FUSE_MKDIR | 1UL << (int)FUSE_SYMLINK | 1UL << (int)FUSE_LINK | 1UL << (int)FUSE_CREATE | 1UL << (int)FUSE_TMPFILE
        | 1UL << (int)FUSE_UNLINK | 1UL << (int)FUSE_RMDIR | 1UL << (int)FUSE_RENAME | 1UL << (int)FUSE_RENAME2
        | 1UL << (int)FUSE_SETXATTR | 1UL << (int)FUSE_REMOVEXATTR
        // Not for their effect but for what they count: a second open would never be closed.
        | 1UL << (int)FUSE_OPEN | 1UL << (int)FUSE_OPENDIR;

    private const uint O_CREAT = 0x40;
    private const uint O_EXCL = 0x80;
    private const uint O_TRUNC = 0x200;
    private const uint RENAME_EXCHANGE = 2;

    /// <summary>The intents of this mount.</summary>
    public IntentJournal Intents { get; }

    private static bool IsJournalled(uint opcode) => (Journalled >> (int)opcode & 1) != 0;

    private static void Reach(ServerScope scope, string step, Operation row)
    {
        if (FaultPoint.Hook is not null)
            FaultPoint.Reach(scope.IsResend ? $"again-{step}" : step, row.Name);
    }

    private Errno ServeOnce(ServerScope scope, Operation row, ref RequestFrame frame)
    {
        bool isAgain = Intents.HasOrphans && scope.TryAdoptIntent(Intents);
        ref IntentRecord record = ref scope.Intent;
        Errno error;
        if (isAgain)
        {
            scope.Counters.ServedAgain++;
            if (record.State == IntentState.Result)
                return Replay(ref frame, ref record);
            error = ServeAgain(scope, row, ref frame, ref record);
        }
        else
        {
            Volatile.Write(ref record.State, IntentState.None);
            record.Unique = scope.Unique;
            record.Opcode = (uint)row.Opcode;
            record.Since = Environment.TickCount64;
            if (row.Opcode == FUSE_RENAME2 && (frame.FixedAs<FuseRename2In>().Flags & RENAME_EXCHANGE) != 0)
                NoteNames(scope, ref frame, ref record);
            Volatile.Write(ref record.State, IntentState.Intent);
            Reach(scope, "intent", row);
            error = _handlers[(int)row.Opcode]!(scope, ref frame);
        }
        Reach(scope, "effect", row);
        if (scope.IsDeferred)
        {
            scope.LeaveIntentToDeferred(Intents);
            return error;
        }
        Save(ref frame, ref record, error);
        Reach(scope, "result", row);
        return error;
    }

    private static void Save(ref RequestFrame frame, ref IntentRecord record, Errno error)
    {
        int length = error == Errno.Success && frame.Reply == ReplyKind.Filled ? frame.Length : 0;
        frame.RoomBytes[..length].CopyTo(record.Reply);
        record.ReplyLength = length;
        record.Error = (int)error;
        Volatile.Write(ref record.State, IntentState.Result);
    }

    private static Errno Replay(ref RequestFrame frame, ref IntentRecord record)
    {
        int length = Math.Clamp(record.ReplyLength, 0, IntentRecord.ReplySize);
        if (length > 0)
        {
            ((ReadOnlySpan<byte>)record.Reply)[..length].CopyTo(frame.RoomBytes);
            frame.SetFilled(length);
        }
        return (Errno)record.Error;
    }

    private Errno ServeAgain(ServerScope scope, Operation row, ref RequestFrame frame, ref IntentRecord record)
    {
        if (row.Opcode == FUSE_RENAME2 && (frame.FixedAs<FuseRename2In>().Flags & RENAME_EXCHANGE) != 0 && IsExchanged(scope, ref frame, ref record))
            return Errno.Success;
        Errno error = _handlers[(int)row.Opcode]!(scope, ref frame);
        if (scope.IsDeferred)
            return error;
        return (row.Opcode, error) switch
        {
            (FUSE_MKNOD or FUSE_MKDIR or FUSE_SYMLINK or FUSE_LINK, Errno.EEXIST) => AnswerMade(scope, row, ref frame),
            (FUSE_CREATE, Errno.EEXIST) => AnswerCreated(scope, ref frame),
            (FUSE_UNLINK or FUSE_RMDIR, Errno.ENOENT) => Errno.Success,
            (FUSE_RENAME or FUSE_RENAME2, Errno.ENOENT or Errno.EEXIST) => IsMoved(scope, row, ref frame) ? Errno.Success : error,
            (FUSE_SETXATTR, Errno.EEXIST) => Errno.Success,
            (FUSE_REMOVEXATTR, Errno.ENODATA) => Errno.Success,
            _ => error,
        };
    }

    // The kernel asked for a name that wasn't there, and held its directory until now: what is there is what this request made, when it is of that kind.
    private Errno AnswerMade(ServerScope scope, Operation row, ref RequestFrame frame)
    {
        if (!TryReadNames(scope, out ReadOnlySpan<byte> name, out _))
            return Errno.EEXIST;
        Entry entry = NewEntry();
        if (_fileSystem.Lookup(AskAlone(scope), frame.Head.NodeId, name, ref entry) != Errno.Success || entry.Node == 0)
            return Errno.EEXIST;
        uint type = entry.Attributes.Mode & FileSystems.FileMode.S_IFMT;
        uint wanted = row.Opcode switch
        {
            FUSE_MKDIR => FileSystems.FileMode.S_IFDIR,
            FUSE_SYMLINK => FileSystems.FileMode.S_IFLNK,
            FUSE_MKNOD => frame.FixedAs<FuseMknodIn>().Mode & FileSystems.FileMode.S_IFMT,
            _ => type == FileSystems.FileMode.S_IFDIR ? 0 : type,
        };
        if (type == wanted || (wanted == 0 && row.Opcode == FUSE_MKNOD && type == FileSystems.FileMode.S_IFREG))
            return ReplyEntry(scope, ref frame, entry);
        _fileSystem.Forget(entry.Node, 1);
        return Errno.EEXIST;
    }

    private Errno AnswerCreated(ServerScope scope, ref RequestFrame frame)
    {
        if (!TryReadNames(scope, out ReadOnlySpan<byte> name, out _))
            return Errno.EEXIST;
        Entry entry = NewEntry();
        if (_fileSystem.Lookup(AskAlone(scope), frame.Head.NodeId, name, ref entry) != Errno.Success || entry.Node == 0)
            return Errno.EEXIST;
        uint flags = frame.FixedAs<FuseCreateIn>().Flags;
        OpenFile file = default;
        Errno error = Errno.EEXIST;
        if (FileSystems.FileMode.IsRegular(entry.Attributes.Mode))
            error = _fileSystem.Open(AskAlone(scope), entry.Node, flags & ~(O_CREAT | O_EXCL | O_TRUNC), ref file);
        if (error == Errno.Success)
            return ReplyCreated(scope, ref frame, flags, entry, file);
        _fileSystem.Forget(entry.Node, 1);
        return error;
    }

    private bool IsMoved(ServerScope scope, Operation row, ref RequestFrame frame)
    {
        ulong newParent = row.Opcode == FUSE_RENAME ? frame.FixedAs<FuseRenameIn>().NewDir : frame.FixedAs<FuseRename2In>().NewDir;
        return TryReadNames(scope, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> newName)
            && InoOf(scope, frame.Head.NodeId, name) == 0 && InoOf(scope, newParent, newName) != 0;
    }

    private void NoteNames(ServerScope scope, ref RequestFrame frame, ref IntentRecord record)
    {
        if (!TryReadNames(scope, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> newName))
            return;
        record.PriorSource = InoOf(scope, frame.Head.NodeId, name);
        record.PriorTarget = InoOf(scope, frame.FixedAs<FuseRename2In>().NewDir, newName);
    }

    private bool IsExchanged(ServerScope scope, ref RequestFrame frame, ref IntentRecord record) =>
        record.PriorSource != 0 && record.PriorSource != record.PriorTarget
            && TryReadNames(scope, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> newName)
            && InoOf(scope, frame.Head.NodeId, name) == record.PriorTarget
            && InoOf(scope, frame.FixedAs<FuseRename2In>().NewDir, newName) == record.PriorSource;

    // 0: there is none.
    private ulong InoOf(ServerScope scope, ulong parent, ReadOnlySpan<byte> name)
    {
        Entry entry = NewEntry();
        if (!ReplyCheck.IsNode(parent) || _fileSystem.Lookup(AskAlone(scope), parent, name, ref entry) != Errno.Success || entry.Node == 0)
            return 0;
        ulong ino = entry.Attributes.Ino != 0 ? entry.Attributes.Ino : entry.Node;
        _fileSystem.Forget(entry.Node, 1);
        return ino;
    }

    // The handler has checked them before.
    private static bool TryReadNames(ServerScope scope, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        RequestReader tail = scope.Tail;
        second = default;
        return tail.TryReadString(out first) && (tail.IsAtEnd || tail.TryReadString(out second));
    }

    // A question of ours in the name of who asked: its answer can't be deferred, since it isn't the reply.
    private static Request AskAlone(ServerScope scope)
    {
        ref readonly FuseInHeader header = ref scope.Frame.Head;
        return new Request(NoRequest.Instance, scope.Unique, header.Uid, header.Gid, header.Pid);
    }
}
