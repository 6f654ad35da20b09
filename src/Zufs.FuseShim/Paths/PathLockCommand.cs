namespace Zufs.FuseShim.Paths;

/// <summary>What a POSIX lock operation asks for: values of fcntl(2) on 64-bit Linux.</summary>
public enum PathLockCommand
{
    /// <summary>F_GETLK: the lock in the way.</summary>
    Get = 5,

    /// <summary>F_SETLK: lock or unlock, EAGAIN when taken.</summary>
    Set = 6,

    /// <summary>F_SETLKW: lock, and wait while taken; EINTR when the caller is signalled.</summary>
    SetAndWait = 7,
}
