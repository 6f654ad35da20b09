using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>A mount that this process started. Any thread.</summary>
public sealed class RunningMount : IDisposable
{
    private readonly LineSocket _socket;
    private readonly ChildProcess _supervisor;
    private readonly SupervisorClient? _client;
    private readonly TaskCompletionSource<MountEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MountStatus _first;

    internal RunningMount(LineSocket socket, ChildProcess supervisor, MountStatus status)
    {
        _socket = socket;
        _supervisor = supervisor;
        _first = status;
        _client = SupervisorClient.Connect(MountRegistry.FolderOf(status.Id));
        new Thread(Watch) { IsBackground = true, Name = "zufs-watch" }.Start();
    }

    /// <summary>Where it is mounted: absolute, without symbolic links.</summary>
    public string MountPoint => _first.MountPoint;

    /// <summary>The channel that was taken.</summary>
    public string Channel => _first.Channel;

    /// <summary>Why better channels were not taken; sentences.</summary>
    public IReadOnlyList<string> Notes => _first.Notes;

    /// <summary>What is left of the file system when its worker dies: <c>stateless</c>, <c>hook</c> or <c>none</c>.</summary>
    public string Recovery => _first.Recovery;

    /// <summary>What applications notice when the worker dies; a sentence.</summary>
    public string Promise => _first.Promise;

    /// <summary>The process that holds the mount.</summary>
    public int SupervisorPid => _first.SupervisorPid;

    /// <summary>The process that runs the file system; after a restart it is another one, see <see cref="Status"/>.</summary>
    public int WorkerPid => _first.WorkerPid;

    /// <summary>Completes when the mount has ended, for whatever reason; never faults.</summary>
    public Task<MountEnd> Ended => _ended.Task;

    /// <summary>Asks the supervisor for the mount's state.</summary>
    /// <returns>The state; null when the supervisor has gone.</returns>
    public MountStatus? Status() => _client?.Status();

    /// <summary>Asks for a clean end. Returns at once; see <see cref="Ended"/>.</summary>
    public void Stop() => _socket.Send(new ControlMessage { Kind = ControlKind.Stop });

    /// <summary>Stops the mount and waits for its end, which has a bound of its own.</summary>
    public void Dispose()
    {
        if (!_ended.Task.IsCompleted)
            Stop();
        _ended.Task.Wait();
        _client?.Dispose();
        _socket.Dispose();
        _supervisor.Dispose();
    }

    // On its own thread: the supervisor speaks once more, or dies.
    private void Watch()
    {
        ControlMessage? last = null;
        while (_socket.Receive() is { } message)
            last = message;
        ChildExit exit = _supervisor.Wait();
        string reason = last?.Sentence ?? $"The supervisor {exit}. The worker took the mount away. Start it again with the same command.";
        _ended.SetResult(new MountEnd(exit.IsSignal ? -1 : exit.Status, reason));
    }
}
