using Tmds.Linux;

namespace Samples.Interop;

/// <summary>Tmds.LibC's calls on spans that end in NUL; minus the errno when one fails.</summary>
internal static unsafe class Files
{
    public static int Open(ReadOnlySpan<byte> path, int flags, mode_t mode)
    {
        // SAFETY: the span ends in NUL and stays where it is during the call, here and below.
        fixed (byte* p = path)
            return Calls.Result(LibC.open(p, flags, mode));
    }

    public static int Status(ReadOnlySpan<byte> path, ref stat status)
    {
        fixed (byte* p = path)
        fixed (stat* s = &status)
            return Calls.Result(LibC.lstat(p, s));
    }

    public static int Status(ulong fd, ref stat status)
    {
        fixed (stat* s = &status)
            return Calls.Result(LibC.fstat((int)fd, s));
    }

    public static int Status(ReadOnlySpan<byte> path, ref statvfs status)
    {
        fixed (byte* p = path)
        fixed (statvfs* s = &status)
            return Calls.Result(LibC.statvfs(p, s));
    }

    public static int MakeDirectory(ReadOnlySpan<byte> path, mode_t mode)
    {
        fixed (byte* p = path)
            return Calls.Result(LibC.mkdir(p, mode));
    }

    public static int RemoveDirectory(ReadOnlySpan<byte> path)
    {
        fixed (byte* p = path)
            return Calls.Result(LibC.rmdir(p));
    }

    public static int Link(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* f = from, t = to)
            return Calls.Result(LibC.link(f, t));
    }

    public static int SymLink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> path)
    {
        fixed (byte* t = target, p = path)
            return Calls.Result(LibC.symlink(t, p));
    }

    public static int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        fixed (byte* p = path, t = target)
        {
            int length = Calls.Result((nint)(long)LibC.readlink(p, t, target.Length - 1));
            if (length >= 0)
                t[length] = 0;
            return Math.Min(length, 0);
        }
    }

    public static int ChangeMode(ReadOnlySpan<byte> path, mode_t mode)
    {
        fixed (byte* p = path)
            return Calls.Result(LibC.chmod(p, mode));
    }

    public static int ChangeOwner(ReadOnlySpan<byte> path, uint uid, uint gid)
    {
        fixed (byte* p = path)
            return Calls.Result(LibC.lchown(p, uid, gid));
    }

    public static int SetTimes(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime)
    {
        const int CurrentDirectory = -100;
        const int NoFollow = 0x100;
        timespec* times = stackalloc timespec[2] { atime, mtime };
        fixed (byte* p = path)
            return Calls.Result(LibC.utimensat(CurrentDirectory, p, times, NoFollow));
    }

    public static int Sync(ulong fd, bool onlyData) => Calls.Result(onlyData ? LibC.fdatasync((int)fd) : LibC.fsync((int)fd));

    public static void Close(ulong fd) => LibC.close((int)fd);
}
