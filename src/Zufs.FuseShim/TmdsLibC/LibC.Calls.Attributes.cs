using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <content>Attributes, owners and rights. Each sets <see cref="errno"/> when it fails; pointers must be valid for the call, strings end in NUL.</content>
// SAFETY: declarations only; pointers are the caller's to answer for, as in C.
public static unsafe partial class LibC
{
    /// <summary>Attributes of a file; glibc 2.33 or later exports it. stat(2): https://man7.org/linux/man-pages/man2/stat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int stat(byte* pathname, stat* buf);

    /// <summary>Attributes of a file; doesn't follow a symbolic link. lstat(2): https://man7.org/linux/man-pages/man2/lstat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int lstat(byte* pathname, stat* buf);

    /// <summary>Attributes of an open file. fstat(2): https://man7.org/linux/man-pages/man2/fstat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fstat(int fd, stat* buf);

    /// <summary>What a file system has room for. statvfs(3): https://man7.org/linux/man-pages/man3/statvfs.3.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int statvfs(byte* path, statvfs* buf);

    /// <summary>What the file system of an open file has room for. fstatvfs(3): https://man7.org/linux/man-pages/man3/fstatvfs.3.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fstatvfs(int fd, statvfs* buf);

    /// <summary>Changes permissions. chmod(2): https://man7.org/linux/man-pages/man2/chmod.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int chmod(byte* pathname, mode_t mode);

    /// <summary>Changes permissions of an open file. fchmod(2): https://man7.org/linux/man-pages/man2/fchmod.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchmod(int fd, mode_t mode);

    /// <summary>Changes owner and group. chown(2): https://man7.org/linux/man-pages/man2/chown.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int chown(byte* pathname, uid_t owner, gid_t group);

    /// <summary>Changes owner and group; doesn't follow a symbolic link. lchown(2): https://man7.org/linux/man-pages/man2/lchown.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int lchown(byte* pathname, uid_t owner, gid_t group);

    /// <summary>Changes owner and group of an open file. fchown(2): https://man7.org/linux/man-pages/man2/fchown.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int fchown(int fd, uid_t owner, gid_t group);

    /// <summary>Sets the times of an open file; two of them, access first. futimens(3): https://man7.org/linux/man-pages/man3/futimens.3.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int futimens(int fd, timespec* times);

    /// <summary>Sets the times of a file; two of them, access first. utimensat(2): https://man7.org/linux/man-pages/man2/utimensat.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int utimensat(int dirfd, byte* pathname, timespec* times, int flags);

    /// <summary>Whether the real user may. access(2): https://man7.org/linux/man-pages/man2/access.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int access(byte* pathname, int mode);

    /// <summary>Sets the mask for new files and gives the old one. umask(2): https://man7.org/linux/man-pages/man2/umask.2.html</summary>
    [LibraryImport(Library)]
    public static partial mode_t umask(mode_t mask);

    /// <summary>The real user. getuid(2): https://man7.org/linux/man-pages/man2/getuid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uid_t getuid();

    /// <summary>The effective user. geteuid(2): https://man7.org/linux/man-pages/man2/geteuid.2.html</summary>
    [LibraryImport(Library)]
    public static partial uid_t geteuid();

    /// <summary>The real group. getgid(2): https://man7.org/linux/man-pages/man2/getgid.2.html</summary>
    [LibraryImport(Library)]
    public static partial gid_t getgid();

    /// <summary>The effective group. getegid(2): https://man7.org/linux/man-pages/man2/getegid.2.html</summary>
    [LibraryImport(Library)]
    public static partial gid_t getegid();
}
