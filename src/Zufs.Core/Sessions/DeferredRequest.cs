using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>What a completion must know of its request beside the opcode.</summary>
internal struct DeferredTarget
{
    public Dispatcher? Dispatcher;
    public ulong Node;

    /// <summary>Bytes that were asked for (READ, xattrs) or given (WRITE).</summary>
    public int Asked;

    /// <summary>Open flags, for the handle that CompleteOpen makes.</summary>
    public uint OpenFlags;
}

/// <summary>The session's token of a reply that is given later. Pooled by the thread's scope.</summary>
internal sealed partial class DeferredRequest : DeferredReply
{
    // What becomes of a token, in this order and then again.
    private const int Idle = 0;
    private const int Open = 1;
    private const int Completing = 2;

    private readonly ServerScope _scope;
    private readonly object _lock = new();
    private DeferredFrame _frame;
    private DeferredTarget _target;
    private Operation? _row;
    private int _state;

    // Both guarded by _lock.
    private CancellationTokenSource? _cancellation;
    private bool _interrupted;

    public DeferredRequest(ServerScope scope) => _scope = scope;

    /// <summary>The request's id; 0 while the token is idle.</summary>
    public ulong Unique { get; private set; }

    /// <summary>The record of its intent; 0: it has none.</summary>
    public long Intent { get; set; }

    /// <inheritdoc/>
    public override CancellationToken Interrupted
    {
        get
        {
            lock (_lock)
            {
                if (_cancellation is null)
                {
                    _cancellation = new CancellationTokenSource();
                    if (_interrupted)
                        _cancellation.Cancel();
                }
                return _cancellation.Token;
            }
        }
    }

    /// <summary>Takes the token into use. Under the scope's lock.</summary>
    public void Begin(in DeferredFrame frame, Operation row, ulong unique, in DeferredTarget target)
    {
        _frame = frame;
        _row = row;
        Unique = unique;
        _target = target;
        lock (_lock)
        {
            _cancellation = null;
            _interrupted = false;
        }
        Volatile.Write(ref _state, Open);
    }

    /// <summary>The caller was signalled, or the mount ends. Whoever listens runs on this thread, and may complete.</summary>
    public void Interrupt()
    {
        CancellationTokenSource? cancellation;
        lock (_lock)
        {
            _interrupted = true;
            cancellation = _cancellation;
        }
        try
        {
            cancellation?.Cancel();
        }
        catch (AggregateException e)
        {
            _scope.Log.Write($"A listener to the interruption of {_row?.Name} threw: {e.InnerException}");
        }
    }

    /// <summary>Answers with an error unless somebody did already.</summary>
    public bool TryFail(Errno error)
    {
        if (Interlocked.CompareExchange(ref _state, Completing, Open) != Open)
            return false;
        Finish(error, 0);
        return true;
    }

    /// <summary>The one way into completion. Twice is harmless: the second is counted and does nothing.</summary>
    private bool TryTake()
    {
        if (Interlocked.CompareExchange(ref _state, Completing, Open) == Open)
            return true;
        Interlocked.Increment(ref _scope.Counters.BrokenReplies);
        _scope.Log.Write("A deferred reply was completed twice; the second time was ignored.");
        return false;
    }

    private void Finish(Errno error, int length)
    {
        DeferredFrame frame = _frame;
        frame.Error = (int)error;
        frame.Length = length;
        Unique = 0;
        _frame = default;
        _target = default;
        Volatile.Write(ref _state, Idle);
        if (error != Errno.Success)
            Interlocked.Increment(ref _scope.Counters.Errors);
        _scope.Channel.Complete(in frame);
        _scope.Retire(this);
    }

    private void Broken(string why)
    {
        Interlocked.Increment(ref _scope.Counters.BrokenReplies);
        _scope.Log.Write($"The file system's deferred answer to {_row?.Name} was replaced by EIO: {why}.");
        Finish(Errno.EIO, 0);
    }
}
