using Zufs.Interop;
using Zufs.Sessions;

namespace Zufs.Supervision;

/// <content>What the loop answers to, one method an event.</content>
internal sealed partial class Supervisor
{
    private bool _workerIsReaped;

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
            if (message.Kind is ControlKind.Status or ControlKind.Stop)
                client.Send(new ControlMessage { Kind = ControlKind.Status, Status = Status() });
        }
        if (!client.IsClosed)
            return;
        _clients.Remove(client);
        client.Dispose();
    }

    private void OnWorkerMessages()
    {
        while (_workerSocket!.TryReceive() is { } message)
        {
            switch (message.Kind)
            {
                case ControlKind.Loaded when _state == SupervisorState.Loading:
                    try
                    {
                        MountFor(message.Options ?? "");
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
                    {
                        Finish(2, e.Message);
                    }
                    break;
                case ControlKind.Ready when _state == SupervisorState.Starting:
                    _channel = message.Channel ?? "";
                    _notes = message.Notes ?? [];
                    Enter(SupervisorState.Serving);
                    _folder!.Write(Status());
                    _starter.Send(new ControlMessage { Kind = ControlKind.Ready, Channel = _channel, Notes = _notes, Status = Status() });
                    break;
                case ControlKind.Failed:
                    _failure = message.Sentence;
                    break;
                case ControlKind.Ended:
                    _workerReason = message.Reason;
                    break;
            }
        }
    }

    /// <summary>The worker's process has ended: in every state this decides what becomes of the mount.</summary>
    private void OnWorkerEnd()
    {
        if (_workerIsReaped || !_worker!.TryWait(out ChildExit exit))
            return;
        _workerIsReaped = true;
        // What it said last may still be on the way.
        OnWorkerMessages();
        switch (_state)
        {
            case SupervisorState.Loading or SupervisorState.Starting:
                Finish(2, _failure ?? $"The worker {exit} before requests could flow. Run it with “--verbose” and look above for what it said.");
                break;
            case SupervisorState.Serving when exit.IsSuccess && _workerReason == nameof(ShutdownReason.Unmounted):
                Finish(0, "it was unmounted from outside");
                break;
            case SupervisorState.Serving:
                Finish(1, _workerReason is { } reason
                    ? $"Its connection has ended ({reason}): somebody aborted it, or its channel failed. The mount was taken away. Start it again with the same command."
                    : $"The worker {exit}. The mount was taken away, and whoever used it got an error. Start it again with the same command.");
                break;
            case SupervisorState.Unmounting or SupervisorState.Draining:
                // It serves nothing any more; CleanUp takes the mount away when umount(2) was still on its way.
                Finish(_workerReason is null && !exit.IsSuccess ? 1 : 0, _workerReason is null && !exit.IsSuccess ? $"{_reason}; meanwhile the worker {exit}" : _reason);
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
