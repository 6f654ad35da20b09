namespace Zufs.Channels;

/// <summary>
/// One kind of channel on one connection: it knows how many server threads the kernel's queues want and opens each thread's
/// <see cref="Channel"/>. Whoever owns it starts the threads.
/// </summary>
/// <remarks>
/// A thread of <see cref="Seats"/> is started for each seat, pinned to <see cref="ServerSeat.Cpu"/>, and calls <see cref="ServerSeat.Open"/> itself.
/// <see cref="Dispose()"/> comes last, after every channel was disposed. <c>fuse</c> runs beside every other transport, always.
/// </remarks>
public abstract class Transport : IDisposable
{
    /// <summary>What its channels are called: <c>fuse</c>, <c>uring</c>, <c>zufs</c>, <c>loopback</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The server threads that the connection needs from the start. On <c>uring</c> every one must open, or every request hangs.</summary>
    public abstract IReadOnlyList<ServerSeat> Seats { get; }

    /// <summary>
    /// Called by a channel's thread when the last idle entry of a queue took a request, with the queue's number: nothing receives the queue's
    /// next request until that thread is done. It must be short: hand the news to another thread, which calls <see cref="Grow"/>. Set it before the
    /// first channel is opened. Not called where the transport cannot grow.
    /// </summary>
    public Action<int>? AllBusy { get; set; }

    /// <summary>A seat for one more thread on a queue. Any thread.</summary>
    /// <param name="queue">What <see cref="AllBusy"/> said.</param>
    /// <returns>The seat to start a thread for; null at the bound, or when the transport can't grow.</returns>
    public abstract ServerSeat? Grow(int queue);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the transport holds. Its channels were disposed before.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
