namespace Zufs.Channels;

/// <summary>Where one server thread sits: the CPU it is to be pinned to and the queue it serves.</summary>
public abstract class ServerSeat
{
    /// <summary>Names the place.</summary>
    /// <param name="cpu">The CPU, or -1 for a thread that isn't pinned.</param>
    /// <param name="queue">The queue, or -1 for a thread that serves several or the one that all share.</param>
    /// <param name="threadName">At most 15 bytes: what <c>ps -L</c> shows.</param>
    protected ServerSeat(int cpu, int queue, string threadName)
    {
        Cpu = cpu;
        Queue = queue;
        ThreadName = threadName;
    }

    /// <summary>The CPU to pin the thread to before <see cref="Open"/>; -1 leaves it unpinned.</summary>
    public int Cpu { get; }

    /// <summary>The queue it serves; -1 where it serves several or the one that all share.</summary>
    public int Queue { get; }

    /// <summary>What the thread is to be called: at most 15 bytes.</summary>
    public string ThreadName { get; }

    /// <summary>
    /// Opens the thread's channel. Called on the server thread, after pinning, once; the channel is used by this thread only, but for the members of
    /// <see cref="Channel"/> that say otherwise.
    /// </summary>
    /// <exception cref="Interop.LibCException">The kernel gives no ring or no memory. The connection goes on by <c>fuse</c> only when no ring was negotiated.</exception>
    public abstract Channel Open();
}
