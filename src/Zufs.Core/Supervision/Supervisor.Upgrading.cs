using System.Diagnostics;
using Zufs.Channels;
using Zufs.Mounting;

namespace Zufs.Supervision;

/// <content>
/// A worker that lives is replaced by another program or another file system. The new one loads first; while it does, and when it refuses, the old one
/// goes on. Then the old one finishes what it has and leaves, and the new one takes the connection as a dead worker's successor would.
/// </content>
internal sealed partial class Supervisor
{
    // How long the old worker may take to finish what it serves. Then it is killed, and the new one serves that again.
    private static readonly TimeSpan HandOverTime = TimeSpan.FromSeconds(10);

    // How often requests are made on every CPU while a ring waits for them, and how many may wait: a queue may have up to 64 entries.
    private const int KickMilliseconds = 2;
    private const int MaxKicks = 80;

    private WorkerProcess? _candidate;
    private SupervisorOrder? _candidateOrder;
    private LineSocket? _upgrader;
    private MountKick? _kick;
    private long _handOverBegan;
    private int _upgrades;

    // From the moment the new worker has the connection till it serves: what to go back to.
    private SupervisorOrder? _formerOrder;

    // What to answer when the old program serves again.
    private ControlMessage? _refusal;

    private void BeginUpgrade(LineSocket client, WorkerChange change)
    {
        string? refusal = _state != SupervisorState.Serving ? $"The mount is {_state.ToString().ToLowerInvariant()}: try again when it serves."
            : _candidate is not null || _switcher is not null ? "Another change is under way."
            : !Survives ? Promise()
            : !_mount!.IsMounted ? "The mount was taken out of the tree and ends with its last open file."
            : null;
        if (refusal is null)
        {
            _candidateOrder = _order with
            {
                FileSystem = change.FileSystem ?? _order.FileSystem,
                Arguments = change.Arguments ?? _order.Arguments,
                Worker = change.Worker ?? _order.Worker,
            };
            try
            {
                _candidate = WorkerProcess.Start(_candidateOrder, _arena!);
                _upgrader = client;
                _deadline = Environment.TickCount64 + (long)ReadyTime.TotalMilliseconds;
                return;
            }
            catch (IOException e)
            {
                refusal = e.Message;
            }
        }
        client.Send(new ControlMessage { Kind = ControlKind.Failed, Sentence = refusal });
    }

    private void OnCandidateLoaded(WorkerProcess candidate, string recovery)
    {
        string options = MountOptions.Parse(_order.Options).With(candidate.NeededOptions!).ToString();
        if (recovery == NoRecovery)
            RefuseUpgrade("The new file system keeps its state in its process, so it can't go on with this mount");
        else if (options != _options.ToString())
            RefuseUpgrade($"The new file system needs the mount options “{options}”, and the mount has “{_options}”");
        else if (_state == SupervisorState.Serving)
            BeginHandOver();
    }

    private void BeginHandOver()
    {
        _handOverBegan = Stopwatch.GetTimestamp();
        Enter(SupervisorState.HandingOver, HandOverTime);
        _worker!.Socket.Send(new ControlMessage { Kind = ControlKind.HandOver });
        _kick = _channel == "uring" ? new MountKick(_mount!.MountPoint) : null;
        Kick();
    }

    // A ring is handed over when each of its entries has a request.
    private void Kick()
    {
        if (_state == SupervisorState.HandingOver && _kick is { } kick && kick.Pending < MaxKicks * Environment.ProcessorCount)
            kick.Send();
    }

    private void RefuseUpgrade(string why)
    {
        string sentence = $"{why}. The worker goes on as it was.";
        _log($"{_mount!.MountPoint}: no upgrade: {sentence}");
        if (_candidate is { } candidate)
        {
            candidate.Kill();
            // It is not waited for: poll has its pidfd no more, and init reaps it should this process end first.
            _retired.Add(candidate);
        }
        _candidate = null;
        if (_state == SupervisorState.Serving)
            Enter(SupervisorState.Serving);
        AnswerUpgrade(new ControlMessage { Kind = ControlKind.Failed, Sentence = sentence });
    }

    private void AnswerUpgrade(ControlMessage answer)
    {
        _upgrader?.Send(answer);
        _upgrader = null;
    }

    // The old worker has left.
    private void Promote(WorkerProcess old)
    {
        old.Dispose();
        Retire(_standby);
        _standby = null;
        _standbyFailed = false;
        _formerOrder = _order;
        _order = _candidateOrder!;
        _worker = _candidate;
        _candidate = null;
        _kick = null;
        Enter(SupervisorState.Restarting, ReadyTime);
        _worker!.GiveConnection(_mount!, _options, _restarts);
    }

    private void NoteUpgrade()
    {
        _upgrades++;
        _formerOrder = null;
        _log($"{_mount!.MountPoint}: another worker ({_worker!.Id}) has taken over, in {Stopwatch.GetElapsedTime(_handOverBegan).TotalMilliseconds:0} ms.");
    }

    // The new worker died before it served: the one before is started again, and goes on.
    private void GoBack(string why)
    {
        _order = _formerOrder!;
        _formerOrder = null;
        // Said when it serves: whoever asked may ask again at once.
        _refusal = new ControlMessage { Kind = ControlKind.Failed, Sentence = $"{why}. The program from before was started again and goes on." };
    }

    private void Retire(WorkerProcess? worker)
    {
        if (worker is null)
            return;
        worker.Kill();
        _retired.Add(worker);
    }

    // Killed already; reaped when poll comes by.
    private readonly List<WorkerProcess> _retired = [];

    private void ReapRetired() => _retired.RemoveAll(static worker =>
    {
        bool ended = worker.TryReap(out _);
        if (ended)
            worker.Dispose();
        return ended;
    });

    // After a ring was registered anew: what had to wait in the kernel's queues meanwhile needs a request behind it.
    private void KickQueues()
    {
        if (_channel == "uring" && _mount!.IsMounted)
            new MountKick(_mount.MountPoint).Send();
    }
}
