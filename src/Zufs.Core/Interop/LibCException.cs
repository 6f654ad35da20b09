using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary>A system call for set-up failed. File-system paths never throw this: they return <c>Errno</c>.</summary>
public sealed class LibCException : IOException
{
    /// <summary>Says which call failed and why.</summary>
    /// <param name="what">The call and what it was for.</param>
    /// <param name="errno">The errno it left.</param>
    public LibCException(string what, int errno)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
    {
        ErrorNumber = errno;
    }

    /// <summary>The errno that the call left.</summary>
    public int ErrorNumber { get; }
}
