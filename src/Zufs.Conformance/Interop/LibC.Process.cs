using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <content>The calling thread: identity, umask, CPU; and sockets.</content>
internal static unsafe partial class LibC
{
    public const int CLONE_FS = 0x200;
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;

    /// <summary>geteuid(2): https://man7.org/linux/man-pages/man2/geteuid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uint geteuid();

    /// <summary>getegid(2): https://man7.org/linux/man-pages/man2/getgid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uint getegid();

    /// <summary>setfsuid(2), of the calling thread only: https://man7.org/linux/man-pages/man2/setfsuid.2.html</summary>
    [LibraryImport(Library)]
    public static partial int setfsuid(uint user);

    /// <summary>setfsgid(2), of the calling thread only: https://man7.org/linux/man-pages/man2/setfsgid.2.html</summary>
    [LibraryImport(Library)]
    public static partial int setfsgid(uint group);

    /// <summary>umask(2): https://man7.org/linux/man-pages/man2/umask.2.html</summary>
    [LibraryImport(Library)]
    public static partial uint umask(uint mask);

    /// <summary>unshare(2): https://man7.org/linux/man-pages/man2/unshare.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int unshare(int flags);

    /// <summary>sched_setaffinity(2): https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint size, ulong* mask);

    /// <summary>sched_getaffinity(2): https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_getaffinity(int thread, nuint size, ulong* mask);

    /// <summary>socket(2): https://man7.org/linux/man-pages/man2/socket.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>bind(2): https://man7.org/linux/man-pages/man2/bind.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(int socket, byte* address, uint length);

    /// <summary>listen(2): https://man7.org/linux/man-pages/man2/listen.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int listen(int socket, int backlog);

    /// <summary>connect(2): https://man7.org/linux/man-pages/man2/connect.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int connect(int socket, byte* address, uint length);
}
