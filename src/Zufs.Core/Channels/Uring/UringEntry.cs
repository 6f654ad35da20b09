namespace Zufs.Channels;

/// <summary>Who has a ring entry.</summary>
internal enum UringEntryState
{
    /// <summary>Nobody: never registered, or the kernel gave it up for good.</summary>
    Unused,

    /// <summary>The kernel: a REGISTER is under way, or it waits for its first request.</summary>
    Registered,

    /// <summary>The kernel: a reply is under way, or it waits for its next request.</summary>
    Committed,

    /// <summary>The server thread, which serves its request.</summary>
    Serving,

    /// <summary>Some thread that will complete its request.</summary>
    Deferred,

    /// <summary>Completed, until the ring's thread commits it.</summary>
    Completed,

    /// <summary>
    /// Nobody: its request is for the next who serves the queue. In a successor until it serves what it found; in a channel that hands over, what came
    /// since, and what was answered and isn't to be committed here.
    /// </summary>
    Held,
}

/// <summary>One entry of a queue as its channel keeps it. The owning thread's, but for what a comment says otherwise.</summary>
internal unsafe struct UringEntry
{
    /// <summary>The header block, see <see cref="UringEntryRecord"/>.</summary>
    public byte* Header;

    /// <summary>Names and data of a request; all of a reply's body.</summary>
    public byte* Payload;

    /// <summary>Where the header block lies in the arena.</summary>
    public long Offset;

    /// <summary>The CPU whose requests it takes.</summary>
    public int Queue;

    /// <summary>Who has it. <see cref="UringEntryState.Deferred"/> to <see cref="UringEntryState.Completed"/> under the channel's lock.</summary>
    public UringEntryState State;

    /// <summary>The request's id, read before the reply's header takes the place of the request's.</summary>
    public ulong Unique;

    /// <summary>The kernel's number for the request.</summary>
    public ulong CommitId;

    /// <summary>The next of the completed entries, or -1. Under the channel's lock.</summary>
    public int NextCompleted;

    /// <summary>The next of the adopted entries whose request is to be served, or -1.</summary>
    public int NextAdopted;

    /// <summary>Whether the commit under way is that of a reply which the worker before may have committed already.</summary>
    public bool IsRepeated;

    /// <summary>A completed request's errno. Under the channel's lock.</summary>
    public int Error;

    /// <summary>A completed request's length. Under the channel's lock.</summary>
    public int Length;

    /// <summary>How often in a row the kernel said EAGAIN.</summary>
    public int Retries;
}
