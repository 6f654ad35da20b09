using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// FUSE over io_uring: a queue for every CPU that the kernel may ever see, since no request is given out before each of them has an entry. The
/// queues of CPUs that this process may run on have pinned threads; the others share one thread that isn't pinned.
/// </summary>
/// <remarks>
/// Before it is made INIT must have been answered with FUSE_OVER_IO_URING (or, on kernels that bear it, the connection is a live one without).
/// FORGET, INTERRUPT and notifications go over <see cref="FuseTransport"/> as before.
/// </remarks>
public sealed class UringTransport : Transport
{
    private const int MaxDepth = 64;

    private readonly SafeFileHandle _connection;
    private readonly UringQueue[] _queues;
    private readonly List<Seat> _seats = [];
    private readonly int _maxThreads;

    /// <summary>Plans the seats. Nothing is registered before the first <see cref="ServerSeat.Open"/>.</summary>
    /// <param name="connection">The connection. Not owned, but held open until the last channel is gone.</param>
    /// <param name="options">How its queues are served.</param>
    /// <param name="arena">Where entries and payloads live. Not owned.</param>
    /// <exception cref="Interop.LibCException">The machine doesn't say how many CPUs it may have.</exception>
    public UringTransport(SafeFileHandle connection, UringOptions options, Arena arena)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Depth, MaxDepth);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThreadsPerQueue, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxDeferred);
        _connection = connection;
        _maxThreads = Math.Max(options.ThreadsPerQueue, options.MaxThreadsPerQueue);
        MaxDeferred = options.MaxDeferred;
        // SETXATTR carries a name beside the largest value.
        Memory = new UringMemory(arena, Math.Max(options.PayloadSize, FuseLimits.XattrSizeMax + 4096));
        _queues = PlanQueues();
        Depth = PlanDepth(options);
        PlanSeats(options.ThreadsPerQueue);
    }

    /// <inheritdoc/>
    public override string Name => "uring";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats => _seats;

    /// <summary>Entries that each thread registers on its queue.</summary>
    public int Depth { get; }

    internal int MaxDeferred { get; }

    internal UringMemory Memory { get; }

    internal bool CanGrow => _maxThreads > 1;

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue)
    {
        if ((uint)queue >= (uint)_queues.Length)
            return null;
        lock (_queues)
        {
            UringQueue grown = _queues[queue];
            return grown.Threads < _maxThreads ? NewSeat(grown, isLate: true) : null;
        }
    }

    /// <summary>
    /// Asks another process for a request on the queue of a CPU (<see cref="MountKick"/>): what a ring falls back on where the kernel knows no file yet. Null
    /// where there is no other process. Set before the first channel is opened.
    /// </summary>
    internal Action<int>? OutsideKick { get; set; }

    // By a thread of this queue.
    internal bool TryKick(UringQueue queue)
    {
        if (LibC.sched_getcpu() == queue.Number)
        {
            int connection = (int)_connection.DangerousGetHandle();
            if (queue.File != 0 && FuseKick.Send(connection, queue.File) == 0)
                return true;
            foreach (UringQueue other in _queues)
            {
                ulong file = Volatile.Read(ref other.File);
                if (file != 0 && FuseKick.Send(connection, file) == 0)
                    return true;
            }
        }
        OutsideKick?.Invoke(queue.Number);
        return OutsideKick is not null;
    }

    internal int Hold()
    {
        bool held = false;
        _connection.DangerousAddRef(ref held);
        return (int)_connection.DangerousGetHandle();
    }

    internal void LetGo() => _connection.DangerousRelease();

    private static UringQueue[] PlanQueues()
    {
        int count = Cpus.PossibleCount();
        bool[] allowed = Cpus.Allowed(count);
        var queues = new UringQueue[count];
        for (int cpu = 0; cpu < count; cpu++)
            queues[cpu] = new UringQueue(cpu, allowed[cpu] ? cpu : -1);
        return queues;
    }

    // A thread that may wait inside an operation has one entry, so that no request is stuck behind that wait while another thread is free.
    private int PlanDepth(UringOptions options)
    {
        if (_maxThreads > 1)
            return 1;
        long perQueue = options.MaxMemory / Memory.PayloadSize / _queues.Length;
        return (int)Math.Clamp(perQueue, 1, options.Depth);
    }

    private void PlanSeats(int threadsPerQueue)
    {
        var others = new List<UringQueue>();
        foreach (UringQueue queue in _queues)
        {
            int found = Memory.CountFound(queue.Number);
            queue.ShareOfFound = found;
            if (queue.Cpu < 0)
            {
                others.Add(queue);
                queue.Threads = 1;
                continue;
            }
            // Requests that may wait for one another shall not stand in one thread.
            int threads = Math.Clamp(found, threadsPerQueue, _maxThreads);
            queue.ShareOfFound = (found + threads - 1) / threads;
            for (int thread = 0; thread < threads; thread++)
                _seats.Add(NewSeat(queue, isLate: false));
        }
        if (others.Count > 0)
            _seats.Add(new Seat(this, [.. others], cpu: -1, queue: -1, "zufs-ring-other", isLate: false));
    }

    private Seat NewSeat(UringQueue queue, bool isLate) =>
        new(this, [queue], queue.Cpu, queue.Number, $"zufs-ring-{queue.Number}.{queue.Threads++}", isLate);

    private sealed class Seat(UringTransport transport, UringQueue[] queues, int cpu, int queue, string threadName, bool isLate)
        : ServerSeat(cpu, queue, threadName)
    {
        public override Channel Open() => new UringChannel(transport, queues, isLate);
    }
}
