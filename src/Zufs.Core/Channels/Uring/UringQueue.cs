namespace Zufs.Channels;

/// <summary>What the threads of one queue share.</summary>
internal sealed class UringQueue(int number, int cpu)
{
    /// <summary>The queue's number: the CPU whose requests it gets.</summary>
    public int Number => number;

    /// <summary>The CPU its threads are pinned to; -1 when this process may not run there.</summary>
    public int Cpu => cpu;

    /// <summary>Threads that have a seat here. Under the transport's lock.</summary>
    public int Threads;

    /// <summary>How many entries of a worker before this one each of the first threads takes. Set before they run.</summary>
    public int ShareOfFound;

    /// <summary>
    /// Entries that the kernel may give a request to. Changed atomically by the queue's threads, which share one CPU; only kept where the queue can grow.
    /// </summary>
    public int Idle;

    /// <summary>
    /// The regular file of a request that came last, good for a <see cref="FuseKick"/>; 0 before the first. Written by the queue's threads, read by
    /// any; whichever value is seen will do.
    /// </summary>
    public ulong File;
}
