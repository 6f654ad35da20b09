namespace Zufs.Channels;

/// <summary>One request and its reply as bytes, on the way through a loopback channel. May be used again once it is answered.</summary>
public sealed class LoopbackCall
{
    private byte[] _reply = new byte[256];

    /// <summary>The whole request: <c>fuse_in_header</c>, fixed part, rest.</summary>
    public ReadOnlyMemory<byte> Request { get; set; }

    /// <summary>The whole reply, with <c>fuse_out_header</c>; empty while there is none, and for what has none.</summary>
    public ReadOnlySpan<byte> Reply => _reply.AsSpan(0, ReplyLength);

    /// <summary>Bytes of the reply.</summary>
    public int ReplyLength { get; private set; }

    /// <summary>Whether it was answered, deferred or has no reply. Set under the call's own lock, which is pulsed.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether the reply was put off. It may have come since.</summary>
    public bool WasDeferred { get; private set; }

    /// <summary>Waits until it is answered.</summary>
    /// <param name="timeout">How long.</param>
    /// <returns>False when the time was over.</returns>
    public bool Wait(TimeSpan timeout)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (this)
        {
            while (!IsDone)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(this, TimeSpan.FromMilliseconds(left)))
                    return IsDone;
            }
            return true;
        }
    }

    internal void Begin()
    {
        ReplyLength = 0;
        IsDone = false;
        WasDeferred = false;
    }

    internal void MarkDeferred() => WasDeferred = true;

    internal Span<byte> ReplyRoom(int length)
    {
        if (_reply.Length < length)
            _reply = new byte[length];
        return _reply.AsSpan(0, length);
    }

    internal void Finish(int length)
    {
        lock (this)
        {
            ReplyLength = length;
            IsDone = true;
            Monitor.PulseAll(this);
        }
    }
}
