using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <content>Open files: read, write, size, position.</content>
internal static unsafe partial class LibC
{
    /// <summary>openat(2): https://man7.org/linux/man-pages/man2/open.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int openat(int directory, byte* path, int flags, uint mode);

    /// <summary>close(2): https://man7.org/linux/man-pages/man2/close.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>dup(2): https://man7.org/linux/man-pages/man2/dup.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int dup(int fd);

    /// <summary>read(2): https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nuint count);

    /// <summary>write(2): https://man7.org/linux/man-pages/man2/write.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nuint count);

    /// <summary>pread(2): https://man7.org/linux/man-pages/man2/pread.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    /// <summary>pwrite(2): https://man7.org/linux/man-pages/man2/pwrite.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint pwrite(int fd, byte* buffer, nuint count, long offset);

    /// <summary>preadv(2): https://man7.org/linux/man-pages/man2/readv.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint preadv(int fd, IoVector* vectors, int count, long offset);

    /// <summary>pwritev(2): https://man7.org/linux/man-pages/man2/readv.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint pwritev(int fd, IoVector* vectors, int count, long offset);

    /// <summary>lseek(2): https://man7.org/linux/man-pages/man2/lseek.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial long lseek(int fd, long offset, int whence);

    /// <summary>ftruncate(2): https://man7.org/linux/man-pages/man2/ftruncate.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int ftruncate(int fd, long length);

    /// <summary>truncate(2): https://man7.org/linux/man-pages/man2/truncate.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int truncate(byte* path, long length);

    /// <summary>fallocate(2): https://man7.org/linux/man-pages/man2/fallocate.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fallocate(int fd, int mode, long offset, long length);

    /// <summary>copy_file_range(2): https://man7.org/linux/man-pages/man2/copy_file_range.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint copy_file_range(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    /// <summary>sendfile(2): https://man7.org/linux/man-pages/man2/sendfile.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint sendfile(int to, int from, long* offset, nuint count);

    /// <summary>fsync(2): https://man7.org/linux/man-pages/man2/fsync.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fsync(int fd);

    /// <summary>fdatasync(2): https://man7.org/linux/man-pages/man2/fdatasync.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fdatasync(int fd);

    /// <summary>syncfs(2): https://man7.org/linux/man-pages/man2/syncfs.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int syncfs(int fd);

    /// <summary>posix_fadvise(2), which returns its error: https://man7.org/linux/man-pages/man2/posix_fadvise.2.html</summary>
    [LibraryImport(Library)]
    public static partial int posix_fadvise(int fd, long offset, long length, int advice);

    /// <summary>fcntl(2) with a number: https://man7.org/linux/man-pages/man2/fcntl.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);

    /// <summary>fcntl(2) with a lock: https://man7.org/linux/man-pages/man2/fcntl_locking.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fcntl(int fd, int command, LockRecord* argument);

    /// <summary>flock(2): https://man7.org/linux/man-pages/man2/flock.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int flock(int fd, int operation);

    /// <summary>ioctl(2): https://man7.org/linux/man-pages/man2/ioctl.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(int fd, nuint command, void* argument);

    /// <summary>poll(2): https://man7.org/linux/man-pages/man2/poll.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int poll(PollRecord* records, nuint count, int milliseconds);

    /// <summary>mmap(2): https://man7.org/linux/man-pages/man2/mmap.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary>munmap(2): https://man7.org/linux/man-pages/man2/munmap.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int munmap(void* address, nuint length);

    /// <summary>msync(2): https://man7.org/linux/man-pages/man2/msync.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int msync(void* address, nuint length, int flags);

    /// <summary>struct iovec of readv(2).</summary>
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct pollfd of poll(2).</summary>
    public struct PollRecord
    {
        public int Descriptor;
        public short Events;
        public short Ready;
    }

    /// <summary>struct flock of fcntl(2) on 64-bit machines.</summary>
    public struct LockRecord
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Pid;
    }
}
