using Zufs.Channels;
using Zufs.Interop;
using Zufs.Sessions;

namespace Zufs.Supervision;

/// <content>What the loop answers to, one method an event.</content>
internal sealed partial class Supervisor
{
    private void OnWake()
    {
        _wake.Lower();
        if (_stopSignal is { } signal)
        {
            _stopSignal = null;
            BeginStop($"{signal} asked for it");
        }
        if (_unmountResult is not UnmountResult.None and var result)
        {
            _unmountResult = UnmountResult.None;
            OnUnmounted(result);
        }
    }

    private void OnStarter()
    {
        while (_starter.TryReceive() is { } message)
        {
            if (message.Kind == ControlKind.Stop)
                BeginStop("its starter asked for it");
        }
        if (!_starter.IsClosed || !_starterListens)
            return;
        _starterListens = false;
        // A daemon's starter leaves when the mount is ready, and not before.
        if (_order.EndsWithStarter || _state is SupervisorState.Loading or SupervisorState.Starting)
            BeginStop("its starter has gone");
    }

    private void OnConnect()
    {
        if (UnixSocket.Accept(_listener!) is not { } socket)
            return;
        // The directory is 0700 already; this holds also where somebody has loosened it.
        if (UnixSocket.PeerUser(socket) is { } user && (user == 0 || user == LibC.geteuid()))
            _clients.Add(new LineSocket(socket));
        else
            socket.Dispose();
    }

    private void OnClient(LineSocket client)
    {
        while (client.TryReceive() is { } message)
        {
            if (message.Kind == ControlKind.Stop)
                BeginStop("it was asked for");
            if (message is { Kind: ControlKind.Switch, Channel: { } channel })
                BeginSwitch(client, channel);
            if (message is { Kind: ControlKind.Upgrade, Change: { } change })
                BeginUpgrade(client, change);
            if (message.Kind is ControlKind.Status or ControlKind.Stop)
                client.Send(new ControlMessage { Kind = ControlKind.Status, Status = Status() });
        }
        if (!client.IsClosed)
            return;
        if (_upgrader == client)
            _upgrader = null;
        if (_switcher == client)
            _switcher = null;
        _clients.Remove(client);
        client.Dispose();
    }

    private void OnMessages(WorkerProcess worker)
    {
        // One that was replaced a moment ago, by another event of the same wait.
        if (worker != _worker && worker != _standby && worker != _candidate)
            return;
        while (worker.Socket.TryReceive() is { } message)
        {
            switch (message.Kind)
            {
                case ControlKind.Loaded:
                    OnLoaded(worker, message);
                    break;
                case ControlKind.Ready when worker == _worker:
                    OnReady(message);
                    break;
                case ControlKind.Switched when worker == _worker:
                    OnSwitched(message);
                    break;
                case ControlKind.Kick when worker == _worker && _mount is { IsMounted: true } mount:
                    new MountKick(mount.MountPoint).Send(message.Cpu);
                    break;
                case ControlKind.Failed:
                    worker.Failure = message.Sentence;
                    break;
                case ControlKind.Ended:
                    worker.EndReason = message.Reason;
                    break;
            }
        }
    }

    private void OnLoaded(WorkerProcess worker, ControlMessage message)
    {
        worker.NoteLoaded(message.Options ?? "");
        if (worker == _candidate)
            OnCandidateLoaded(worker, message.Recovery ?? NoRecovery);
        if (worker != _worker)
            return;
        _recovery = message.Recovery ?? NoRecovery;
        if (_state == SupervisorState.Restarting)
        {
            worker.GiveConnection(_mount!, _options, _restarts);
            return;
        }
        if (_state != SupervisorState.Loading)
            return;
        try
        {
            MountFor(worker.NeededOptions!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Finish(2, e.Message);
        }
    }

    private void OnReady(ControlMessage message)
    {
        if (_state is not (SupervisorState.Starting or SupervisorState.Restarting))
            return;
        bool isFirst = _state == SupervisorState.Starting;
        _channel = message.Channel ?? "";
        _canResend = message.CanResend;
        _servedSince = Environment.TickCount64;
        Enter(SupervisorState.Serving);
        if (isFirst)
            _notes = message.Notes ?? [];
        else if (_formerOrder is not null)
            NoteUpgrade();
        else
            NoteRestart();
        if (!isFirst)
            KickQueues();
        WatchWorker();
        _folder!.Write(Status());
        if (isFirst)
            _starter.Send(new ControlMessage { Kind = ControlKind.Ready, Channel = _channel, Notes = _notes, Status = Status() });
        AnswerUpgrade(_refusal ?? new ControlMessage { Kind = ControlKind.Status, Status = Status() });
        _refusal = null;
        PrepareStandby();
        if (_stopAfterRestart is not { } reason)
            return;
        _stopAfterRestart = null;
        BeginStop(reason);
    }

    /// <summary>A worker's process has ended: in every state this decides what becomes of the mount.</summary>
    private void OnProcessEnd(WorkerProcess worker)
    {
        if (worker.IsReaped || !worker.TryReap(out ChildExit exit))
            return;
        // What it said last may still be on the way.
        OnMessages(worker);
        if (worker == _worker)
            OnWorkerEnd(worker, exit);
        else if (worker == _candidate)
            RefuseUpgrade(worker.Failure?.TrimEnd('.') ?? $"The new worker {exit}");
        else
            OnStandbyEnd(worker, exit);
    }

    private void OnWorkerEnd(WorkerProcess worker, ChildExit exit)
    {
        switch (_state)
        {
            case SupervisorState.Loading or SupervisorState.Starting:
                Finish(2, worker.Failure ?? $"The worker {exit} before requests could flow. Run it with “--verbose” and look above for what it said.");
                break;
            case SupervisorState.Serving when exit.IsSuccess && worker.EndReason == nameof(ShutdownReason.Unmounted):
                Finish(0, "it was unmounted from outside");
                break;
            case SupervisorState.Serving when worker.EndReason is not (null or nameof(ShutdownReason.ChannelFailed)):
                Finish(1, $"Its connection has ended ({worker.EndReason}): somebody aborted it. The mount was taken away. Start it again with the same command.");
                break;
            case SupervisorState.HandingOver when exit.IsSuccess && worker.EndReason == nameof(ShutdownReason.Unmounted):
                Finish(0, "it was unmounted from outside");
                break;
            case SupervisorState.HandingOver when worker.EndReason == nameof(ShutdownReason.Aborted):
                Finish(1, "Its connection has ended while it was handed over: somebody aborted it. The mount was taken away.");
                break;
            case SupervisorState.HandingOver:
                Promote(worker);
                break;
            case SupervisorState.Serving or SupervisorState.Restarting:
                OnCrash(worker, exit);
                break;
            case SupervisorState.Unmounting or SupervisorState.Draining:
                // It serves nothing any more; CleanUp takes the mount away when umount(2) was still on its way.
                Finish(worker.EndReason is null && !exit.IsSuccess ? 1 : 0,
                    worker.EndReason is null && !exit.IsSuccess ? $"{_reason}; meanwhile the worker {exit}" : _reason);
                break;
            default:
                Finish(_exitCode, _reason);
                break;
        }
    }

    private void OnDeadline()
    {
        switch (_state)
        {
            case SupervisorState.Loading or SupervisorState.Starting:
                Finish(2, $"The worker wasn't ready within {ReadyTime.TotalSeconds:0} s: the file system's start takes too long, or hangs.");
                break;
            case SupervisorState.Restarting:
                OnRestartDeadline();
                break;
            case SupervisorState.Serving when _switcher is not null:
                EndSwitch($"The worker didn't change the channel within {SwitchTime.TotalSeconds:0} s.");
                break;
            case SupervisorState.Serving:
                RefuseUpgrade($"The new worker wasn't loaded within {ReadyTime.TotalSeconds:0} s");
                break;
            case SupervisorState.HandingOver:
                _log($"{_mount!.MountPoint}: the worker didn't finish what it served within {HandOverTime.TotalSeconds:0} s, and was killed; the next one serves it again.");
                _worker!.Kill();
                _deadline = long.MaxValue;
                break;
            case SupervisorState.Unmounting:
                Abort($"the unmount took more than {UnmountTime.TotalSeconds:0} s, so the connection was aborted");
                break;
            case SupervisorState.Draining:
                Abort("files were still open, and whoever has them gets an error from now on");
                break;
            default:
                Finish(_exitCode, _reason);
                break;
        }
    }
}
