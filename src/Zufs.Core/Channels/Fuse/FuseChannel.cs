using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// One thread's way over <c>/dev/fuse</c>: write the reply, read the next request, both on the connection's one fd.
/// </summary>
/// <remarks>
/// <para>The connection is non-blocking, and the thread sleeps in <c>epoll_wait</c> when nothing is there: a thread blocked in <c>read(2)</c> could only be
/// stopped by a signal, which races with the call's entry, or by a request, which only applications make. Under load the next request is
/// there when it is read for, and nothing but a write and a read is on the way of an operation. EPOLLEXCLUSIVE wakes one thread a request.</para>
/// <para>A deferred request keeps its buffer, and the exchange goes on with another.</para>
/// </remarks>
public sealed unsafe partial class FuseChannel : Channel
{
    // The most requests of one channel that wait for Complete; each holds a buffer.
    private const int MaxDeferred = 64;

    private readonly FuseTransport _transport;
    private readonly int _connection;
    private readonly int _wake;
    private readonly int _epoll;
    private readonly FuseBuffers _buffers;
    private readonly IoVector* _vectors;
    private readonly object _gate = new();
    private int _current;
    private bool _stopped;
    private bool _disposed;

    internal FuseChannel(FuseTransport transport)
    {
        _transport = transport;
        _connection = transport.Hold();
        _wake = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        _epoll = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        _buffers = new FuseBuffers(transport.RequestSize, transport.RoomSize, MaxDeferred + 1);
        _vectors = (IoVector*)NativeMemory.Alloc(MaxVectors, (nuint)sizeof(IoVector));
        try
        {
            if (_wake < 0)
                LibC.ThrowLastError("eventfd for a fuse channel");
            WatchBoth();
            _current = _buffers.Take();
            if (_current < 0)
                throw new LibCException("mmap of a fuse channel's buffer", LibC.ENOMEM);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "fuse";

    /// <inheritdoc/>
    public override ExchangeOutcome Exchange(ref RequestFrame frame)
    {
        SendReply(ref frame);
        frame.Reply = ReplyKind.Empty;
        _transport.Waits();
        for (; ; )
        {
            if (Volatile.Read(ref _stopped))
                return Stopped();
            nint length = LibC.read(_connection, _buffers.Request(_current), (nuint)_buffers.RequestSize);
            if (length <= 0)
            {
                // No connection says 0; should one, there is nothing more to come.
                int error = length < 0 ? LibC.LastError : LibC.ENODEV;
                if (length < 0 && Classify(error))
                    continue;
                EndError = error;
                _transport.Leaves();
                return ExchangeOutcome.Ended;
            }
            int errno = RequestFormat.Split(_buffers.Request(_current), (int)length, _transport.HasSetxattrExt, ref frame);
            if (errno != 0)
            {
                _transport.Leaves();
                Refuse((int)length, errno);
                return ExchangeOutcome.Malformed;
            }
            if (FuseKick.IsKick(frame.Header))
                continue;
            _transport.Takes();
            frame.Slot = _current;
            frame.Room = _buffers.Room(_current);
            frame.RoomLength = _buffers.RoomSize;
            frame.Error = 0;
            frame.Length = 0;
            return ExchangeOutcome.Request;
        }
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            if (_stopped || _disposed)
                return;
            Volatile.Write(ref _stopped, true);
            ulong one = 1;
            // SAFETY: eventfd takes 8 bytes.
            LibC.write(_wake, &one, sizeof(ulong));
        }
    }

    // True: try again. Throws for what is a bug.
    private bool Classify(int errno)
    {
        switch (errno)
        {
            case LibC.EINTR:
            case LibC.ENOENT:
                // ENOENT: the request was interrupted before it was read.
                return true;
            case LibC.EAGAIN:
                Wait();
                return true;
            case LibC.ENODEV:
            case LibC.ENOTCONN:
            case LibC.ECONNABORTED:
                return false;
            default:
                throw new LibCException("read of a request from /dev/fuse", errno);
        }
    }

    private void Wait()
    {
        EpollEvent happened;
        // SAFETY: room for one event, as is said. What happened doesn't matter: both the flag and the connection are looked at next.
        LibC.epoll_wait(_epoll, &happened, 1, -1);
    }

    private void WatchBoth()
    {
        EpollEvent connection = new() { Events = LibC.EPOLLIN | LibC.EPOLLEXCLUSIVE };
        EpollEvent wake = new() { Events = LibC.EPOLLIN };
        // SAFETY: one event each, which the kernel copies.
        if (LibC.epoll_ctl(_epoll, LibC.EPOLL_CTL_ADD, _connection, &connection) < 0 || LibC.epoll_ctl(_epoll, LibC.EPOLL_CTL_ADD, _wake, &wake) < 0)
            LibC.ThrowLastError("epoll_ctl for a fuse channel");
    }

    private ExchangeOutcome Stopped()
    {
        _transport.Leaves();
        return ExchangeOutcome.Stopped;
    }

    private void Refuse(int length, int errno)
    {
        CountMalformed();
        var header = (FuseInHeader*)_buffers.Request(_current);
        // SAFETY: the header is only looked at when all of it was read.
        if (length >= RequestFormat.HeaderSize && !RequestFormat.HasNoReply(header->Opcode))
            WriteHeader(_current, header->Unique, errno, 0);
    }
}
