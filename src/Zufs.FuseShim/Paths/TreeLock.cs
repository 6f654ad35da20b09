namespace Zufs.FuseShim.Paths;

/// <summary>
/// No node is renamed or unlinked while an operation uses a path that leads through it, as in libfuse.
/// </summary>
/// <remarks>
/// <para>An operation (shared) only writes the nodes it works on to its thread's own place, which is a cache line of its own, and looks
/// whether anybody renames: no line is written by two CPUs. Who renames or unlinks (exclusive) announces the nodes it changes and waits for the
/// operations that work on them or below them; operations that begin meanwhile see the announcement and wait when it stands in their way.
/// Announcement and look are each followed by a full fence, so one of the two always sees the other.</para>
/// <para>No deadlock: an operation under way waits for nobody, an announced rename waits only for operations under way, and a rename that
/// another one stands in the way of waits before it is announced. Unrelated parts of the tree don't wait for each other.</para>
/// <para>A file system whose operations never overlap needs none of this.</para>
/// </remarks>
internal sealed class TreeLock
{
    private readonly NodeTable _nodes;
    private readonly bool _isSerial;
    private readonly List<PathThread> _threads = [];

    // Announced renames; changed under the gate.
    private int _writers;

    /// <summary>A lock over the nodes of a table.</summary>
    /// <param name="nodes">The table.</param>
    /// <param name="isSerial">Operations never overlap: nothing to do.</param>
    public TreeLock(NodeTable nodes, bool isSerial)
    {
        _nodes = nodes;
        _isSerial = isSerial;
    }

    /// <summary>Held while the table changes names, so that nobody who looks for conflicts sees half of it.</summary>
    public object Gate { get; } = new();

    /// <summary>A place for a thread that is new here.</summary>
    public PathThread NewThread()
    {
        var thread = new PathThread();
        lock (Gate)
            _threads.Add(thread);
        return thread;
    }

    /// <summary>The paths of these nodes stay as they are until <see cref="LeaveShared"/>.</summary>
    /// <param name="thread">The calling thread's place.</param>
    /// <param name="slot">A node.</param>
    /// <param name="other">Another one, or 0.</param>
    public void EnterShared(PathThread thread, uint slot, uint other = 0)
    {
        if (_isSerial)
            return;
        ulong pair = Pair(slot, other);
        Interlocked.Exchange(ref thread.Shared, pair);
        if (Volatile.Read(ref _writers) != 0)
            EnterSharedSlowly(thread, pair);
    }

    /// <summary>The operation is over.</summary>
    /// <param name="thread">The calling thread's place.</param>
    public void LeaveShared(PathThread thread)
    {
        if (_isSerial)
            return;
        Interlocked.Exchange(ref thread.Shared, 0);
        if (Volatile.Read(ref _writers) != 0)
            Wake();
    }

    /// <summary>
    /// The names of two nodes are the caller's to change until <see cref="LeaveExclusive"/>; the paths of two others stay as they are.
    /// </summary>
    /// <param name="thread">The calling thread's place.</param>
    /// <param name="parent">A node whose path is used.</param>
    /// <param name="newParent">Another one, or 0.</param>
    /// <param name="slot">A node whose name changes, or 0.</param>
    /// <param name="other">Another one, or 0.</param>
    public void EnterExclusive(PathThread thread, uint parent, uint newParent, uint slot, uint other)
    {
        if (_isSerial)
            return;
        ulong shared = Pair(parent, newParent);
        ulong exclusive = Pair(slot, other);
        lock (Gate)
        {
            while (MeetsWriter(thread, shared, exclusive))
                Monitor.Wait(Gate);
            thread.Exclusive = exclusive;
            Interlocked.Exchange(ref thread.Shared, shared);
            Interlocked.Increment(ref _writers);
            while (MeetsReader(thread, exclusive))
                Monitor.Wait(Gate);
        }
    }

    /// <summary>The rename is over.</summary>
    /// <param name="thread">The calling thread's place.</param>
    public void LeaveExclusive(PathThread thread)
    {
        if (_isSerial)
            return;
        lock (Gate)
        {
            thread.Exclusive = 0;
            thread.Shared = 0;
            Interlocked.Decrement(ref _writers);
            Monitor.PulseAll(Gate);
        }
    }

    private static ulong Pair(uint slot, uint other) => slot | (ulong)other << 32;

    private void EnterSharedSlowly(PathThread thread, ulong pair)
    {
        lock (Gate)
        {
            // A rename may be waiting for what was just written.
            thread.Shared = 0;
            Monitor.PulseAll(Gate);
            while (MeetsWriter(thread, pair, 0))
                Monitor.Wait(Gate);
            thread.Shared = pair;
        }
    }

    private void Wake()
    {
        lock (Gate)
            Monitor.PulseAll(Gate);
    }

    /// <summary>Whether an announced rename stands in the way of these nodes, or they in its way. The gate is held.</summary>
    private bool MeetsWriter(PathThread self, ulong shared, ulong exclusive)
    {
        foreach (PathThread thread in _threads)
        {
            ulong theirs = thread.Exclusive;
            if (theirs == 0 || thread == self)
                continue;
            if (Touches(shared, theirs) || Touches(exclusive, theirs) || Touches(thread.Shared, exclusive) || Touches(theirs, exclusive))
                return true;
        }
        return false;
    }

    /// <summary>Whether an operation under way uses a path through these nodes. The gate is held.</summary>
    private bool MeetsReader(PathThread self, ulong exclusive)
    {
        foreach (PathThread thread in _threads)
        {
            if (thread != self && thread.Exclusive == 0 && Touches(Volatile.Read(ref thread.Shared), exclusive))
                return true;
        }
        return false;
    }

    /// <summary>Whether one of the first pair is one of the second or lies below it.</summary>
    private bool Touches(ulong pair, ulong exclusive) =>
        pair != 0 && exclusive != 0 && (TouchesOne((uint)pair, exclusive) || TouchesOne((uint)(pair >> 32), exclusive));

    private bool TouchesOne(uint slot, ulong exclusive)
    {
        if (slot == 0)
            return false;
        uint first = (uint)exclusive;
        uint second = (uint)(exclusive >> 32);
        return first != 0 && _nodes.IsAtOrBelow(slot, first) || second != 0 && _nodes.IsAtOrBelow(slot, second);
    }
}
