using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary><c>struct sigaction</c> as glibc and musl have it on x86-64 and arm64 (the kernel's own is another).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SignalAction
{
    public nint Handler;
    public SignalSet Mask;
    public int Flags;
    public nint Restorer;
}

/// <summary><c>sigset_t</c>: bit n-1 is signal n.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SignalSet
{
    public fixed ulong Bits[16];
}

/// <content>Signals to one thread: sigaction(2), pthread_kill(3), pthread_sigmask(3).</content>
internal static unsafe partial class LibC
{
    public const int SIG_UNBLOCK = 1;

    /// <summary>sigaction(2): https://man7.org/linux/man-pages/man2/sigaction.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sigaction(int signal, SignalAction* action, SignalAction* before);

    /// <summary>pthread_sigmask(3): https://man7.org/linux/man-pages/man3/pthread_sigmask.3.html (returns the errno)</summary>
    [LibraryImport(Library)]
    public static partial int pthread_sigmask(int how, SignalSet* signals, SignalSet* before);

    /// <summary>pthread_self(3): https://man7.org/linux/man-pages/man3/pthread_self.3.html</summary>
    [LibraryImport(Library)]
    public static partial nint pthread_self();

    /// <summary>pthread_kill(3): https://man7.org/linux/man-pages/man3/pthread_kill.3.html (returns the errno)</summary>
    [LibraryImport(Library)]
    public static partial int pthread_kill(nint thread, int signal);
}
