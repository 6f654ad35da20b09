using Zufs.Channels;
using Zufs.Diagnostics;

namespace Zufs.Supervision;

/// <content>
/// A worker that is stuck is replaced like one that died. The kernel's own timeout isn't used: it ends the whole mount. A request over which a worker was
/// given up is answered by ETIMEDOUT when it comes again, or its successor would be stuck in it too.
/// </content>
internal sealed partial class Supervisor
{
    private readonly DeadlineWatch? _watch;
    private long _nextLook = long.MaxValue;
    private MountKick? _alive;

    private void WatchWorker()
    {
        if (_watch is null)
            return;
        _watch.Reset();
        _nextLook = Environment.TickCount64 + _watch.Interval;
    }

    private void Look()
    {
        long now = Environment.TickCount64;
        if (_watch is null || now < _nextLook)
            return;
        _nextLook = now + _watch.Interval;
        if (_state != SupervisorState.Serving)
            return;
        IReadOnlyList<OverdueRequest> overdue = _watch.Look(_arena!, _alive?.Pending ?? 0, now);
        if (overdue.Count == 0)
        {
            if (!_watch.TakeProbe(now))
                return;
            _alive = new MountKick(_mount!.MountPoint);
            _alive.Send();
            return;
        }
        _log($"{_mount!.MountPoint}: the worker ({_worker!.Id}) is stuck: {Describe(overdue)}. Its threads:\n"
            + ProcessStacks.Describe(_worker.Id, [.. overdue.Select(request => request.Thread)]));
        foreach (OverdueRequest request in overdue)
            OverdueRequests.Add(_arena!, request.Unique);
        _worker.Failure = $"The worker was stuck for {overdue.Max(request => request.Milliseconds)} ms, and the deadline is {_order.DeadlineMilliseconds} ms";
        _worker.Kill();
        _nextLook = long.MaxValue;
    }

    private static string Describe(IReadOnlyList<OverdueRequest> overdue) => overdue[0].Unique == 0
        ? $"it has answered nothing for {overdue[0].Milliseconds} ms"
        : string.Join(", ", overdue.Select(request => $"thread {request.Thread} serves request {request.Unique} for {request.Milliseconds} ms"));
}
