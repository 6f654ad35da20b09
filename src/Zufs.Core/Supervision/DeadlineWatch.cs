using Zufs.Arenas;
using Zufs.Diagnostics;
using Zufs.Protocol;

namespace Zufs.Supervision;

/// <summary>A request that a worker's thread serves for too long.</summary>
/// <param name="Unique">Its id without FUSE_UNIQUE_RESEND; 0 when no thread serves one, and a request made by the supervisor isn't answered.</param>
/// <param name="Thread">The thread's id.</param>
/// <param name="Milliseconds">How long it was seen.</param>
internal readonly record struct OverdueRequest(ulong Unique, int Thread, long Milliseconds);

/// <summary>
/// Looks from time to time at what each server thread says it serves. Threads take no time for it and do nothing more than to write down the request's
/// id; how long it stands there only the watcher knows. Deferred requests may take as long as they like. A process that was stopped, or whose runtime hangs,
/// serves nothing: when nothing was served for a while, a probe is asked for. Of one thread.
/// </summary>
/// <param name="deadline">After which a request is overdue.</param>
internal sealed class DeadlineWatch(TimeSpan deadline)
{
    // What is left is for ending the worker and starting another one.
    private readonly long _bound = (long)(deadline.TotalMilliseconds * 0.8);
    private readonly long _quiet = (long)(deadline.TotalMilliseconds * 0.2);
    private readonly long _probeBound = (long)(deadline.TotalMilliseconds * 0.5);

    private readonly Dictionary<long, (ulong Serving, long Operations, long Since)> _seen = [];
    // Since when nothing was served, and when the probe was sent; 0 when it wasn't.
    private (long Operations, long Since) _progress = (-1, 0);
    private long _probed;

    /// <summary>The time between two looks, in milliseconds.</summary>
    public long Interval { get; } = Math.Clamp((long)(deadline.TotalMilliseconds / 20), 10, 1000);

    /// <summary>Looks.</summary>
    /// <param name="arena">The mount's.</param>
    /// <param name="pending">How many requests of the probe aren't answered.</param>
    /// <param name="now">Milliseconds of any clock that goes on.</param>
    /// <returns>What is overdue; mostly nothing.</returns>
    public IReadOnlyList<OverdueRequest> Look(Arena arena, int pending, long now)
    {
        var overdue = new List<OverdueRequest>();
        long total = 0;
        for (long at = Volatile.Read(ref arena.Root(ArenaRoot.Counters)); at != 0; at = arena.At<CounterBlock>(at).Next)
        {
            ref CounterBlock block = ref arena.At<CounterBlock>(at);
            ulong serving = Volatile.Read(ref block.Serving);
            long operations = 0;
            for (int i = 0; i < OperationTable.Size; i++)
                operations += block.Operations[i];
            total += operations;
            if (!_seen.TryGetValue(at, out var seen) || serving != seen.Serving || operations != seen.Operations)
                _seen[at] = (serving, operations, now);
            else if (serving != 0 && now - seen.Since >= _bound)
                overdue.Add(new OverdueRequest(serving & ~1ul, block.ThreadId, now - seen.Since));
        }
        if (total != _progress.Operations || (_probed != 0 && pending == 0))
        {
            _progress = (total, now);
            _probed = 0;
        }
        else if (overdue.Count == 0 && _probed != 0 && now - _probed >= _probeBound)
        {
            overdue.Add(new OverdueRequest(0, 0, now - _probed));
        }
        return overdue;
    }

    /// <summary>Whether a probe is to be sent now: a request on every CPU, whose number of answers the next looks are told. Says so once for each.</summary>
    /// <param name="now">As for <see cref="Look"/>.</param>
    public bool TakeProbe(long now)
    {
        if (_progress.Operations < 0 || _probed != 0 || now - _progress.Since < _quiet)
            return false;
        _probed = Math.Max(1, now);
        return true;
    }

    /// <summary>Forgets: another worker serves from here on.</summary>
    public void Reset()
    {
        _seen.Clear();
        _progress = (-1, 0);
        _probed = 0;
    }
}
