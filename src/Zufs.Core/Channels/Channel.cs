namespace Zufs.Channels;

/// <summary>
/// The way of requests and replies for one server thread. Its one operation is ZUFS's: give back the reply and wait for the next request.
/// A channel knows lengths and ids, and nothing of what a request means.
/// </summary>
/// <remarks>
/// One thread owns a channel and calls <see cref="Exchange"/>. <see cref="Complete"/>, <see cref="Stop"/> and <see cref="Dispose()"/> may be called by any thread.
/// </remarks>
public abstract class Channel : IDisposable
{
    private long _malformed;

    /// <summary>How many requests were answered by the channel itself, since their lengths or names didn't add up.</summary>
    public long MalformedCount => Volatile.Read(ref _malformed);

    /// <summary>
    /// The errno behind <see cref="ExchangeOutcome.Ended"/>: ENODEV for an unmount, ECONNABORTED for an abort, anything else where the channel
    /// wasn't told which (a ring gets ENOTCONN for both). 0 before the end.
    /// </summary>
    public int EndError { get; protected set; }

    /// <summary>What the channel is called: <c>fuse</c>, <c>uring</c>, <c>zufs</c>, <c>loopback</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Sends the reply that <paramref name="frame"/> holds, if any, and waits for the next request, which takes its place. Allocates nothing.
    /// </summary>
    /// <param name="frame">The previous request with its reply; the next request.</param>
    /// <returns><see cref="ExchangeOutcome.Request"/>, or why there won't be another.</returns>
    public abstract ExchangeOutcome Exchange(ref RequestFrame frame);

    /// <summary>
    /// Takes the request of <paramref name="frame"/> out of the exchange: it is completed later by <see cref="Complete"/>. Its memory stays.
    /// Called by the owning thread; afterwards <c>frame.Reply</c> is <see cref="ReplyKind.Deferred"/>.
    /// </summary>
    /// <param name="frame">The request that is being served.</param>
    /// <param name="deferred">What <see cref="Complete"/> needs.</param>
    /// <returns>False when the channel can bear no more deferred requests (the last entry of its queue, at the bound).</returns>
    public abstract bool TryDefer(ref RequestFrame frame, out DeferredFrame deferred);

    /// <summary>Completes a deferred request. Any thread; a channel that can only submit on its own thread queues it and wakes that thread.</summary>
    /// <param name="deferred">From <see cref="TryDefer"/>; its <see cref="DeferredFrame.Error"/> and <see cref="DeferredFrame.Length"/> are the reply.</param>
    public abstract void Complete(in DeferredFrame deferred);

    /// <summary>Makes the owning thread's <see cref="Exchange"/> return <see cref="ExchangeOutcome.Stopped"/> soon. Any thread, any number of times.</summary>
    public abstract void Stop();

    /// <summary>
    /// As <see cref="Stop"/>, with a successor that goes on by the same connection and arena: <see cref="Exchange"/> returns
    /// <see cref="ExchangeOutcome.Stopped"/> when no request can be lost with this process any more. Any thread, any number of times.
    /// </summary>
    /// <remarks>
    /// A ring commits nothing more and waits until each of its entries has a request: the kernel cancels a request that it gives to an idle entry
    /// while the ring's task dies. So somebody must make requests on every CPU meanwhile, and the successor answers them. There is no way back.
    /// </remarks>
    public virtual void HandOver() => Stop();

    /// <summary>Counts one for <see cref="MalformedCount"/>. Called by the owning thread.</summary>
    protected void CountMalformed() => Volatile.Write(ref _malformed, _malformed + 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the channel holds. The owning thread has left <see cref="Exchange"/>.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}

/// <summary>What an exchange brought.</summary>
public enum ExchangeOutcome
{
    /// <summary>A request is in the frame.</summary>
    Request,

    /// <summary>The connection has ended, by an unmount or an abort: see <see cref="Channel.EndError"/>.</summary>
    Ended,

    /// <summary><see cref="Channel.Stop"/> was called.</summary>
    Stopped,

    /// <summary>The kernel refused this channel; the connection goes on by <c>fuse</c>.</summary>
    Refused,

    /// <summary>Another request is too large for the frame or malformed; it was answered by an error and counted. Call again.</summary>
    Malformed,
}
