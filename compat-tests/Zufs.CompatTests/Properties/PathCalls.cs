using System.Runtime.InteropServices;
using System.Text;
using Zufs.FileSystems;

namespace Zufs.CompatTests.Properties;

/// <summary>One system call each, by a full path; the errno is the result.</summary>
internal static unsafe partial class PathCalls
{
    private const int AT_FDCWD = -100;
    private const int O_WRONLY = 1;
    private const int O_CREAT_EXCL = 0xC0;
    private const int O_CLOEXEC = 0x80000;

    public static Errno MkDir(string path) => Call(path, static p => mkdir(p, 0x1ED));

    public static Errno RmDir(string path) => Call(path, static p => rmdir(p));

    public static Errno Unlink(string path) => Call(path, static p => unlink(p));

    public static Errno Truncate(string path, long length) => Call(path, p => truncate(p, length));

    public static Errno Create(string path) => Opened(path, O_WRONLY | O_CREAT_EXCL, static _ => Errno.Success);

    public static Errno Write(string path, byte[] data, long offset) => Opened(path, O_WRONLY, fd =>
    {
        fixed (byte* d = data)
            return pwrite(fd, d, (nuint)data.Length, offset) == data.Length ? Errno.Success : Last();
    });

    public static Errno Rename(string path, string newPath, uint flags)
    {
        fixed (byte* from = Bytes(path), to = Bytes(newPath))
            return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) == 0 ? Errno.Success : Last();
    }

    public static Errno Link(string path, string newPath)
    {
        fixed (byte* from = Bytes(path), to = Bytes(newPath))
            return linkat(AT_FDCWD, from, AT_FDCWD, to, 0) == 0 ? Errno.Success : Last();
    }

    /// <summary>Links of a file or directory.</summary>
    public static uint LinksOf(string path)
    {
        // struct stat on x86-64: st_nlink at 16.
        byte* data = stackalloc byte[256];
        fixed (byte* p = Bytes(path))
            return lstat(p, data) == 0 ? (uint)*(ulong*)(data + 16) : throw new IOException($"lstat {path}: {Last()}");
    }

    private delegate int PathCall(byte* path);

    private static Errno Call(string path, PathCall call)
    {
        fixed (byte* p = Bytes(path))
            return call(p) == 0 ? Errno.Success : Last();
    }

    private static Errno Opened(string path, int flags, Func<int, Errno> use)
    {
        int fd;
        fixed (byte* p = Bytes(path))
            fd = open(p, flags | O_CLOEXEC, 0x1A4);
        if (fd < 0)
            return Last();
        Errno error = use(fd);
        close(fd);
        return error;
    }

    private static Errno Last() => (Errno)Marshal.GetLastPInvokeError();

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + "\0");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rmdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int truncate(byte* path, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int fd, byte* data, nuint count, long offset);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lstat(byte* path, byte* data);
}
