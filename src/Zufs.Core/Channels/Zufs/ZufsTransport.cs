using System.Text;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// <c>zufs.ko</c>: a channel for every CPU that this process may run on, attached to a live connection. A request that finds a thread waiting on its CPU
/// comes here, in one call an operation; everything else goes by <see cref="FuseTransport"/>, which is to be served beside it.
/// </summary>
/// <remarks>
/// INIT must have been answered. The channels hear nothing of the connection's end: the session does, on <c>fuse</c>.
/// Until the first thread waits, everything comes by <c>fuse</c>. A dead server's requests wait for its successor's threads.
/// </remarks>
public sealed unsafe class ZufsTransport : Transport
{
    private const int Page = 4096;

    private readonly int _server;
    private readonly ZufsQueue[] _queues;
    private readonly List<Seat> _seats = [];
    private readonly int _maxThreads;

    /// <summary>Makes the channels and attaches the connection to them.</summary>
    /// <param name="connection">The connection. Used here only; the kernel keeps its own hold of it.</param>
    /// <param name="options">How its CPUs are served.</param>
    /// <exception cref="LibCException">The module isn't there, speaks another version, has no memory, or refuses the connection (EPERM, EBUSY).</exception>
    public ZufsTransport(SafeFileHandle connection, ZufsOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThreadsPerCpu, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxDeferred);
        HasSetxattrExt = options.HasSetxattrExt;
        int payload = (Math.Max(options.PayloadSize, FuseLimits.XattrSizeMax + Page) + Page - 1) & -Page;
        payload = Math.Clamp(payload, (int)LibC.ZUFS_PAYLOAD_MIN, (int)LibC.ZUFS_PAYLOAD_MAX);
        int[] cpus = AllowedCpus();
        int most = (int)Math.Clamp(options.MaxMemory / payload / cpus.Length, 2, LibC.ZUFS_SLOTS_MAX);
        int threads = Math.Min(options.ThreadsPerCpu, most - 1);
        _maxThreads = Math.Clamp(options.MaxThreadsPerCpu, threads, most - 1);
        _server = OpenServer(out ZufsHello hello);
        LendMin = (hello.Features & LibC.ZUFS_FEATURE_LEND) != 0 ? (int)Math.Min(hello.LendMin, int.MaxValue) : int.MaxValue;
        _queues = new ZufsQueue[cpus.Length];
        try
        {
            for (int i = 0; i < cpus.Length; i++)
                _queues[i] = new ZufsQueue(_server, cpus[i], Math.Min(_maxThreads + options.MaxDeferred, most), payload);
            Attach(connection, (hello.Features & LibC.ZUFS_FEATURE_REDELIVER) != 0, options.IsSuccessor);
        }
        catch
        {
            Dispose();
            throw;
        }
        foreach (ZufsQueue queue in _queues)
        {
            for (int i = 0; i < threads; i++)
                _seats.Add(NewSeat(queue));
        }
    }

    /// <inheritdoc/>
    public override string Name => "zufs";

    /// <inheritdoc/>
    public override IReadOnlyList<ServerSeat> Seats => _seats;

    internal bool HasSetxattrExt { get; }

    /// <summary>Replies of fewer bytes are copied into the slot rather than lent.</summary>
    internal int LendMin { get; }

    // Counting who waits is an atomic operation, so it is done only where somebody can act on it.
    internal bool CanGrow => _maxThreads > _seats.Count / _queues.Length;

    /// <inheritdoc/>
    public override ServerSeat? Grow(int queue)
    {
        ZufsQueue? grown = Array.Find(_queues, q => q.Cpu == queue);
        if (grown is null)
            return null;
        lock (_queues)
            return grown.Threads < _maxThreads ? NewSeat(grown) : null;
    }

    /// <summary>Opens <c>/dev/zufs</c> and says hello.</summary>
    /// <param name="hello">What the module said.</param>
    /// <returns>The fd.</returns>
    /// <exception cref="LibCException">It can't be opened, or the module speaks another version of the ABI (EPROTO).</exception>
    internal static int OpenServer(out ZufsHello hello)
    {
        int fd;
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* path = Encoding.UTF8.GetBytes(LibC.ZUFS_DEVICE + "\0"))
            fd = LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC, 0);
        hello = default;
        if (fd < 0)
            LibC.ThrowLastError($"open of {LibC.ZUFS_DEVICE}");
        ZufsHello said = new() { Size = (uint)sizeof(ZufsHello), Abi = LibC.ZUFS_ABI_VERSION };
        // SAFETY: the kernel reads and writes the one structure, whose size it is told.
        if (LibC.ioctl(fd, LibC.ZUFS_IOC_HELLO, &said) < 0)
        {
            int errno = LibC.LastError;
            LibC.close(fd);
            throw new LibCException($"The zufs module refused version {LibC.ZUFS_ABI_VERSION} of its interface (its own is {said.Abi})", errno);
        }
        hello = said;
        return fd;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (ZufsQueue? queue in _queues)
            queue?.Close();
        LibC.close(_server);
    }

    private static int[] AllowedCpus()
    {
        bool[] allowed = Cpus.Allowed(Cpus.PossibleCount());
        return [.. Enumerable.Range(0, allowed.Length).Where(cpu => allowed[cpu])];
    }

    private void Attach(SafeFileHandle connection, bool redelivers, bool isSuccessor)
    {
        bool held = false;
        try
        {
            connection.DangerousAddRef(ref held);
            var attach = new ZufsAttach
            {
                Size = (uint)sizeof(ZufsAttach),
                FuseFd = (int)connection.DangerousGetHandle(),
                Flags = (redelivers ? LibC.ZUFS_ATTACH_REDELIVER : 0) | (isSuccessor ? LibC.ZUFS_ATTACH_SUCCEED : 0),
                // A lock that is waited for holds its slot for as long as it takes.
                ExcludeLow = 1ul << (int)FuseOpcode.FUSE_SETLKW,
            };
            // SAFETY: the kernel reads and writes the one structure, whose size it is told.
            if (LibC.ioctl(_server, LibC.ZUFS_IOC_ATTACH, &attach) < 0)
                LibC.ThrowLastError("The zufs module doesn't take the connection");
        }
        finally
        {
            if (held)
                connection.DangerousRelease();
        }
    }

    private Seat NewSeat(ZufsQueue queue) => new(this, queue, $"zufs-chan-{queue.Cpu}.{queue.Threads++}");

    private sealed class Seat(ZufsTransport transport, ZufsQueue queue, string threadName) : ServerSeat(queue.Cpu, queue.Cpu, threadName)
    {
        public override Channel Open() => new ZufsChannel(transport, queue);
    }
}
