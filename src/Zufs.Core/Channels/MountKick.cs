using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// Makes requests arrive on the queue of every CPU by statfs(2) of the mount from a thread pinned there. Needed by rings twice: a request that waits in a queue
/// is given out only when an entry of that queue is committed, so one that waited while a worker was replaced needs another behind it; and a worker that
/// hands over waits until each of its entries has a request.
/// </summary>
/// <remarks>
/// Not from the worker: a thread that waits for its own process would keep it from ending. STATFS is asked of the server each time, changes nothing, and
/// needs no name. A kick of a mount that hangs stays with its thread, which ends when the mount is served or aborted.
/// </remarks>
internal sealed class MountKick(string mountPoint)
{
    // A thread that does two system calls.
    private const int StackSize = 128 << 10;

    private int _pending;

    /// <summary>How many kicks aren't answered yet.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>One kick on every CPU that this process may run on. Doesn't wait.</summary>
    public void Send()
    {
        bool[] allowed = Cpus.Allowed(Cpus.PossibleCount());
        for (int i = 0; i < allowed.Length; i++)
        {
            if (allowed[i])
                Send(i);
        }
    }

    /// <summary>One kick on one CPU. Doesn't wait.</summary>
    /// <param name="cpu">Where this process may run; nothing is sent from another one.</param>
    public void Send(int cpu)
    {
        Interlocked.Increment(ref _pending);
        new Thread(() => Kick(cpu), StackSize) { IsBackground = true, Name = $"zufs-kick-{cpu}" }.Start();
    }

    private void Kick(int cpu)
    {
        // Where it can't run, it would kick the wrong one.
        if (Cpus.TryPin(cpu))
            LibC.StatFs(mountPoint);
        Interlocked.Decrement(ref _pending);
    }
}
