using Zufs.Arenas;
using Zufs.Diagnostics;
using Zufs.Interop;
using Zufs.Mounting;

namespace Zufs.Supervision;

/// <summary>
/// Holds what the kernel must not lose of one mount: its connection and its arena. Mounts, starts the worker, answers questions, and ends the
/// mount so that no application hangs and no stale mount stays. One thread, no file-system code.
/// </summary>
internal sealed partial class Supervisor : IDisposable
{
    private const int MaxClients = 16;
    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnmountTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DieTime = TimeSpan.FromSeconds(2);

    private SupervisorOrder _order;
    private readonly LineSocket _starter;
    private readonly EventFile _wake;
    private readonly PollSet _polled = new();
    private readonly List<LineSocket> _clients = [];
    private readonly Action<string> _log;
    private readonly RestartLimit _limit;

    private MountFolder? _folder;
    private Mount? _mount;
    private MountOptions _options = new();
    private Arena? _arena;
    private WorkerProcess? _worker;
    private Microsoft.Win32.SafeHandles.SafeFileHandle? _listener;

    private SupervisorState _state = SupervisorState.Loading;
    private long _deadline = long.MaxValue;
    private bool _starterListens = true;
    private string _channel = "";
    private IReadOnlyList<string> _notes = [];
    private string _reason = "";
    private int _exitCode;

    // Set by the thread of a signal and read by the loop, after the event was raised.
    private volatile string? _stopSignal;

    /// <summary>Takes an order.</summary>
    /// <param name="order">What to mount.</param>
    /// <param name="starter">Who gave the order, and is told how it goes.</param>
    /// <param name="log">Where lines for people go.</param>
    public Supervisor(SupervisorOrder order, LineSocket starter, Action<string> log)
    {
        _order = order;
        _starter = starter;
        _log = log;
        _wake = new EventFile();
        _limit = RestartLimit.Parse(order.RestartLimit);
        _policy = new RestartPolicy(_limit);
        _watch = order.DeadlineMilliseconds > 0 ? new DeadlineWatch(TimeSpan.FromMilliseconds(order.DeadlineMilliseconds)) : null;
    }

    /// <summary>Asks for a clean end. Any thread.</summary>
    /// <param name="signal">The signal that asked, by name.</param>
    public void RequestStop(string signal)
    {
        _stopSignal = signal;
        _wake.Raise();
    }

    /// <summary>Mounts, and returns when the mount has ended.</summary>
    /// <returns>The exit code: 0 unmounted, 1 ended by a failure, 2 never started.</returns>
    public int Run()
    {
        try
        {
            SetUp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Finish(2, e.Message);
        }
        while (_state != SupervisorState.Ended)
        {
            FillPolled();
            _polled.Wait(MillisecondsLeft());
            if (_state != SupervisorState.Ended && Environment.TickCount64 >= _deadline)
                OnDeadline();
            Look();
            Kick();
            ProbeChannel();
            ReapRetired();
        }
        CleanUp();
        return _exitCode;
    }

    public void Dispose()
    {
        foreach (LineSocket client in _clients)
            client.Dispose();
        _worker?.Dispose();
        _standby?.Dispose();
        _candidate?.Dispose();
        _listener?.Dispose();
        _arena?.Dispose();
        _mount?.Dispose();
        _wake.Dispose();
    }

    private void SetUp()
    {
        _folder = StateDirectory.Open().Create();
        _listener = UnixSocket.Listen(_folder.SocketPath);
        _arena = Arena.Create("zufs-arena");
        _worker = WorkerProcess.Start(_order, _arena);
        Enter(SupervisorState.Loading, ReadyTime);
    }

    // Only now, with runtime and file system loaded: whatever they read while they started may lie below the mount point.
    private void MountFor(string neededOptions)
    {
        _options = MountOptions.Parse(_order.Options).With(neededOptions);
        _mount = Mount.Create(_order.MountPoint, _options);
        Enter(SupervisorState.Starting, ReadyTime);
        _folder!.Write(Status());
        _worker!.GiveConnection(_mount, _options, deaths: 0);
    }

    private void FillPolled()
    {
        _polled.Clear();
        _polled.Add(_wake.Handle, OnWake);
        foreach (WorkerProcess? worker in (WorkerProcess?[])[_worker, _standby, _candidate])
        {
            if (worker is null)
                continue;
            if (!worker.IsReaped)
                _polled.Add(worker.Handle, () => OnProcessEnd(worker));
            if (!worker.Socket.IsClosed)
                _polled.Add(worker.Socket.Handle, () => OnMessages(worker));
        }
        if (_starterListens)
            _polled.Add(_starter.Handle, OnStarter);
        if (_listener is not null && _clients.Count < MaxClients)
            _polled.Add(_listener, OnConnect);
        foreach (LineSocket client in _clients)
            _polled.Add(client.Handle, () => OnClient(client));
    }

    private int MillisecondsLeft()
    {
        if ((_state == SupervisorState.HandingOver && _kick is not null) || _switcher is not null)
            return KickMilliseconds;
        long next = Math.Min(_deadline, _nextLook);
        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - Environment.TickCount64, 0, int.MaxValue);
    }

    private void Enter(SupervisorState state, TimeSpan? bound = null)
    {
        _state = state;
        _deadline = bound is { } b ? Environment.TickCount64 + (long)b.TotalMilliseconds : long.MaxValue;
    }

    private void Finish(int exitCode, string reason)
    {
        _exitCode = exitCode;
        _reason = reason;
        Enter(SupervisorState.Ended);
    }

    private MountStatus Status()
    {
        SessionCounters counters = SessionCounters.Read(_arena!);
        return StatusBeforeCounting() with { Operations = counters.Operations, Errors = counters.Errors, Latency = counters.Latency.ToArray(), LostRingEntries = counters.LostRingEntries };
    }

    private MountStatus StatusBeforeCounting() => new()
    {
        Id = _folder!.Id,
        MountPoint = _mount?.MountPoint ?? _order.MountPoint,
        Device = _mount?.Device ?? 0,
        FileSystem = _order.FileSystem,
        Channel = _channel,
        Notes = _notes,
        WorkerPid = _worker?.Id ?? 0,
        SupervisorPid = Environment.ProcessId,
        Restarts = _restarts,
        Upgrades = _upgrades,
        Recovery = _recovery,
        Promise = _channel.Length == 0 ? "" : Promise(),
        State = _state == SupervisorState.Serving && !_mount!.IsMounted ? "detached" : _state.ToString().ToLowerInvariant(),
    };
}
