using Zufs.Mounting;

namespace Zufs.Supervision;

/// <content>The ways to an end: unmount; detach and drain; abort. Each has a bound.</content>
internal sealed partial class Supervisor
{
    private enum UnmountResult
    {
        None,
        Done,
        DetachedSinceBusy,
        Failed,
    }

    // Set by the unmount's thread, which raises the event then; taken by the loop.
    private volatile UnmountResult _unmountResult;

    private Thread? _unmounting;

    private void BeginStop(string reason)
    {
        if (_state is SupervisorState.Restarting or SupervisorState.HandingOver)
        {
            // umount(2) may write back, and needs somebody who takes it.
            _stopAfterRestart ??= reason;
            return;
        }
        if (_state is not (SupervisorState.Loading or SupervisorState.Starting or SupervisorState.Serving))
            return;
        _reason = reason;
        if (_state != SupervisorState.Serving)
        {
            Finish(2, $"The mount was given up before it was ready: {reason}.");
            return;
        }
        Enter(SupervisorState.Unmounting, UnmountTime);
        _unmounting = new Thread(Unmount) { IsBackground = true, Name = "zufs-unmount" };
        _unmounting.Start();
    }

    // On its own thread: umount(2) waits for write-back, which the worker may never do.
    private void Unmount()
    {
        UnmountResult result;
        try
        {
            _mount!.Unmount();
            result = UnmountResult.Done;
        }
        catch (MountException busy)
        {
            try
            {
                _mount!.UnmountLazily();
                result = UnmountResult.DetachedSinceBusy;
            }
            catch (MountException e)
            {
                _log($"{busy.Message} {e.Message}");
                result = UnmountResult.Failed;
            }
        }
        _unmountResult = result;
        _wake.Raise();
    }

    private void OnUnmounted(UnmountResult result)
    {
        if (_state != SupervisorState.Unmounting)
            return;
        switch (result)
        {
            case UnmountResult.Done:
                Enter(SupervisorState.Draining, LeaveTime);
                break;
            case UnmountResult.DetachedSinceBusy:
                _log($"{_mount!.MountPoint} is in use: it was detached, and what is open is served for {_order.DrainMilliseconds} ms more.");
                Enter(SupervisorState.Draining, TimeSpan.FromMilliseconds(_order.DrainMilliseconds));
                break;
            default:
                Abort("it couldn't be unmounted, so the connection was aborted");
                break;
        }
    }

    private void Abort(string why)
    {
        _reason = $"{_reason}; {why}";
        _log($"{_mount!.MountPoint}: {why}.");
        _mount.TryAbort();
        // Where fusectl can't be used, the kernel aborts when the last copy of the connection is closed: ours and the worker's.
        _mount.Connection.Dispose();
        _worker?.Kill();
        Enter(SupervisorState.Aborting, DieTime);
    }

    private void CleanUp()
    {
        if (_mount is not null)
        {
            // First the abort: whoever waits for an answer gets an error now, not after the rest of this.
            if (_mount.IsMounted || _exitCode != 0)
                _mount.TryAbort();
            KillWorkers();
            _mount.Connection.Dispose();
            TakeAway();
            // With the connection aborted, umount(2) has nothing more to wait for.
            _unmounting?.Join(DieTime);
            _mount.Dispose();
        }
        else
        {
            KillWorkers();
        }
        _listener?.Dispose();
        _listener = null;
        _folder?.Remove();
        string kind = _exitCode == 2 ? ControlKind.Failed : ControlKind.Ended;
        if (!_starter.Send(new ControlMessage { Kind = kind, Sentence = _reason, ExitCode = _exitCode }) && _exitCode != 0)
            _log($"{_order.MountPoint}: {_reason}");
    }

    private void KillWorkers()
    {
        foreach (WorkerProcess? worker in (WorkerProcess?[])[_worker, _standby, _candidate])
        {
            if (worker is null || worker.IsReaped)
                continue;
            worker.Kill();
            _polled.Clear();
            _polled.Add(worker.Handle, static () => { });
            _polled.Wait((int)DieTime.TotalMilliseconds);
            worker.TryReap(out _);
        }
    }

    private void TakeAway()
    {
        try
        {
            _mount!.UnmountLazily();
        }
        catch (MountException e)
        {
            _log(e.Message);
        }
    }
}
