using Zufs.Channels;

namespace Zufs.Supervision;

/// <content>Another channel for a mount in use. The worker does it; here is who asked, and the requests that show that it was done.</content>
internal sealed partial class Supervisor
{
    private static readonly TimeSpan SwitchTime = TimeSpan.FromSeconds(5);

    private LineSocket? _switcher;
    private MountKick? _probe;

    private void BeginSwitch(LineSocket client, string channel)
    {
        SwitchPlan plan = SwitchPlan.Make(_order.MountPoint, _channel, channel);
        string? refusal = !plan.IsPossible ? plan.Effect
            : plan.IsNothing ? null
            : _state != SupervisorState.Serving ? $"The mount is {_state.ToString().ToLowerInvariant()}: try again when it serves."
            : _candidate is not null || _switcher is not null ? "Another change is under way."
            : !_mount!.IsMounted ? "The mount was taken out of the tree and ends with its last open file."
            : null;
        if (refusal is not null || plan.IsNothing)
        {
            client.Send(refusal is null
                ? new ControlMessage { Kind = ControlKind.Status, Status = Status() }
                : new ControlMessage { Kind = ControlKind.Failed, Sentence = refusal });
            return;
        }
        _switcher = client;
        _probe = new MountKick(_mount!.MountPoint);
        _deadline = Environment.TickCount64 + (long)SwitchTime.TotalMilliseconds;
        _worker!.Socket.Send(new ControlMessage { Kind = ControlKind.Switch, Channel = channel });
    }

    // While the worker waits for the first request by the new channel.
    private void ProbeChannel()
    {
        if (_switcher is not null && _probe is { } probe && probe.Pending < MaxKicks)
            probe.Send();
    }

    private void OnSwitched(ControlMessage message)
    {
        if (_switcher is null)
            return;
        if (message.Sentence is null)
            _channel = message.Channel ?? _channel;
        EndSwitch(message.Sentence);
    }

    /// <param name="failure">Why not; null when it was done.</param>
    private void EndSwitch(string? failure)
    {
        if (_switcher is not { } client)
            return;
        _switcher = null;
        _probe = null;
        if (_state == SupervisorState.Serving)
            Enter(SupervisorState.Serving);
        _log(failure is null ? $"{_mount!.MountPoint}: requests come by {_channel} now." : $"{_mount!.MountPoint}: no other channel: {failure}");
        if (failure is null)
            _folder!.Write(Status());
        client.Send(failure is null
            ? new ControlMessage { Kind = ControlKind.Status, Status = Status() }
            : new ControlMessage { Kind = ControlKind.Failed, Sentence = failure });
    }
}
