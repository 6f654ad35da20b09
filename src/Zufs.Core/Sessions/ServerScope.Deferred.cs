using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>Deferred requests of this thread's channel. The list is guarded by <c>_deferLock</c>, which only INTERRUPT and completions share.</content>
internal sealed partial class ServerScope
{
    // A token is used again only when so many others were completed after it, so that a file system that completes twice hits a token that is done.
    private const int Quarantine = 32;

    private readonly object _deferLock = new();
    private readonly List<DeferredRequest> _deferred = [];
    private readonly Queue<DeferredRequest> _idle = new();

    /// <summary>The token of the request that is served, once it was deferred.</summary>
    public DeferredRequest? Deferred { get; private set; }

    /// <summary>Whether the request that is served was deferred: nobody may touch its room any more.</summary>
    public bool IsDeferred => Deferred is not null;

    /// <summary>What a completion needs to know of the request beside its opcode; set by the handler before it calls the file system.</summary>
    public DeferredTarget Target;

    /// <summary>How many are deferred.</summary>
    public int DeferredCount
    {
        get
        {
            lock (_deferLock)
                return _deferred.Count;
        }
    }

    /// <inheritdoc/>
    public override DeferredReply? Defer()
    {
        if (Deferred is not null)
            return Deferred;
        if (Row is null || Row.Body == ReplyBody.NoReply || !Channel.TryDefer(ref Frame, out DeferredFrame frame))
            return null;
        DeferredRequest token;
        lock (_deferLock)
        {
            token = _idle.Count > Quarantine ? _idle.Dequeue() : new DeferredRequest(this);
            token.Begin(frame, Row, Unique, Target);
            _deferred.Add(token);
        }
        Deferred = token;
        Counters.Deferred++;
        // An INTERRUPT between the request's beginning and now found no token.
        if (IsInterrupted)
            token.Interrupt();
        return token;
    }

    /// <summary>Takes a completed token back. Any thread.</summary>
    public void Retire(DeferredRequest token)
    {
        lock (_deferLock)
        {
            if (!_deferred.Remove(token))
                return;
            _intents.Return(token.Intent);
            token.Intent = 0;
            _idle.Enqueue(token);
        }
    }

    /// <summary>Cancels what is deferred.</summary>
    public void CancelDeferred()
    {
        foreach (DeferredRequest token in DeferredNow())
            token.Interrupt();
    }

    /// <summary>Answers what is deferred with an error; a completion that comes later does nothing.</summary>
    public int FailDeferred(Errno error)
    {
        DeferredRequest[] tokens = DeferredNow();
        foreach (DeferredRequest token in tokens)
            token.TryFail(error);
        return tokens.Length;
    }

    private bool TryInterruptDeferred(ulong unique)
    {
        DeferredRequest? found;
        lock (_deferLock)
            found = _deferred.Find(token => token.Unique == unique);
        found?.Interrupt();
        return found is not null;
    }

    private DeferredRequest[] DeferredNow()
    {
        lock (_deferLock)
            return [.. _deferred];
    }
}
