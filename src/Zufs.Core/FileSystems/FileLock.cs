namespace Zufs.FileSystems;

/// <summary>A POSIX lock or a flock on a file (fcntl_locking(2), flock(2)).</summary>
public struct FileLock
{
    /// <summary>First byte.</summary>
    public ulong Start;

    /// <summary>Last byte, included; <see cref="long.MaxValue"/>: to the end of the file whatever its length.</summary>
    public ulong End;

    /// <summary>F_RDLCK 0, F_WRLCK 1, F_UNLCK 2.</summary>
    public uint Type;

    /// <summary>The process that holds it.</summary>
    public uint Pid;
}
