using System.Diagnostics;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Diagnostics;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>
/// From a request's bytes to the file system's method and back: no channel, no thread. One a session; every server thread calls
/// <see cref="Handle"/> with its own scope. The handlers stand in one file a group: <c>Dispatcher.Files.cs</c> decodes a READ.
/// </summary>
internal sealed partial class Dispatcher
{
    // Requests that name no node: BATCH_FORGET, INIT, DESTROY, INTERRUPT.
    private const ulong WithoutNode =
        1UL << (int)FuseOpcode.FUSE_BATCH_FORGET | 1UL << (int)FuseOpcode.FUSE_INIT | 1UL << (int)FuseOpcode.FUSE_DESTROY | 1UL << (int)FuseOpcode.FUSE_INTERRUPT;

    // What comes with an open file, whoever was handed it, and what the kernel asks for itself (as lib/fuse_lowlevel.c of libfuse has it).
    private const ulong ForWhoeverHasIt =
        1UL << (int)FuseOpcode.FUSE_READ | 1UL << (int)FuseOpcode.FUSE_WRITE | 1UL << (int)FuseOpcode.FUSE_FSYNC | 1UL << (int)FuseOpcode.FUSE_RELEASE
        | 1UL << (int)FuseOpcode.FUSE_READDIR | 1UL << (int)FuseOpcode.FUSE_READDIRPLUS | 1UL << (int)FuseOpcode.FUSE_FSYNCDIR
        | 1UL << (int)FuseOpcode.FUSE_RELEASEDIR | 1UL << (int)FuseOpcode.FUSE_NOTIFY_REPLY;

    private readonly IFileSystem _fileSystem;
    private readonly Arena _arena;
    private readonly Negotiation _negotiation;
    private readonly HandleTable _handles;
    private readonly InFlight _inFlight;
    private readonly CacheTimeout _entryTimeout;
    private readonly CacheTimeout _attrTimeout;
    private readonly bool _isExported;
    private readonly uint? _owner;
    private readonly Handler?[] _handlers;

    // The one lock of a file system that says Serial; null for all others.
    private readonly object? _serial;
    private int _destroyed;

    public Dispatcher(IFileSystem fileSystem, Arena arena, Negotiation negotiation, InFlight inFlight, SessionOptions options)
    {
        _fileSystem = fileSystem;
        _arena = arena;
        _negotiation = negotiation;
        _inFlight = inFlight;
        _handles = new HandleTable(arena);
        Intents = new IntentJournal(arena);
        FileSystemTraits traits = fileSystem.Traits;
        _entryTimeout = options.EntryTimeout ?? traits.EntryTimeout;
        _attrTimeout = options.AttrTimeout ?? traits.AttrTimeout;
        _owner = options.Owner;
        _isExported = negotiation.Granted.HasFlag(FileSystemFeatures.Export);
        _serial = traits.Concurrency == Concurrency.Serial ? new object() : null;
        _handlers = Handlers();
    }

    /// <summary>Decodes a request, calls the file system, and leaves errno or sets the reply in the frame.</summary>
    private delegate Errno Handler(ServerScope scope, ref RequestFrame frame);

    /// <summary>The open files.</summary>
    public HandleTable OpenFiles => _handles;

    /// <summary>Whether there is a handler for an opcode.</summary>
    public bool Handles(FuseOpcode opcode) => (uint)opcode < OperationTable.Size && _handlers[(int)opcode] is not null;

    /// <summary>Serves the request in the scope's frame and leaves its reply there. Never throws.</summary>
    public void Handle(ServerScope scope)
    {
        ref RequestFrame frame = ref scope.Frame;
        long start = scope.IsTimed() ? Stopwatch.GetTimestamp() : 0;
        uint opcode = frame.Head.Opcode;
        Operation? row = OperationTable.Find(opcode);
        ref CounterBlock counters = ref scope.Counters;
        counters.Operations[row is null ? 0 : (int)opcode]++;

        Errno error;
        bool addsUp = scope.Begin(row);
        // For whoever watches from outside how long it takes.
        Volatile.Write(ref counters.Serving, scope.Unique | 1);
        if (!addsUp)
            error = scope.Malformed("its extensions don't add up");
        else if (scope.IsResend && OverdueRequests.Contains(_arena, scope.Unique))
            error = Errno.ETIMEDOUT;
        else if (row is null)
            error = Unknown(scope, opcode);
        else if (_serial is null || row.Opcode == FuseOpcode.FUSE_INTERRUPT)
            error = Serve(scope, row);
        else
        {
            lock (_serial)
                error = Serve(scope, row);
        }
        Conclude(scope, row, error);
        scope.End();
        Volatile.Write(ref counters.Serving, 0);
        if (start != 0)
            counters.Latency[LatencyHistogram.BucketOf(Stopwatch.GetTimestamp() - start)]++;
    }

    /// <summary>Tells the file system once that its mount has ended.</summary>
    public void Destroy(RequestScope scope)
    {
        if (Interlocked.Exchange(ref _destroyed, 1) == 0)
            _fileSystem.Destroy(new Request(scope, 0, 0, 0, 0));
    }

    private static Errno Unknown(ServerScope scope, uint opcode)
    {
        scope.Counters.Unknown++;
        scope.Log.Write($"A request with opcode {opcode}, which FUSE 7.45 doesn't have, was answered by ENOSYS.");
        return Errno.ENOSYS;
    }

    // The one place where what a file system throws becomes EIO.
    private Errno Serve(ServerScope scope, Operation row)
    {
        try
        {
            ref RequestFrame frame = ref scope.Frame;
            ref readonly FuseInHeader header = ref frame.Head;
            if (frame.FixedLength < row.FixedSize)
                return scope.Malformed("its fixed part is short");
            if (row.Tail == RequestTail.None && scope.TailLength != 0)
                return scope.Malformed("it is longer than its fixed part");
            if ((WithoutNode >> (int)header.Opcode & 1) == 0 && !ReplyCheck.IsNode(header.NodeId))
                return scope.Malformed("its node id can't be one");
            if (_owner is { } owner && header.Uid != owner && header.Uid != 0 && (ForWhoeverHasIt >> (int)header.Opcode & 1) == 0)
                return Errno.EACCES;
            Reach(scope, "request", row);
            if (IsJournalled(header.Opcode))
                return ServeOnce(scope, row, ref frame);
            Errno error = _handlers[(int)header.Opcode]!(scope, ref frame);
            Reach(scope, "effect", row);
            return error;
        }
#pragma warning disable CA1031 // Whatever a plug-in throws must not end the mount.
        catch (Exception e)
#pragma warning restore CA1031
        {
            scope.Counters.Exceptions++;
            scope.Log.Write($"The file system threw in {row.Name} of node {scope.Frame.Head.NodeId}; the caller gets EIO. {e}");
            // Whoever still holds the token completes into nothing.
            scope.Deferred?.TryFail(Errno.EIO);
            return Errno.EIO;
        }
    }

    private static void Conclude(ServerScope scope, Operation? row, Errno error)
    {
        ref RequestFrame frame = ref scope.Frame;
        if (scope.IsDeferred)
        {
            frame.Reply = ReplyKind.Deferred;
            return;
        }
        if (error != Errno.Success)
        {
            if (!ReplyCheck.IsErrno(error))
                error = scope.Broken($"{(int)error} is no errno");
            scope.OnTaken();
            frame.SetError((int)error);
            frame.LentTaken = null;
            scope.Counters.Errors++;
            scope.Counters.OperationErrors[row is null ? 0 : (int)row.Opcode]++;
        }
        // An INTERRUPT has no reply but this: EAGAIN makes the kernel send it again.
        if (row?.Body == ReplyBody.NoReply && !(row.Opcode == FuseOpcode.FUSE_INTERRUPT && error == Errno.EAGAIN))
            frame.Reply = ReplyKind.None;
    }

    private static Request Ask(ServerScope scope)
    {
        ref readonly FuseInHeader header = ref scope.Frame.Head;
        return new Request(scope, scope.Unique, header.Uid, header.Gid, header.Pid);
    }
}
