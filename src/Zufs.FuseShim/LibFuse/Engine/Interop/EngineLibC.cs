using System.Runtime.InteropServices;

namespace Zufs.FuseShim.LibFuse.Interop;

/// <summary>The system calls of the engine itself.</summary>
internal static partial class EngineLibC
{
    /// <summary>fcntl(2) with F_DUPFD_CLOEXEC: https://man7.org/linux/man-pages/man2/fcntl.2.html</summary>
    /// <param name="descriptor">What is duplicated.</param>
    /// <returns>A descriptor that is closed at exec, or -1.</returns>
    public static int dup(int descriptor) => fcntl(descriptor, FDupFdCloexec, 0);

    private const int FDupFdCloexec = 1030;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
