using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <content>Names: directories, links, rename, attributes, extended attributes.</content>
internal static unsafe partial class LibC
{
    /// <summary>mkdirat(2): https://man7.org/linux/man-pages/man2/mkdir.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int mkdirat(int directory, byte* path, uint mode);

    /// <summary>mknodat(2): https://man7.org/linux/man-pages/man2/mknod.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int mknodat(int directory, byte* path, uint mode, ulong device);

    /// <summary>unlinkat(2): https://man7.org/linux/man-pages/man2/unlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int unlinkat(int directory, byte* path, int flags);

    /// <summary>renameat2(2): https://man7.org/linux/man-pages/man2/rename.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    /// <summary>linkat(2): https://man7.org/linux/man-pages/man2/link.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    /// <summary>name_to_handle_at(2): https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int name_to_handle_at(int directory, byte* path, byte* handle, int* mount, int flags);

    /// <summary>open_by_handle_at(2): https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int open_by_handle_at(int mount, byte* handle, int flags);

    /// <summary>symlinkat(2): https://man7.org/linux/man-pages/man2/symlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int symlinkat(byte* target, int directory, byte* path);

    /// <summary>readlinkat(2): https://man7.org/linux/man-pages/man2/readlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint size);

    /// <summary>getdents64(2): https://man7.org/linux/man-pages/man2/getdents.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint getdents64(int fd, byte* buffer, nuint size);

    /// <summary>statx(2): https://man7.org/linux/man-pages/man2/statx.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int statx(int directory, byte* path, int flags, uint mask, FileStatus* status);

    /// <summary>fstat(2), only to time it: its structure differs between machines, so nobody looks: https://man7.org/linux/man-pages/man2/stat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fstat(int fd, byte* buffer);

    /// <summary>statfs(2): https://man7.org/linux/man-pages/man2/statfs.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fstatfs(int fd, FileSystemStatus* status);

    /// <summary>faccessat(2): https://man7.org/linux/man-pages/man2/access.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int faccessat(int directory, byte* path, int mode, int flags);

    /// <summary>fchmodat(2): https://man7.org/linux/man-pages/man2/chmod.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchmodat(int directory, byte* path, uint mode, int flags);

    /// <summary>fchmod(2): https://man7.org/linux/man-pages/man2/chmod.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchmod(int fd, uint mode);

    /// <summary>fchownat(2): https://man7.org/linux/man-pages/man2/chown.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchownat(int directory, byte* path, uint user, uint group, int flags);

    /// <summary>utimensat(2): https://man7.org/linux/man-pages/man2/utimensat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int utimensat(int directory, byte* path, TimeValue* times, int flags);

    /// <summary>futimens(3): https://man7.org/linux/man-pages/man3/futimens.3.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int futimens(int fd, TimeValue* times);

    /// <summary>lsetxattr(2): https://man7.org/linux/man-pages/man2/setxattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    /// <summary>lgetxattr(2): https://man7.org/linux/man-pages/man2/getxattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);

    /// <summary>llistxattr(2): https://man7.org/linux/man-pages/man2/listxattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint llistxattr(byte* path, byte* list, nuint size);

    /// <summary>lremovexattr(2): https://man7.org/linux/man-pages/man2/removexattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int lremovexattr(byte* path, byte* name);

    /// <summary>fsetxattr(2): https://man7.org/linux/man-pages/man2/setxattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fsetxattr(int fd, byte* name, byte* value, nuint size, int flags);

    /// <summary>fgetxattr(2): https://man7.org/linux/man-pages/man2/getxattr.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint fgetxattr(int fd, byte* name, byte* value, nuint size);
}
