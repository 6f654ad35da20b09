using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>An operation's use of a path: until it is disposed, no rename changes what the path means.</summary>
internal readonly ref struct PathUse
{
    private readonly TreeLock? _lock;

    /// <summary>A use that failed: nothing is held.</summary>
    public PathUse(Errno error) => Error = error;

    /// <summary>A use whose nodes are held by the thread.</summary>
    public PathUse(TreeLock? treeLock, PathThread thread, uint slot, ReadOnlySpan<byte> path, PathFile file)
    {
        _lock = treeLock;
        Thread = thread;
        Slot = slot;
        Path = path;
        File = file;
    }

    /// <summary>Why there is no path; success when there is.</summary>
    public Errno Error { get; }

    /// <summary>The calling thread's buffers.</summary>
    public PathThread Thread { get; } = null!;

    /// <summary>The node, or the directory of the name.</summary>
    public uint Slot { get; }

    /// <summary>The path; empty when the open file has none. A NUL stands behind it.</summary>
    public ReadOnlySpan<byte> Path { get; }

    /// <summary>The open file, if any.</summary>
    public PathFile File { get; }

    /// <summary>The path may change its meaning again.</summary>
    public void Dispose() => _lock?.LeaveShared(Thread);
}
