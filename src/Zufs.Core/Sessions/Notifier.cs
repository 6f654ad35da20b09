using Microsoft.Win32.SafeHandles;
using Zufs.FileSystems;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>
/// Sends notifications, on a thread of its own: the kernel may hold one back until a request on the same inode is answered, which the thread
/// that asked for the notification perhaps serves. Started with the first notification.
/// </summary>
internal sealed partial class Notifier : INotifications, IDisposable
{
    // A queue that grows without end would be a leak that nobody sees.
    private const int MaxQueued = 1 << 16;

    private readonly Func<ReadOnlyMemory<byte>, int> _send;
    private readonly Action<string> _log;
    private readonly object _lock = new();

    // Guarded by _lock.
    private readonly Queue<Pending> _queue = new();
    private Thread? _thread;
    private bool _stopped;

    public Notifier(SafeFileHandle connection, Action<string> log)
        : this(bytes => LibC.Write(connection, bytes.Span), log)
    {
    }

    /// <summary>A notifier that hands its bytes to anybody: for tests.</summary>
    public Notifier(Func<ReadOnlyMemory<byte>, int> send, Action<string> log)
    {
        _send = send;
        _log = log;
    }

    private readonly record struct Pending(byte[] Bytes, FuseNotifyCode Code, Action<Errno>? Done);

    /// <summary>Ends the thread. What is queued completes with ENOTCONN. Doesn't wait for a notification that the kernel holds back.</summary>
    public void Dispose()
    {
        Pending[] left;
        Thread? thread;
        lock (_lock)
        {
            _stopped = true;
            left = [.. _queue];
            _queue.Clear();
            thread = _thread;
            Monitor.Pulse(_lock);
        }
        foreach (Pending pending in left)
            Tell(pending.Done, Errno.ENOTCONN);
        if (thread is not null && thread != Thread.CurrentThread)
            thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Enqueue(FuseNotifyCode code, byte[] bytes, Action<Errno>? done)
    {
        Errno refused;
        lock (_lock)
        {
            if (!_stopped && _queue.Count < MaxQueued)
            {
                _queue.Enqueue(new Pending(bytes, code, done));
                if (_thread is null)
                {
                    _thread = new Thread(ProcessQueue, 256 << 10) { IsBackground = true, Name = "zufs-notify" };
                    _thread.Start();
                }
                Monitor.Pulse(_lock);
                return;
            }
            refused = _stopped ? Errno.ENOTCONN : Errno.EAGAIN;
        }
        Tell(done, refused);
    }

    private void ProcessQueue()
    {
        while (TryTakeNext(out Pending next))
            Tell(next.Done, Send(next));
    }

    private bool TryTakeNext(out Pending next)
    {
        lock (_lock)
        {
            while (!_stopped && _queue.Count == 0)
                Monitor.Wait(_lock);
            return _queue.TryDequeue(out next);
        }
    }

    private Errno Send(Pending pending)
    {
        int sent = _send(pending.Bytes);
        if (sent >= 0)
            return Errno.Success;
        return -sent switch
        {
            // Kernels that don't know the code say EINVAL; those before 7.40 know none from RESEND on.
            LibC.EINVAL when NotificationTable.Get(pending.Code).Minor >= 40 => Errno.ENOSYS,
            LibC.ENODEV or LibC.ENOTCONN or LibC.ECONNABORTED or LibC.EPERM => Errno.ENOTCONN,
            int errno => (Errno)errno,
        };
    }

    private void Tell(Action<Errno>? done, Errno error)
    {
        try
        {
            done?.Invoke(error);
        }
#pragma warning disable CA1031 // A listener's exception must not end the thread that others wait for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log($"What waited for a notification threw: {e}");
        }
    }
}
