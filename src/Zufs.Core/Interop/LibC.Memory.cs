using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <content>Memory: mmap(2), memfd_create(2), madvise(2).</content>
internal static unsafe partial class LibC
{
    public const int PROT_NONE = 0;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 0x01;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MAP_POPULATE = 0x8000;
    public const int MAP_FIXED_NOREPLACE = 0x100000;
    public const int MADV_REMOVE = 9;
    public const int MADV_DONTDUMP = 16;
    public const int MADV_POPULATE_WRITE = 23;
    public const uint MFD_CLOEXEC = 1;

    public static readonly void* MAP_FAILED = (void*)-1;

    /// <summary>mmap(2): https://man7.org/linux/man-pages/man2/mmap.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary>munmap(2): https://man7.org/linux/man-pages/man2/munmap.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int munmap(void* address, nuint length);

    /// <summary>madvise(2): https://man7.org/linux/man-pages/man2/madvise.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int madvise(void* address, nuint length, int advice);

    /// <summary>memfd_create(2): https://man7.org/linux/man-pages/man2/memfd_create.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int memfd_create(byte* name, uint flags);

    /// <summary>ftruncate(2): https://man7.org/linux/man-pages/man2/ftruncate.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int ftruncate(int fd, long length);

    /// <summary>pwrite(2): https://man7.org/linux/man-pages/man2/pwrite.2.html</summary>
    [LibraryImport(Library)]
    public static partial nint pwrite(int fd, byte* from, nuint count, long offset);
}
