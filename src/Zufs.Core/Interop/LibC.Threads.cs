using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <content>Threads and CPUs: sched_setaffinity(2), sched_yield(2).</content>
internal static unsafe partial class LibC
{
    /// <summary>sched_setaffinity(2); pid 0 is the calling thread: https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_setaffinity(int pid, nuint size, void* mask);

    /// <summary>sched_getaffinity(2); pid 0 is the calling thread: https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_getaffinity(int pid, nuint size, void* mask);

    /// <summary>sched_getcpu(3): https://man7.org/linux/man-pages/man3/sched_getcpu.3.html</summary>
    [LibraryImport(Library)]
    public static partial int sched_getcpu();

    /// <summary>gettid(2): https://man7.org/linux/man-pages/man2/gettid.2.html</summary>
    [LibraryImport(Library)]
    public static partial int gettid();

    /// <summary>sched_yield(2): https://man7.org/linux/man-pages/man2/sched_yield.2.html</summary>
    [LibraryImport(Library)]
    public static partial int sched_yield();
}
