namespace Zufs.Mounting;

/// <summary>A mount or unmount that didn't work. The message is a sentence with the cause and what to try next.</summary>
public sealed class MountException : IOException
{
    /// <summary>Says what didn't work.</summary>
    /// <param name="message">The cause and the next command to try.</param>
    /// <param name="errno">The errno behind it, 0 when there is none.</param>
    public MountException(string message, int errno = 0)
        : base(message) => ErrorNumber = errno;

    /// <summary>The errno behind it (as in <c>errno(3)</c>), 0 when there is none.</summary>
    public int ErrorNumber { get; }

    /// <summary>Whether an unmount failed since files are open or a working directory lies on the mount (EBUSY).</summary>
    public bool IsBusy => ErrorNumber == 16;
}
