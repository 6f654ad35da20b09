namespace Zufs.Supervision;

/// <summary>
/// Where a mount's life stands. Only the supervisor's loop changes it. The one place where a dead worker is answered is
/// <c>Supervisor.OnWorkerEnd</c>: there the mount ends, or another worker is started.
/// </summary>
internal enum SupervisorState
{
    /// <summary>The worker was started and loads its file system; nothing is mounted yet.</summary>
    Loading,

    /// <summary>Mounted; the worker has the connection and hasn't said that requests flow. Whoever touches the mount waits.</summary>
    Starting,

    /// <summary>Requests flow.</summary>
    Serving,

    /// <summary>The worker has died and another one is about to go on. Whoever uses the mount waits.</summary>
    Restarting,

    /// <summary>Another worker is loaded, and the one that serves was asked to finish and to leave.</summary>
    HandingOver,

    /// <summary>A stop was asked for; umount(2) runs on a thread of its own, since it may write back through the worker.</summary>
    Unmounting,

    /// <summary>Out of the tree. The worker serves what is still open, and leaves by itself when the kernel closes the connection.</summary>
    Draining,

    /// <summary>The bound is over: the connection was aborted, the worker was killed, and its end is waited for.</summary>
    Aborting,

    /// <summary>Over. What is left is to clean up and to say why.</summary>
    Ended,
}
