using System.Diagnostics;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>The end: whoever waits gets an answer, threads leave, the file system is disposed, and only then its memory goes.</content>
public sealed partial class Session
{
    // How long a file system may take to answer what it deferred, once that was cancelled.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    // Of the control thread.
    private int _failedDeferred;

    private ShutdownReason WhyEnded(int errno) => errno switch
    {
        LibC.ENODEV => ShutdownReason.Unmounted,
        LibC.ECONNABORTED => ShutdownReason.Aborted,
        _ => AskWhyEnded(),
    };

    // A ring isn't told which end it was; a read of the connection is (FUSE_ABORT_ERROR).
    private ShutdownReason AskWhyEnded()
    {
        lock (_lock)
        {
            if (_reason != ShutdownReason.None)
                return _reason;
        }
        if (_connection is null || _connection.IsClosed)
            return ShutdownReason.Unmounted;
        // The kernel ends a connection step by step: rings may hear of it before the device's POLLERR says so. Without that, a read would take a request.
        long end = Environment.TickCount64 + (long)s_grace.TotalMilliseconds;
        while ((LibC.Poll(_connection, 0) & LibC.POLLERR) == 0)
        {
            // The connection lives, and a queue of it has lost its thread: its requests would wait for ever.
            if (Environment.TickCount64 > end)
                return ShutdownReason.ChannelFailed;
            Thread.Sleep(1);
        }
        // The kernel says EINVAL to a read that couldn't take the largest request, before it says anything else.
        var room = new byte[_agreed.MaxWrite + FuseConstants.MinReadBuffer];
        return LibC.Read(_connection, room) == -LibC.ENODEV ? ShutdownReason.Unmounted : ShutdownReason.Aborted;
    }

    // On the control thread, with every channel still served, so that deferred replies can be sent.
    private void StopThreads()
    {
        // The kernel sends deferred requests again to a successor, which is better than an error.
        if (_reason != ShutdownReason.HandOver)
            DrainDeferred();
        ServerThread[] threads;
        lock (_lock)
        {
            threads = [.. _threads];
        }
        foreach (ServerThread thread in threads)
        {
            if (thread == Interlocked.CompareExchange(ref _callerThread, null, thread))
            {
                // Nobody has called Serve, and nobody has to any more.
                Leave();
                continue;
            }
            thread.WaitUntilOpen();
            if (_reason == ShutdownReason.HandOver)
                thread.Channel?.HandOver();
            else
                thread.Channel?.Stop();
        }
        if (_reason == ShutdownReason.ChannelFailed)
            _connection?.Dispose();
    }

    /// <returns>Whether every deferred reply was completed by the file system itself.</returns>
    private bool DrainDeferred()
    {
        if (_inFlight.DeferredCount == 0)
            return true;
        _inFlight.CancelDeferred();
        long start = Stopwatch.GetTimestamp();
        while (_inFlight.DeferredCount > 0 && Stopwatch.GetElapsedTime(start) < s_grace)
            Thread.Sleep(2);
        int failed = _inFlight.FailDeferred(Errno.ENOTCONN);
        if (failed > 0)
            _log.Write($"{failed} deferred replies were answered by ENOTCONN, since the session ends and the file system didn't complete them.");
        _failedDeferred += failed;
        return failed == 0;
    }

    private void Conclude()
    {
        if (_reason != ShutdownReason.HandOver)
            DrainDeferred();
        _notifier.Dispose();
        try
        {
            // A successor goes on with the file system's state: for it, nothing has ended.
            if (_reason != ShutdownReason.HandOver)
                Dispatcher.Destroy(NoRequest.Instance);
        }
#pragma warning disable CA1031 // The file system's last words must not keep the mount from ending.
        catch (Exception e)
        {
            _log.Write($"The file system threw in DESTROY: {e}");
        }
        try
        {
            _fileSystem.Dispose();
        }
        catch (Exception e)
        {
            _log.Write($"The file system threw when it was disposed: {e}");
        }
#pragma warning restore CA1031
        FreeChannels();
        _ended.TrySetResult(_reason == ShutdownReason.None ? ShutdownReason.ChannelFailed : _reason);
    }

    private void FreeChannels()
    {
        // A file system that never completed what it deferred may still write into the room it was given: that memory stays. And what a successor takes over
        // is in use by the kernel.
        if (_failedDeferred > 0 || _reason == ShutdownReason.HandOver)
            return;
        foreach (ServerThread thread in _threads)
            thread.Free();
        foreach (Transport transport in _transports)
            transport.Dispose();
    }
}
