using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <content>Signals to a thread.</content>
internal static unsafe partial class LibC
{
    public const int SIGUSR2 = 12;

    /// <summary>sigaction(2): https://man7.org/linux/man-pages/man2/sigaction.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sigaction(int signal, byte* action, byte* old);

    /// <summary>gettid(2): https://man7.org/linux/man-pages/man2/gettid.2.html</summary>
    [LibraryImport(Library)]
    public static partial int gettid();

    /// <summary>getpid(2): https://man7.org/linux/man-pages/man2/getpid.2.html</summary>
    [LibraryImport(Library)]
    public static partial int getpid();

    /// <summary>tgkill(2): https://man7.org/linux/man-pages/man2/tgkill.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int tgkill(int process, int thread, int signal);

    /// <summary>dlsym(3): https://man7.org/linux/man-pages/man3/dlsym.3.html</summary>
    [LibraryImport(Library)]
    public static partial void* dlsym(void* handle, byte* symbol);
}
