using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.CompatTests.Channels;

/// <summary>A mount of <see cref="RawFileSystem"/> whose threads run channels directly: no session, no negotiation worth the name.</summary>
internal sealed unsafe class RawServer : IDisposable
{
    public const int MaxWrite = 1 << 20;

    private static int s_count;

    private readonly List<Thread> _threads = [];
    private readonly List<Channel> _channels = [];
    private readonly FuseTransport _fuse;
    private UringTransport? _uring;
    private readonly UringOptions _options;
    private readonly Arena _arena = Arena.Create("channel-test", 1L << 32);
    private readonly object _growing = new();
    private bool _grows;
    private int _opened;

    /// <summary>Mounts and serves.</summary>
    /// <param name="channel"><c>fuse</c> or <c>uring</c>.</param>
    /// <param name="fuseThreads">With <c>fuse</c>: how many.</param>
    /// <param name="options">With <c>uring</c>: how its queues are served.</param>
    public RawServer(string channel, int fuseThreads = 1, UringOptions? options = null)
    {
        Channel = channel;
        _options = options ?? new UringOptions();
        MountPoint = Path.Combine(Path.GetTempPath(), $"zufs-channels-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        Directory.CreateDirectory(MountPoint);
        Connection = new SafeFileHandle(Native.Open("/dev/fuse", write: true), ownsHandle: true);
        bool uring = channel == "uring";
        try
        {
            Native.Mount((int)Connection.DangerousGetHandle(), MountPoint);
            AnswerInit(uring);
            _fuse = new FuseTransport(Connection, uring ? 1 : fuseThreads, MaxWrite);
            foreach (ServerSeat seat in _fuse.Seats)
                Start(seat);
            if (uring)
            {
                StartRings();
            }
            WaitUntilOpen();
        }
        catch
        {
            Native.Unmount(MountPoint, lazily: true);
            throw;
        }
    }

    public string Channel { get; }

    public string MountPoint { get; }

    public SafeFileHandle Connection { get; }

    public RawFileSystem FileSystem { get; } = new();

    public Arena Arena => _arena;

    public int AllBusy;

    /// <summary>How each thread ended.</summary>
    public System.Collections.Concurrent.ConcurrentBag<(string Channel, ExchangeOutcome Outcome)> Outcomes { get; } = [];

    /// <summary>What a thread threw.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Bytes that the busiest server thread allocated between its 500th and its 1,500th request; -1 before.</summary>
    public long Allocated = -1;

    /// <summary>The threads' folders under <c>/proc</c>.</summary>
    public System.Collections.Concurrent.ConcurrentBag<string> Tasks { get; } = [];

    public IReadOnlyList<string> ThreadNames
    {
        get
        {
            lock (_threads)
                return [.. _threads.Select(t => t.Name!)];
        }
    }

    public int Threads
    {
        get
        {
            lock (_threads)
                return _threads.Count;
        }
    }

    public string this[string name] => Path.Combine(MountPoint, name);

    /// <summary>Hands all rings over to new ones, as one worker to the next: by the arena.</summary>
    /// <returns>The number of kicks that it took.</returns>
    public int HandOver()
    {
        // A thread that came later would not be told.
        lock (_growing)
            _grows = false;
        WaitUntilOpen();
        Channel[] channels;
        lock (_channels)
            channels = [.. _channels.Where(c => c.Name == "uring")];
        Thread[] threads;
        lock (_threads)
            threads = [.. _threads.Where(t => t.Name!.StartsWith("zufs-ring", StringComparison.Ordinal))];
        foreach (Channel channel in channels)
            channel.HandOver();
        var kick = new MountKick(MountPoint);
        int kicks = 0;
        while (threads.Any(t => !t.Join(2)))
        {
            Assert.True(++kicks < 1000, "The rings don't hand over.");
            kick.Send();
        }
        lock (_threads)
            _threads.RemoveAll(threads.Contains);
        Interlocked.Add(ref _opened, -threads.Length);
        _uring!.Dispose();
        StartRings();
        WaitUntilOpen();
        Assert.True(SpinWait.SpinUntil(() => kick.Pending == 0, 5000), "A kick isn't answered.");
        return kicks;
    }

    /// <summary>Idle entries that the rings of now found lost.</summary>
    public long IdleLost => _uring!.Memory.LostIdle;

    public int Unmount(bool lazily = false) => Native.Unmount(MountPoint, lazily);

    public void Stop()
    {
        Channel[] channels;
        lock (_channels)
            channels = [.. _channels];
        foreach (Channel channel in channels)
            channel.Stop();
    }

    /// <summary>Whether every thread has ended in time.</summary>
    public bool Join(int milliseconds = 10_000)
    {
        Thread[] threads;
        lock (_threads)
            threads = [.. _threads];
        return threads.All(t => t.Join(milliseconds));
    }

    public void Dispose()
    {
        FileSystem.Release.Set();
        FileSystem.CompleteAll();
        Unmount(lazily: true);
        Stop();
        bool joined = Join();
        FileSystem.CompleteAll();
        Connection.Dispose();
        Assert.True(joined, "A server thread doesn't end.");
        Assert.Null(Failure);
        _uring?.Dispose();
        _fuse.Dispose();
        _arena.Dispose();
        FileSystem.Dispose();
        Directory.Delete(MountPoint);
    }

    private void StartRings()
    {
        UringTransport uring = new(Connection, _options, _arena);
        _uring = uring;
        lock (_growing)
            _grows = true;
        uring.AllBusy = queue => ThreadPool.QueueUserWorkItem(_ =>
        {
            Interlocked.Increment(ref AllBusy);
            lock (_growing)
            {
                if (_grows && uring == _uring && uring.Grow(queue) is { } seat)
                    Start(seat);
            }
        });
        foreach (ServerSeat seat in uring.Seats)
            Start(seat);
    }

    private void WaitUntilOpen() =>
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _opened) == Threads, 10_000), "A channel doesn't open.");

    private void Start(ServerSeat seat)
    {
        var thread = new Thread(() => Run(seat), 256 << 10) { IsBackground = true, Name = seat.ThreadName };
        lock (_threads)
            _threads.Add(thread);
        thread.Start();
    }

    private void Run(ServerSeat seat)
    {
        try
        {
            if (seat.Cpu >= 0)
                Cpus.TryPin(seat.Cpu);
            Tasks.Add(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
            using Channel channel = seat.Open();
            lock (_channels)
                _channels.Add(channel);
            Interlocked.Increment(ref _opened);
            ExchangeOutcome outcome = Loop(channel);
            Outcomes.Add((channel.Name, outcome));
            lock (_channels)
                _channels.Remove(channel);
        }
        catch (Exception e)
        {
            Failure = e;
        }
    }

    private ExchangeOutcome Loop(Channel channel)
    {
        UnmanagedMemory* pieces = stackalloc UnmanagedMemory[2];
        RawReplies replies = new() { Piece = pieces };
        RequestFrame frame = default;
        int requests = 0;
        long before = 0;
        for (; ; )
        {
            ExchangeOutcome outcome = channel.Exchange(ref frame);
            if (outcome == ExchangeOutcome.Malformed)
                continue;
            if (outcome != ExchangeOutcome.Request)
                return outcome;
            if (++requests == 500)
                before = GC.GetAllocatedBytesForCurrentThread();
            if (requests == 1500)
                Volatile.Write(ref Allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            FileSystem.Serve(channel, ref frame, ref replies);
        }
    }

    private void AnswerInit(bool uring)
    {
        int fd = (int)Connection.DangerousGetHandle();
        byte* request = stackalloc byte[8192];
        Assert.True(LibC.read(fd, request, 8192) > 40);
        Assert.Equal((uint)FuseOpcode.FUSE_INIT, ((FuseInHeader*)request)->Opcode);
        ref FuseInitIn asked = ref *(FuseInitIn*)(request + 40);
        var offered = (InitFlags)(asked.Flags | (ulong)asked.Flags2 << 32);
        InitFlags wanted = InitFlags.AsyncRead | InitFlags.BigWrites | InitFlags.MaxPages | InitFlags.InitExt | InitFlags.AsyncDio;
        if (uring)
            wanted |= InitFlags.OverIoUring;
        Assert.Equal(wanted, wanted & offered);
        byte* reply = stackalloc byte[16 + sizeof(FuseInitOut)];
        *(FuseOutHeader*)reply = new() { Len = (uint)(16 + sizeof(FuseInitOut)), Unique = ((FuseInHeader*)request)->Unique };
        *(FuseInitOut*)(reply + 16) = new()
        {
            Major = 7,
            Minor = asked.Minor,
            Flags = (uint)wanted,
            Flags2 = (uint)((ulong)wanted >> 32),
            MaxBackground = 64,
            CongestionThreshold = 48,
            MaxWrite = MaxWrite,
            MaxPages = MaxWrite / 4096,
            TimeGran = 1,
        };
        Assert.Equal(16 + sizeof(FuseInitOut), (int)LibC.write(fd, reply, (nuint)(16 + sizeof(FuseInitOut))));
    }
}
