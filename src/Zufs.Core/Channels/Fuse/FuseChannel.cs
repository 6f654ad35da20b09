using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// One thread's way over <c>/dev/fuse</c>: write the reply, read the next request, both on the connection's one fd.
/// </summary>
/// <remarks>
/// <para>The thread sleeps in <c>read(2)</c>: two system calls an operation, as few as this device allows. A stop gets it out by a signal
/// (<see cref="FuseInterrupter"/>), since nothing else does but a request, which only applications make.</para>
/// <para>A deferred request keeps its buffer, and the exchange goes on with another.</para>
/// </remarks>
public sealed unsafe partial class FuseChannel : Channel
{
    // The most requests of one channel that wait for Complete; each holds a buffer.
    private const int MaxDeferred = 64;

    private readonly FuseTransport _transport;
    private readonly int _connection;
    private readonly FuseBuffers _buffers;
    private readonly IoVector* _vectors;
    private readonly object _gate = new();
    private int _current;
    private bool _disposed;

    internal FuseChannel(FuseTransport transport)
    {
        _transport = transport;
        _connection = transport.Hold();
        _buffers = new FuseBuffers(transport.RequestSize, transport.RoomSize, MaxDeferred + 1);
        _vectors = (IoVector*)NativeMemory.Alloc(MaxVectors, (nuint)sizeof(IoVector));
        try
        {
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
        if (_thread == 0)
            Adopt();
        SendReply(ref frame);
        frame.Reply = ReplyKind.Empty;
        _transport.Waits();
        for (; ; )
        {
            if (!TryEnterRead())
                return Stopped();
            nint length = LibC.read(_connection, _buffers.Request(_current), (nuint)_buffers.RequestSize);
            int failure = length < 0 ? LibC.LastError : 0;
            if (failure == LibC.EAGAIN)
                WaitReadable();
            LeaveRead();
            if (length <= 0)
            {
                // No connection says 0; should one, there is nothing more to come.
                if (length < 0 && IsPassing(failure))
                    continue;
                EndError = length < 0 ? failure : LibC.ENODEV;
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

    // False: the connection has ended. Throws for what is a bug.
    private static bool IsPassing(int errno)
    {
        switch (errno)
        {
            case LibC.EINTR:
            case LibC.EAGAIN:
            case LibC.ENOENT:
                // EINTR: a signal, perhaps a stop. ENOENT: the request was interrupted before it was read.
                return true;
            case LibC.ENODEV:
            case LibC.ENOTCONN:
            case LibC.ECONNABORTED:
                return false;
            default:
                throw new LibCException("read of a request from /dev/fuse", errno);
        }
    }

    // Whoever made the connection may have made it non-blocking, for an event loop of its own: its flags aren't ours to change.
    private void WaitReadable()
    {
        PollDescriptor descriptor = new() { Fd = _connection, Events = LibC.POLLIN };
        // SAFETY: one descriptor, as is said. A signal ends this as it ends the read.
        LibC.poll(&descriptor, 1, -1);
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
