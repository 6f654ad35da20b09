using Zufs.Channels;
using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <content>The server threads, and the control thread that starts more of them and sees to the end.</content>
public sealed partial class Session
{
    private readonly object _lock = new();

    // All guarded by _lock.
    private readonly List<ServerThread> _threads = [];
    private readonly HashSet<(Transport Transport, int Queue)> _busy = [];
    private readonly HashSet<Transport> _refused = [];
    private List<Transport> _transports = [];
    private int _live;
    private bool _stopping;
    private ShutdownReason _reason;

    private ServerThread? _callerThread;
    private Exception? _startFailure;

    internal ServerScope NewScope(Channel channel) => new(_arena, _inFlight, Dispatcher.Intents, channel, _log);

    internal void OnThreadLeft(ServerThread thread, ExchangeOutcome outcome)
    {
        switch (outcome)
        {
            case ExchangeOutcome.Ended:
                RecordEnd(WhyEnded(thread.Channel!.EndError));
                break;
            case ExchangeOutcome.Refused:
                OnRefused(thread.Transport);
                break;
        }
        Leave();
    }

    internal void OnThreadFailed(ServerThread thread, Exception e)
    {
        _log.Write($"A server thread of the {thread.Transport.Name} channel failed: {e}");
        if (thread.IsOptional && thread.OpenFailure is not null)
        {
            OnRefused(thread.Transport);
            Leave();
            return;
        }
        RecordEnd(ShutdownReason.ChannelFailed);
        Leave();
    }

    private void StartThreads(List<Transport> transports)
    {
        _transports = transports;
        bool onCaller = _fileSystem.Traits.Concurrency == Concurrency.CallerThread;
        foreach (Transport transport in transports)
        {
            // A channel's thread calls this while applications wait: it only leaves word.
            transport.AllBusy = queue => NoteBusy(transport, queue);
            foreach (ServerSeat seat in transport.Seats)
                _threads.Add(new ServerThread(this, transport, seat, onCaller));
        }
        _live = _threads.Count;
        new Thread(ProcessControl, 256 << 10) { IsBackground = true, Name = "zufs-session" }.Start();
        if (onCaller)
        {
            _callerThread = _threads[0];
            return;
        }
        ServerThread[] first = [.. _threads];
        foreach (ServerThread thread in first)
            thread.Start();
        foreach (ServerThread thread in first)
            thread.WaitUntilOpen();
        // A ring that lacks one queue hangs every request: all must be open.
        _startFailure = Array.Find(first, thread => thread.OpenFailure is not null)?.OpenFailure;
    }

    private void NoteBusy(Transport transport, int queue)
    {
        lock (_lock)
        {
            if (_busy.Add((transport, queue)))
                Monitor.Pulse(_lock);
        }
    }

    private void OnRefused(Transport transport)
    {
        lock (_lock)
        {
            if (!_refused.Add(transport))
                return;
            Channel = "fuse";
            _notes.Add($"{transport.Name}: the kernel refused the ring when it was registered; the mount goes on by fuse.");
            _busy.Add((_transports[^1], 0));
            Monitor.Pulse(_lock);
        }
        _options.Log($"The kernel refused the {transport.Name} channel when it was registered; the mount goes on by fuse.");
    }

    private void RecordEnd(ShutdownReason reason)
    {
        lock (_lock)
        {
            if (_reason == ShutdownReason.None)
                _reason = reason;
            _stopping = true;
            Monitor.Pulse(_lock);
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _live--;
            Monitor.Pulse(_lock);
        }
    }

    private void ProcessControl()
    {
        bool stopped = false;
        for (; ; )
        {
            (Transport Transport, int Queue)[] busy;
            bool stopNow;
            lock (_lock)
            {
                while (_live > 0 && _busy.Count == 0 && (stopped || !_stopping))
                    Monitor.Wait(_lock);
                if (_live <= 0)
                    break;
                busy = [.. _busy];
                _busy.Clear();
                stopNow = _stopping && !stopped;
            }
            if (stopNow)
            {
                stopped = true;
                StopThreads();
            }
            else if (!stopped)
            {
                foreach ((Transport transport, int queue) in busy)
                    Grow(transport, queue);
            }
        }
        Conclude();
    }

    private void Grow(Transport transport, int queue)
    {
        ServerSeat? seat = transport.Grow(queue);
        if (seat is null)
            return;
        var thread = new ServerThread(this, transport, seat);
        lock (_lock)
        {
            _threads.Add(thread);
            _live++;
        }
        thread.Start();
        thread.WaitUntilOpen();
    }
}
