using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>Talks to a mount's supervisor over its socket. Any thread; one question at a time.</summary>
internal sealed class SupervisorClient : IDisposable
{
    private readonly LineSocket _socket;
    private readonly object _asking = new();

    private SupervisorClient(LineSocket socket) => _socket = socket;

    /// <summary>Connects to a supervisor.</summary>
    /// <returns>The connection; null when no supervisor listens.</returns>
    public static SupervisorClient? Connect(MountFolder folder)
    {
        SafeFileHandle? socket = UnixSocket.Connect(folder.SocketPath);
        return socket is null ? null : new SupervisorClient(new LineSocket(socket));
    }

    /// <summary>Asks for the mount's state.</summary>
    /// <returns>The state; null when the supervisor has gone.</returns>
    public MountStatus? Status() => Ask(ControlKind.Status);

    /// <summary>Asks for a clean end; doesn't wait for it.</summary>
    /// <returns>The state at that moment; null when the supervisor has gone.</returns>
    public MountStatus? Stop() => Ask(ControlKind.Stop);

    /// <summary>Asks for another worker, and waits till it serves or was refused.</summary>
    /// <returns>The state; null when the supervisor has gone.</returns>
    /// <exception cref="SupervisionException">It was refused; the sentence says why, and who goes on.</exception>
    public MountStatus? Upgrade(WorkerChange change) => AskForChange(new ControlMessage { Kind = ControlKind.Upgrade, Change = change });

    /// <summary>Asks for another channel, and waits till requests come by it or it was refused.</summary>
    /// <returns>As above.</returns>
    /// <exception cref="SupervisionException">As above.</exception>
    public MountStatus? Switch(string channel) => AskForChange(new ControlMessage { Kind = ControlKind.Switch, Channel = channel });

    /// <summary>Waits till the supervisor has gone.</summary>
    public void WaitForEnd()
    {
        lock (_asking)
        {
            while (_socket.Receive() is not null)
            {
                // Late answers are of no use any more.
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private MountStatus? AskForChange(ControlMessage question)
    {
        lock (_asking)
        {
            ControlMessage? answer = _socket.Send(question) ? _socket.Receive() : null;
            return answer is { Kind: ControlKind.Failed, Sentence: { } sentence } ? throw new SupervisionException(sentence) : answer?.Status;
        }
    }

    private MountStatus? Ask(string kind)
    {
        lock (_asking)
            return _socket.Send(new ControlMessage { Kind = kind }) ? _socket.Receive()?.Status : null;
    }
}
