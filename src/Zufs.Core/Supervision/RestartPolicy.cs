namespace Zufs.Supervision;

/// <summary>
/// When a dead worker's successor starts: at once, later when its predecessors died young, never when too many died. Times are milliseconds of one clock.
/// </summary>
internal sealed class RestartPolicy(RestartLimit limit)
{
    // A worker that lived shorter than this most likely died of what it was given to do.
    private const long Young = 200;
    private const long FirstDelay = 10;
    private const long LongestDelay = 1000;

    private readonly Queue<long> _deaths = new();
    private long _delay;

    /// <summary>A worker has died.</summary>
    /// <param name="now">When.</param>
    /// <param name="servedSince">Since when it served; null when it never did.</param>
    /// <returns>How long to wait before the next one starts; null: not at all, the mount is to end.</returns>
    public long? Died(long now, long? servedSince)
    {
        _deaths.Enqueue(now);
        while (now - _deaths.Peek() > limit.Seconds * 1000L)
            _deaths.Dequeue();
        if (_deaths.Count >= limit.Failures)
            return null;
        bool isYoung = servedSince is not { } since || now - since < Young;
        // The first one is followed at once however short its life was.
        long delay = isYoung ? _delay : 0;
        _delay = isYoung ? Math.Clamp(_delay * 2, FirstDelay, LongestDelay) : 0;
        return delay;
    }
}
