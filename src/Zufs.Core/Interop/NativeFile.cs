using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary>
/// Files by descriptor, for a file system that stands on another one. Names are bytes with a NUL behind the span. Every call answers with its
/// result, or minus the errno, and never throws.
/// </summary>
internal static partial class NativeFile
{
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_SYMLINK_FOLLOW = 0x400;
    public const int AT_EACCESS = 0x200;
    public const int AT_NO_AUTOMOUNT = 0x800;
    public const int AT_EMPTY_PATH = 0x1000;

    public const int O_WRONLY = 1;
    public const int O_ACCMODE = 3;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_DSYNC = 0x1000;
    public const int O_DIRECT = 0x4000;
    public const int O_DIRECTORY = 0x10000;
    public const int O_NOFOLLOW = 0x20000;
    public const int O_NOATIME = 0x40000;
    public const int O_SYNC = 0x101000;
    public const int O_PATH = 0x200000;
    public const int O_TMPFILE = 0x410000;

    private const string Library = "libc";
    private const long SYS_openat2 = 437;
    private const long SYS_open_tree = 428;
    private const long SYS_mount_setattr = 442;
    private const int OPEN_TREE_CLONE = 1;
    private const ulong RESOLVE_NO_XDEV = 1;
    private const ulong MOUNT_ATTR_NOATIME = 0x10;
    private const ulong MOUNT_ATTR_ATIME = 0x70;

    /// <summary>openat(2): https://man7.org/linux/man-pages/man2/openat.2.html</summary>
    public static int OpenAt(int directory, ReadOnlySpan<byte> name, int flags, uint mode = 0) =>
        Result(openat(directory, ref Start(name), flags | LibC.O_CLOEXEC, mode));

    /// <summary>openat2(2) with RESOLVE_NO_XDEV: EXDEV when the name is a mount point. https://man7.org/linux/man-pages/man2/openat2.2.html</summary>
    public static int OpenAtWithoutCrossing(int directory, ReadOnlySpan<byte> name, int flags)
    {
        Span<ulong> how = [(ulong)(uint)(flags | LibC.O_CLOEXEC), 0, RESOLVE_NO_XDEV];
        return (int)Result(SystemCall(SYS_openat2, directory, ref Start(name), ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(how)), how.Length * sizeof(ulong), 0));
    }

    /// <summary>
    /// open_tree(2) with OPEN_TREE_CLONE: the directory on a mount of its own that nobody else sees, and on which nothing else is mounted.
    /// https://man7.org/linux/man-pages/man2/open_tree.2.html
    /// </summary>
    public static int CloneTree(ReadOnlySpan<byte> path)
    {
        byte none = 0;
        return (int)Result(SystemCall(SYS_open_tree, AT_FDCWD, ref Start(path), OPEN_TREE_CLONE | LibC.O_CLOEXEC, 0, ref none));
    }

    /// <summary>mount_setattr(2): no reading of files on this mount changes their time of access. https://man7.org/linux/man-pages/man2/mount_setattr.2.html</summary>
    public static int SetNoAtime(int tree)
    {
        Span<ulong> attributes = [MOUNT_ATTR_NOATIME, MOUNT_ATTR_ATIME, 0, 0];
        return (int)Result(SystemCall(
            SYS_mount_setattr, tree, ref Start(""u8), AT_EMPTY_PATH, ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(attributes)), attributes.Length * sizeof(ulong)));
    }

    /// <summary>close(2)</summary>
    public static void Close(int fd) => LibC.close(fd);

    /// <summary>dup(2) and close(2) of the copy: what close(2) of the file would say now.</summary>
    public static int CloseCopy(int fd)
    {
        int copy = Result(dup(fd));
        return copy < 0 ? copy : Result(LibC.close(copy));
    }

    /// <summary>
    /// name_to_handle_at(2) of the descriptor itself: a length and a type of 4 bytes each, then the handle.
    /// https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html
    /// </summary>
    public static int HandleOf(int fd, Span<byte> handle)
    {
        MemoryMarshal.Write(handle, handle.Length - 8);
        return Result(name_to_handle_at(fd, ref Start(""u8), ref MemoryMarshal.GetReference(handle), out _, AT_EMPTY_PATH));
    }

    /// <summary>open_by_handle_at(2): https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html</summary>
    public static int OpenByHandle(int mount, ReadOnlySpan<byte> handle, int flags) =>
        Result(open_by_handle_at(mount, ref Start(handle), flags | LibC.O_CLOEXEC));

    /// <summary>mkdirat(2)</summary>
    public static int MakeDirectory(int directory, ReadOnlySpan<byte> name, uint mode) => Result(mkdirat(directory, ref Start(name), mode));

    /// <summary>mknodat(2), the device as <c>dev_t</c>.</summary>
    public static int MakeNode(int directory, ReadOnlySpan<byte> name, uint mode, ulong device) => Result(mknodat(directory, ref Start(name), mode, device));

    /// <summary>symlinkat(2)</summary>
    public static int MakeSymbolicLink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name) =>
        Result(symlinkat(ref Start(target), directory, ref Start(name)));

    /// <summary>linkat(2) of what a path leads to.</summary>
    public static int MakeLink(ReadOnlySpan<byte> path, int directory, ReadOnlySpan<byte> name) =>
        Result(linkat(AT_FDCWD, ref Start(path), directory, ref Start(name), AT_SYMLINK_FOLLOW));

    /// <summary>unlinkat(2)</summary>
    public static int Remove(int directory, ReadOnlySpan<byte> name, int flags) => Result(unlinkat(directory, ref Start(name), flags));

    /// <summary>renameat2(2): https://man7.org/linux/man-pages/man2/rename.2.html</summary>
    public static int Rename(int directory, ReadOnlySpan<byte> name, int newDirectory, ReadOnlySpan<byte> newName, uint flags) =>
        Result(renameat2(directory, ref Start(name), newDirectory, ref Start(newName), flags));

    /// <summary>readlinkat(2) of the descriptor itself.</summary>
    public static int ReadLink(int fd, Span<byte> target) =>
        (int)Result(readlinkat(fd, ref Start(""u8), ref MemoryMarshal.GetReference(target), (nuint)target.Length));

    private static int Result(int result) => result < 0 ? -LibC.LastError : result;

    private static long Result(long result) => result < 0 ? -LibC.LastError : result;

    private static ref byte Start(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.GetReference(bytes);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int openat(int directory, ref byte name, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int name_to_handle_at(int directory, ref byte name, ref byte handle, out int mountId, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int open_by_handle_at(int mount, ref byte handle, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int mkdirat(int directory, ref byte name, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int mknodat(int directory, ref byte name, uint mode, ulong device);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int symlinkat(ref byte target, int directory, ref byte name);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int linkat(int directory, ref byte name, int newDirectory, ref byte newName, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int unlinkat(int directory, ref byte name, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int renameat2(int directory, ref byte name, int newDirectory, ref byte newName, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint readlinkat(int directory, ref byte name, ref byte target, nuint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, ref byte b, ref byte c, long d, long e);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, ref byte b, long c, ref byte d, long e);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, ref byte b, long c, long d, ref byte e);
}
