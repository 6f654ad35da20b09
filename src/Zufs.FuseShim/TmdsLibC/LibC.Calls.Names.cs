using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <content>Names, links and directories. Each sets <see cref="errno"/> when it fails; pointers must be valid for the call, strings end in NUL.</content>
// SAFETY: declarations only; pointers are the caller's to answer for, as in C.
public static unsafe partial class LibC
{
    /// <summary>Makes a directory. mkdir(2): https://man7.org/linux/man-pages/man2/mkdir.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int mkdir(byte* pathname, mode_t mode);

    /// <summary>Removes an empty directory. rmdir(2): https://man7.org/linux/man-pages/man2/rmdir.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int rmdir(byte* pathname);

    /// <summary>Removes a name. unlink(2): https://man7.org/linux/man-pages/man2/unlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int unlink(byte* pathname);

    /// <summary>Makes a hard link. link(2): https://man7.org/linux/man-pages/man2/link.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int link(byte* oldpath, byte* newpath);

    /// <summary>Makes a symbolic link. symlink(2): https://man7.org/linux/man-pages/man2/symlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int symlink(byte* target, byte* linkpath);

    /// <summary>Reads where a symbolic link leads; without a NUL. readlink(2): https://man7.org/linux/man-pages/man2/readlink.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial ssize_t readlink(byte* pathname, byte* buf, size_t bufsiz);
}
