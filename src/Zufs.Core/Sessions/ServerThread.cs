using Zufs.Channels;
using Zufs.Interop;

namespace Zufs.Sessions;

/// <summary>One server thread: pinned, with a channel of its own. File-system code runs inline on it.</summary>
internal sealed class ServerThread
{
    // The runtime's default of 8 MiB would be reserved per thread; deep file systems were seen to need some 100 KiB.
    private const int StackSize = 512 << 10;

    private readonly Session _session;
    private readonly ServerSeat _seat;
    private readonly Thread? _thread;
    private readonly ManualResetEventSlim _opened = new();

    public ServerThread(Session session, Transport transport, ServerSeat seat, bool onCallerThread = false)
    {
        _session = session;
        Transport = transport;
        _seat = seat;
        if (!onCallerThread)
            _thread = new Thread(Run, session.StackSize > 0 ? session.StackSize : StackSize) { IsBackground = true, Name = seat.ThreadName };
    }

    /// <summary>Whose seat it sits on.</summary>
    public Transport Transport { get; }

    /// <summary>Its channel; null before it was opened, and when it couldn't be.</summary>
    public Channel? Channel { get; private set; }

    /// <summary>Its scope; as <see cref="Channel"/>.</summary>
    public ServerScope? Scope { get; private set; }

    /// <summary>Why its channel couldn't be opened; null when it could.</summary>
    public Exception? OpenFailure { get; private set; }

    /// <summary>Whether the session goes on without it, should its channel not open.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Starts it. It counts as live until the session was told that it left.</summary>
    public void Start() => _thread!.Start();

    /// <summary>Waits until its channel is open, or couldn't be opened.</summary>
    public void WaitUntilOpen() => _opened.Wait();

    /// <summary>Opens the channel, serves until it ends, and says why: the outer of two loops; <see cref="ServerLoop"/> is the inner.</summary>
    public void Run()
    {
        try
        {
            if (_seat.Cpu >= 0 && _thread is not null)
                LibC.PinThread(_seat.Cpu);
            Channel = _seat.Open();
            Scope = _session.NewScope(Channel);
            _opened.Set();
            _session.OnThreadLeft(this, ServerLoop.ProcessRequests(_session.Dispatcher, Scope));
        }
#pragma warning disable CA1031 // Nothing may end the process from here: the session ends, with a reason.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Scope is null)
                OpenFailure = e;
            _session.OnThreadFailed(this, e);
        }
        finally
        {
            _opened.Set();
        }
    }

    /// <summary>Frees its channel and counters. It has left, and no deferred reply is open.</summary>
    public void Free()
    {
        Scope?.Dispose();
        Channel?.Dispose();
    }
}
