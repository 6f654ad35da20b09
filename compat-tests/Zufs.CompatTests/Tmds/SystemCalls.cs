using System.Text;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Zufs.CompatTests.Tmds;

/// <summary>System calls by path: what .NET's own file API makes of an errno is not what is tested. Each gives the errno, 0 for success.</summary>
// SAFETY: paths are NUL-terminated and pinned for the call.
internal static unsafe class SystemCalls
{
    private delegate int Call(byte* path);

    public static int OpenToRead(string path) => Errno(p => OpenAndClose(p, O_RDONLY), path);

    public static int OpenToWrite(string path) => Errno(p => OpenAndClose(p, O_WRONLY), path);

    public static int MkDir(string path) => Errno(p => mkdir(p, 0b111_101_101), path);

    public static int Unlink(string path) => Errno(p => unlink(p), path);

    public static int SymLink(string path) => Errno(p => symlink(p, p), path);

    public static int Access(string path) => Errno(p => access(p, R_OK), path);

    public static int StatVfs(string path) => Errno(
        p =>
        {
            statvfs buffer;
            return statvfs(p, &buffer);
        },
        path);

    private static int OpenAndClose(byte* path, int flags)
    {
        int fd = open(path, flags);
        return fd < 0 ? fd : close(fd);
    }

    private static int Errno(Call call, string path)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            return call(p) < 0 ? errno : 0;
    }
}
