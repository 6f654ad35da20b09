using Microsoft.Win32.SafeHandles;

namespace Zufs.Channels;

/// <summary>
/// Plain <c>/dev/fuse</c>: every thread reads and writes the one connection fd. It is never cloned (FUSE_DEV_IOC_CLONE): that gains nothing, and
/// closing a dead worker's clone would abort its requests instead of having them sent again.
/// </summary>
public sealed class FuseTransport : Transport
{
    private const int Page = 4096;

    private readonly SafeFileHandle _connection;
    private readonly Seat[] _seats;
    private readonly int _maxThreads;
    private int _threads;
    private int _waiting;

    /// <summary>Plans the seats. The connection's flags stay as they are.</summary>
    /// <param name="connection">The connection, whose INIT was answered. Not owned, but held open until the last channel and the last deferred request are gone.</param>
    /// <param name="threads">Server threads, at least 1. More than one gains nothing but for operations that wait.</param>
    /// <param name="maxWrite">What INIT agrees on, in bytes: the most that one WRITE carries, and one READ asks for.</param>
    /// <param name="maxThreads">How many threads <see cref="Grow"/> may bring it to; 0 for <paramref name="threads"/>.</param>
    public FuseTransport(SafeFileHandle connection, int threads, int maxWrite, int maxThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWrite, Page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxWrite, 1 << 28);
        _connection = connection;
        _maxThreads = Math.Max(threads, maxThreads);
        // A request of full size has its header, its fixed part and a name beside the data; a reply may be an extended attribute.
        int data = (Math.Max(maxWrite, FuseLimits.XattrSizeMax) + Page - 1) & -Page;
        RequestSize = data + Page;
        RoomSize = data;
        _seats = new Seat[threads];
        for (int i = 0; i < threads; i++)
            _seats[i] = NextSeat();
    }

    /// <inheritdoc/>
    public override string Name => "fuse";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats => _seats;

    /// <summary>Whether INIT agreed on SETXATTR_EXT: then the fixed part of SETXATTR is 16 bytes and not 8. Set it before requests flow.</summary>
    public bool HasSetxattrExt { get; set; }

    internal int RequestSize { get; }

    internal int RoomSize { get; }

    // Counting who waits is an atomic operation that all threads share, so it is done only where somebody can act on it.
    private bool Counts => _maxThreads > _seats.Length;

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue)
    {
        lock (_seats)
            return _threads < _maxThreads ? NextSeat() : null;
    }

    internal int Hold()
    {
        bool held = false;
        _connection.DangerousAddRef(ref held);
        return (int)_connection.DangerousGetHandle();
    }

    internal void LetGo() => _connection.DangerousRelease();

    internal void Waits()
    {
        if (Counts)
            Interlocked.Increment(ref _waiting);
    }

    internal void Takes()
    {
        if (Counts && Interlocked.Decrement(ref _waiting) == 0)
            AllBusy?.Invoke(0);
    }

    internal void Leaves()
    {
        if (Counts)
            Interlocked.Decrement(ref _waiting);
    }

    private Seat NextSeat() => new(this, $"zufs-fuse-{_threads++}");

    private sealed class Seat(FuseTransport transport, string threadName) : ServerSeat(cpu: -1, queue: 0, threadName)
    {
        public override Channel Open() => new FuseChannel(transport);
    }
}
