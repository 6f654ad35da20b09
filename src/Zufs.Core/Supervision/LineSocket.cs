using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>Messages over a Unix socket, one a line. One thread receives; sending is possible from any.</summary>
internal sealed class LineSocket(SafeFileHandle socket) : IDisposable
{
    // More than any message of ours; who sends more is not one of us.
    private const int MaxLine = 1 << 18;

    private readonly MemoryStream _received = new();
    private readonly object _sending = new();

    /// <summary>The socket.</summary>
    public SafeFileHandle Handle => socket;

    /// <summary>Whether the peer has closed, or sent what is no message.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sends a message.</summary>
    /// <returns>False when the peer is gone.</returns>
    public bool Send(ControlMessage message)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.ControlMessage);
        lock (_sending)
            return UnixPair.Send(socket, [.. json, (byte)'\n']);
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>The message; null when the peer has closed.</returns>
    public ControlMessage? Receive()
    {
        Span<byte> buffer = stackalloc byte[4096];
        for (; ; )
        {
            if (TakeLine() is { } message)
                return message;
            if (IsClosed)
                return null;
            Append(buffer, UnixPair.Receive(socket, buffer));
        }
    }

    /// <summary>The next message that is there already; never waits.</summary>
    /// <returns>The message; null when there is none, or the peer has closed.</returns>
    public ControlMessage? TryReceive()
    {
        Span<byte> buffer = stackalloc byte[4096];
        for (; ; )
        {
            if (TakeLine() is { } message)
                return message;
            if (IsClosed || UnixPair.ReceiveAvailable(socket, buffer) is var length && length < 0)
                return null;
            Append(buffer, length);
        }
    }

    public void Dispose() => socket.Dispose();

    private void Append(ReadOnlySpan<byte> buffer, int length)
    {
        if (length == 0 || _received.Length + length > MaxLine)
            IsClosed = true;
        else
            _received.Write(buffer[..length]);
    }

    private ControlMessage? TakeLine()
    {
        ReadOnlySpan<byte> all = _received.GetBuffer().AsSpan(0, (int)_received.Length);
        int end = all.IndexOf((byte)'\n');
        if (end < 0)
            return null;
        ControlMessage? message = Parse(all[..end]);
        byte[] rest = all[(end + 1)..].ToArray();
        _received.SetLength(0);
        _received.Write(rest);
        IsClosed |= message is null;
        return message;
    }

    private static ControlMessage? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ControlJson.Default.ControlMessage) is { Version: ControlMessage.CurrentVersion } message ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
