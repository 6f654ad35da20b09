using System.Diagnostics;
using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <summary>
/// Which requests are being served, so that an INTERRUPT finds its own. Each server thread says only what it serves now; the searching is the
/// INTERRUPT's, which is rare.
/// </summary>
/// <remarks>
/// An INTERRUPT can overtake its request: it comes by another channel, or its request still stands in a ring. It is parked then, and
/// the request takes it when it begins.
/// </remarks>
internal sealed class InFlight
{
    private const int MaxParked = 32;

    // What is parked longer may be dropped when room is needed: its request was most likely answered before.
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly (ulong Unique, long Since)[] _parked = new (ulong, long)[MaxParked];
    private ServerScope[] _scopes = [];
    private int _parkedCount;

    /// <summary>Whether any INTERRUPT waits for its request. Read at the beginning of each request.</summary>
    public bool HasParked => Volatile.Read(ref _parkedCount) != 0;

    public void Add(ServerScope scope)
    {
        lock (_lock)
            _scopes = [.. _scopes, scope];
    }

    public void Remove(ServerScope scope)
    {
        lock (_lock)
            _scopes = Array.FindAll(_scopes, other => other != scope);
    }

    /// <summary>Interrupts a request that is served or deferred, or remembers that it is to be.</summary>
    /// <returns>EAGAIN when it can't be remembered either: the kernel sends it again.</returns>
    public Errno Interrupt(ulong unique)
    {
        if (!TryPark(unique))
            return Find(unique) ? Errno.Success : Errno.EAGAIN;
        // Pairs with ServerScope.Begin, which says what it serves and then looks whether anything is parked, without a fence of its own.
        Interlocked.MemoryBarrierProcessWide();
        if (Find(unique))
            TakeParked(unique);
        return Errno.Success;
    }

    /// <summary>Takes the INTERRUPT that was parked for a request.</summary>
    public bool TakeParked(ulong unique)
    {
        lock (_lock)
        {
            int at = Array.FindIndex(_parked, entry => entry.Unique == unique);
            if (at < 0)
                return false;
            _parked[at] = default;
            Volatile.Write(ref _parkedCount, _parkedCount - 1);
            return true;
        }
    }

    /// <summary>Cancels every deferred request: the mount ends.</summary>
    public void CancelDeferred()
    {
        foreach (ServerScope scope in Volatile.Read(ref _scopes))
            scope.CancelDeferred();
    }

    /// <summary>Answers every deferred request that is still open with an error.</summary>
    /// <returns>How many there were.</returns>
    public int FailDeferred(Errno error)
    {
        int count = 0;
        foreach (ServerScope scope in Volatile.Read(ref _scopes))
            count += scope.FailDeferred(error);
        return count;
    }

    /// <summary>How many requests are deferred.</summary>
    public int DeferredCount => Volatile.Read(ref _scopes).Sum(scope => scope.DeferredCount);

    private bool Find(ulong unique)
    {
        bool found = false;
        foreach (ServerScope scope in Volatile.Read(ref _scopes))
            found |= scope.TryInterrupt(unique);
        return found;
    }

    private bool TryPark(ulong unique)
    {
        lock (_lock)
        {
            int at = Array.FindIndex(_parked, entry => entry.Unique == unique);
            if (at >= 0)
                return true;
            at = Array.FindIndex(_parked, entry => entry.Unique == 0);
            if (at < 0)
            {
                at = Array.FindIndex(_parked, entry => Stopwatch.GetElapsedTime(entry.Since) > s_keep);
                if (at < 0)
                    return false;
                _parkedCount--;
            }
            _parked[at] = (unique, Stopwatch.GetTimestamp());
            Volatile.Write(ref _parkedCount, _parkedCount + 1);
            return true;
        }
    }
}
