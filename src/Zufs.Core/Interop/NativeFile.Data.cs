using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <content>What is in files: reading, writing, space, listings.</content>
internal static partial class NativeFile
{
    private const long SYS_getdents64 = 217;

    /// <summary>pread(2): https://man7.org/linux/man-pages/man2/pread.2.html</summary>
    public static long Read(int fd, Span<byte> room, long offset) =>
        Result(pread(fd, ref MemoryMarshal.GetReference(room), (nuint)room.Length, offset));

    /// <summary>pwrite(2): https://man7.org/linux/man-pages/man2/pwrite.2.html</summary>
    public static long Write(int fd, ReadOnlySpan<byte> data, long offset) => Result(pwrite(fd, ref Start(data), (nuint)data.Length, offset));

    /// <summary>fsync(2), or fdatasync(2).</summary>
    public static int Sync(int fd, bool dataOnly) => Result(dataOnly ? fdatasync(fd) : fsync(fd));

    /// <summary>syncfs(2)</summary>
    public static int SyncFileSystem(int fd) => Result(syncfs(fd));

    /// <summary>fallocate(2): https://man7.org/linux/man-pages/man2/fallocate.2.html</summary>
    public static int Allocate(int fd, int mode, long offset, long length) => Result(fallocate(fd, mode, offset, length));

    /// <summary>lseek(2)</summary>
    public static long Seek(int fd, long offset, int whence) => Result(lseek(fd, offset, whence));

    /// <summary>copy_file_range(2): https://man7.org/linux/man-pages/man2/copy_file_range.2.html</summary>
    public static long CopyRange(int from, long fromOffset, int to, long toOffset, ulong length) =>
        Result(copy_file_range(from, ref fromOffset, to, ref toOffset, (nuint)length, 0));

    /// <summary>ftruncate(2)</summary>
    public static int Truncate(int fd, long length) => Result(ftruncate(fd, length));

    /// <summary>truncate(2)</summary>
    public static int TruncatePath(ReadOnlySpan<byte> path, long length) => Result(truncate(ref Start(path), length));

    /// <summary>getdents64(2): https://man7.org/linux/man-pages/man2/getdents.2.html</summary>
    public static int ReadDirectory(int fd, Span<byte> entries) =>
        (int)Result(ListingCall(SYS_getdents64, fd, ref MemoryMarshal.GetReference(entries), entries.Length));

    /// <summary>ioctl(2) with a structure: what it returned, or minus the errno.</summary>
    public static int Control(int fd, uint command, Span<byte> argument) => Result(ioctl(fd, command, ref MemoryMarshal.GetReference(argument)));

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint pread(int fd, ref byte room, nuint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint pwrite(int fd, ref byte data, nuint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fdatasync(int fd);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int syncfs(int fd);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fallocate(int fd, int mode, long offset, long length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint copy_file_range(int from, ref long fromOffset, int to, ref long toOffset, nuint length, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ftruncate(int fd, long length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int truncate(ref byte path, long length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(int fd, nuint command, ref byte argument);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long ListingCall(long number, long fd, ref byte entries, long size);
}
