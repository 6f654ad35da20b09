using System.Diagnostics;
using Zufs.FileSystems;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <content>
/// A worker that died is replaced. The connection and the arena are still here: the successor takes both, and asks the kernel for what its predecessor left
/// unanswered. Whoever uses the mount waits that long, and notices nothing else.
/// </content>
internal sealed partial class Supervisor
{
    // What starts within this costs the applications less than a standby process costs memory.
    private static readonly TimeSpan SlowLoad = TimeSpan.FromMilliseconds(100);

    private readonly RestartPolicy _policy;
    private WorkerProcess? _standby;
    private bool _standbyFailed;
    private string _recovery = "";
    private bool _canResend;
    private long? _servedSince;
    private long _crashed;
    private int _restarts;
    private string _lastCrash = "";
    private string? _stopAfterRestart;

    /// <summary>Whether the mount goes on when its worker dies.</summary>
    private bool Survives => _canResend && (_channel is "fuse" or "uring" or "zufs") && _recovery != NoRecovery;

    private static string NoRecovery => nameof(RecoveryClass.None).ToLowerInvariant();

    private string Promise()
    {
        if (_recovery == NoRecovery)
            return "When its worker dies, the mount ends and applications get an error: the file system's state dies with it.";
        if (!_canResend)
            return "When its worker dies, the mount ends and applications get an error: this kernel sends no request again (Linux 6.9 and later do).";
        return _channel switch
        {
            "fuse" or "zufs" => "When its worker dies, another one goes on: applications wait for it and get no error.",
            "uring" => "When its worker dies, another one goes on and applications wait for it; for each ring entry that was idle one request may get ECANCELED. "
                + "On “fuse” none would.",
            _ => $"When its worker dies, the mount ends and applications get an error, on the channel {_channel}. On “fuse” another worker would go on.",
        };
    }

    private void OnCrash(WorkerProcess worker, ChildExit exit)
    {
        bool wasServing = _state == SupervisorState.Serving;
        _lastCrash = worker.Failure ?? $"The worker {exit}";
        EndSwitch("The worker died meanwhile.");
        if (_candidate is not null)
            RefuseUpgrade("The worker died meanwhile");
        if (_formerOrder is not null)
            GoBack(_lastCrash.TrimEnd('.'));
        if (!Survives)
        {
            Finish(1, $"{_lastCrash}. The mount was taken away, and whoever used it got an error. Start it again with the same command.");
            return;
        }
        // Also one that died before it said that it serves: it may have served some requests.
        _restarts++;
        if (wasServing)
            _crashed = Stopwatch.GetTimestamp();
        long? delay = _policy.Died(Environment.TickCount64, _servedSince);
        _servedSince = null;
        if (delay is not { } milliseconds)
        {
            Finish(1, $"{_lastCrash}, and it was one of {_limit.Failures} within {_limit.Seconds} s: the mount was taken away, and whoever used it got an error. "
                + "Look above for what the workers said.");
            return;
        }
        if (LibC.Poll(_mount!.Connection, 0) is var events && (events & LibC.POLLERR) != 0)
        {
            Finish(1, $"{_lastCrash}, and its connection has ended meanwhile. The mount was taken away.");
            return;
        }
        _log($"{_mount.MountPoint}: {_lastCrash}. Another one takes over{(milliseconds > 0 ? $" in {milliseconds} ms" : "")}.");
        worker.Dispose();
        _worker = null;
        Enter(SupervisorState.Restarting, TimeSpan.FromMilliseconds(milliseconds));
        if (milliseconds == 0)
            Replace();
    }

    // The time of the back-off is over, or the successor needed too long.
    private void OnRestartDeadline()
    {
        if (_worker is null)
        {
            Replace();
            return;
        }
        _worker.Failure ??= $"The worker wasn't ready within {ReadyTime.TotalSeconds:0} s";
        _worker.Kill();
        Enter(SupervisorState.Restarting, ReadyTime);
    }

    private void Replace()
    {
        Enter(SupervisorState.Restarting, ReadyTime);
        _worker = _standby;
        _standby = null;
        try
        {
            _worker ??= WorkerProcess.Start(_order, _arena!);
        }
        catch (IOException e)
        {
            Finish(1, $"{_lastCrash}, and no other one can be started: {e.Message} The mount was taken away.");
            return;
        }
        if (_worker.NeededOptions is not null)
            _worker.GiveConnection(_mount!, _options, _restarts);
        _folder!.Write(Status());
    }

    private void NoteRestart()
    {
        _log($"{_mount!.MountPoint}: a new worker ({_worker!.Id}) goes on after {Stopwatch.GetElapsedTime(_crashed).TotalMilliseconds:0} ms, restart {_restarts}.");
    }

    // Beside one that serves, and only where a start would be felt.
    private void PrepareStandby()
    {
        if (!Survives || _standby is not null || _standbyFailed || _worker!.LoadTime < SlowLoad)
            return;
        try
        {
            _standby = WorkerProcess.Start(_order, _arena!);
        }
        catch (IOException e)
        {
            _standbyFailed = true;
            _log($"{_mount!.MountPoint}: no worker can be kept ready: {e.Message}");
        }
    }

    private void OnStandbyEnd(WorkerProcess standby, ChildExit exit)
    {
        _standby = null;
        // A file system that bears no second instance would be started again and again.
        _standbyFailed = true;
        _log($"{_mount?.MountPoint}: {standby.Failure ?? $"the worker that was kept ready {exit}"}. A dead worker's successor will have to load first.");
        standby.Dispose();
    }
}
