using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Address;
    public nuint Length;
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Fd;
    public short Events;
    public short Revents;
}

/// <content>Files and what behaves like one: open(2), read(2), write(2), poll(2), ioctl(2), eventfd(2).</content>
internal static unsafe partial class LibC
{
    public const int O_RDONLY = 0;
    public const int O_RDWR = 2;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;
    public const short POLLIN = 1;
    public const short POLLERR = 8;
    public const short POLLHUP = 16;
    public const short POLLNVAL = 32;

    // Raw numbers, since channels compare them on the hot path; the file-system API has its own Errno.
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int ENOSYS = 38;
    public const int EPROTO = 71;
    public const int ECONNABORTED = 103;
    public const int ENOTCONN = 107;
    public const int ECANCELED = 125;

    /// <summary>open(2): https://man7.org/linux/man-pages/man2/open.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int open(byte* path, int flags, uint mode);

    /// <summary>close(2): https://man7.org/linux/man-pages/man2/close.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>read(2): https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nuint count);

    /// <summary>write(2): https://man7.org/linux/man-pages/man2/write.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint write(int fd, void* buffer, nuint count);

    /// <summary>writev(2): https://man7.org/linux/man-pages/man2/writev.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint writev(int fd, IoVector* pieces, int count);

    /// <summary>poll(2), its timeout in milliseconds: https://man7.org/linux/man-pages/man2/poll.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);

    /// <summary>ioctl(2): https://man7.org/linux/man-pages/man2/ioctl.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argument);

    /// <summary>eventfd(2): https://man7.org/linux/man-pages/man2/eventfd.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);
}
