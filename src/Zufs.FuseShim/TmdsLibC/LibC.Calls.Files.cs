using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <content>Open files and their data. Each sets <see cref="errno"/> when it fails; pointers must be valid for the call, strings end in NUL.</content>
// SAFETY: declarations only; pointers are the caller's to answer for, as in C.
public static unsafe partial class LibC
{
    /// <summary>Opens a file. open(2): https://man7.org/linux/man-pages/man2/open.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int open(byte* pathname, int flags);

    /// <summary>Opens or makes a file. open(2): https://man7.org/linux/man-pages/man2/open.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int open(byte* pathname, int flags, mode_t mode);

    /// <summary>Makes and opens a file. creat(2): https://man7.org/linux/man-pages/man2/creat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int creat(byte* pathname, mode_t mode);

    /// <summary>Closes a descriptor. close(2): https://man7.org/linux/man-pages/man2/close.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>Reads from a descriptor. read(2): https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial ssize_t read(int fd, void* buf, size_t count);

    /// <summary>Writes to a descriptor. write(2): https://man7.org/linux/man-pages/man2/write.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial ssize_t write(int fd, void* buf, size_t count);

    /// <summary>Data and attributes reach the disk. fsync(2): https://man7.org/linux/man-pages/man2/fsync.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fsync(int fd);

    /// <summary>Data reaches the disk. fdatasync(2): https://man7.org/linux/man-pages/man2/fdatasync.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fdatasync(int fd);
}
