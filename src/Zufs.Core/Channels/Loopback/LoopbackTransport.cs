using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>Loopback channels for the threads of a whole session: any thread calls, a server thread answers. For tests without a mount.</summary>
public sealed class LoopbackTransport : Transport
{
    private readonly int _roomLength;
    private readonly int _depth;
    private readonly int _maxThreads;
    private readonly List<ServerSeat> _seats = [];
    private readonly object _lock = new();

    // All guarded by _lock.
    private readonly Queue<LoopbackCall> _calls = new();
    private int _idle;
    private int _threads;

    /// <summary>A transport with some threads.</summary>
    /// <param name="threads">Server threads from the start.</param>
    /// <param name="maxThreads">How many <see cref="Grow"/> may make of them.</param>
    /// <param name="roomLength">Bytes for a reply.</param>
    /// <param name="depth">Requests that one thread's channel can hold, served and deferred.</param>
    public LoopbackTransport(int threads = 1, int maxThreads = 1, int roomLength = 1 << 16, int depth = 4)
    {
        _roomLength = roomLength;
        _depth = depth;
        _maxThreads = maxThreads;
        _threads = threads;
        for (int i = 0; i < threads; i++)
            _seats.Add(new Seat(this, i));
    }

    /// <inheritdoc/>
    public override string Name => "loopback";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats => _seats;

    /// <summary>Whether <see cref="End"/> was called.</summary>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue)
    {
        lock (_lock)
            return _threads < _maxThreads ? new Seat(this, _threads++) : null;
    }

    /// <summary>Hands in a request. Any thread.</summary>
    /// <param name="request">The whole request.</param>
    /// <returns>The call, to wait on.</returns>
    public LoopbackCall Send(ReadOnlyMemory<byte> request)
    {
        var call = new LoopbackCall { Request = request };
        lock (_lock)
        {
            _calls.Enqueue(call);
            Monitor.Pulse(_lock);
        }
        return call;
    }

    internal int EndError { get; private set; }

    /// <summary>Ends the connection: every exchange says <see cref="ExchangeOutcome.Ended"/>.</summary>
    /// <param name="errno">ENODEV for an unmount, ECONNABORTED for an abort.</param>
    public void End(int errno = LibC.ENODEV)
    {
        lock (_lock)
        {
            EndError = errno;
            IsEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    internal LoopbackCall? Take(LoopbackChannel channel)
    {
        bool lastIdle;
        LoopbackCall? call;
        lock (_lock)
        {
            _idle++;
            while (!IsEnded && !channel.IsStopped && _calls.Count == 0)
                Monitor.Wait(_lock);
            _idle--;
            lastIdle = _idle == 0;
            if (IsEnded || channel.IsStopped || !_calls.TryDequeue(out call))
                return null;
        }
        if (lastIdle)
            AllBusy?.Invoke(0);
        return call;
    }

    internal void Wake()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
    }

    private sealed class Seat(LoopbackTransport transport, int number) : ServerSeat(-1, 0, $"zufs-loop-{number}")
    {
        public override Channel Open() =>
            new LoopbackChannel(transport, transport._roomLength, transport._depth, roomIsRest: number % 2 == 1, hasSetxattrExt: true);
    }
}
