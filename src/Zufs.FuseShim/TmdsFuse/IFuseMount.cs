namespace Tmds.Fuse;

/// <summary>A mounted file system. Any thread. Disposing it is <see cref="LazyUnmount"/>: it doesn't wait.</summary>
public interface IFuseMount : IDisposable
{
    /// <summary>Completes when the file system has ended and was disposed. Never faults.</summary>
    Task WaitForUnmountAsync();

    /// <summary>Takes the mount out of the tree at once; the file system goes on until its last file is closed.</summary>
    void LazyUnmount();

    /// <summary>Unmounts lazily and waits for the end.</summary>
    /// <param name="timeout">Milliseconds to wait; 0: only look; -1: for ever.</param>
    /// <returns>Whether the file system has ended.</returns>
    Task<bool> UnmountAsync(int timeout = -1);

    /// <summary>Unmounts lazily and waits for the end.</summary>
    /// <param name="timeout">Milliseconds to wait; 0: only look; -1: for ever.</param>
    /// <param name="force">Whether to end it though files are open: their users get ENOTCONN from then on.</param>
    /// <returns>Whether the file system has ended.</returns>
    Task<bool> UnmountAsync(int timeout, bool force) => UnmountAsync(timeout);

    /// <summary>Unmounts lazily and waits for the end, however long it takes.</summary>
    /// <param name="force">Whether to end it though files are open: their users get ENOTCONN from then on.</param>
    /// <returns>Whether the file system has ended.</returns>
    Task<bool> UnmountAsync(bool force) => UnmountAsync(-1, force);
}
