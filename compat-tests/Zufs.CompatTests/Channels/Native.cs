using System.Runtime.InteropServices;
using System.Text;

namespace Zufs.CompatTests.Channels;

/// <summary>What these tests ask of libc beside the product's own interop: they mount by hand, so that nothing but the channel is tested.</summary>
internal static unsafe partial class Native
{
    private const int MNT_FORCE = 1;
    private const int MNT_DETACH = 2;

    public static void Mount(int connection, string mountPoint)
    {
        fixed (byte* source = Bytes("channel-test"), target = Bytes(mountPoint), type = Bytes("fuse.channel-test"),
            data = Bytes($"fd={connection},rootmode=40000,user_id=0,group_id=0,allow_other"))
        {
            if (mount(source, target, type, 6, data) != 0)
                throw new IOException($"mount of {mountPoint}: errno {Marshal.GetLastPInvokeError()}. These tests mount, so they need root.");
        }
    }

    /// <summary>0 or the errno.</summary>
    public static int Unmount(string mountPoint, bool lazily)
    {
        fixed (byte* target = Bytes(mountPoint))
            return umount2(target, lazily ? MNT_DETACH : 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Aborts the connection, as <c>umount -f</c> does; files that are open keep the mount (EBUSY).</summary>
    public static void Abort(string mountPoint)
    {
        fixed (byte* target = Bytes(mountPoint))
            umount2(target, MNT_FORCE);
    }

    /// <summary>Opens a file without asking anything else of it; throws with the errno.</summary>
    public static int Open(string path, bool write = false)
    {
        int fd = TryOpen(path, write);
        return fd >= 0 ? fd : throw new IOException($"open of {path}: errno {-fd}");
    }

    /// <summary>The fd, or minus the errno.</summary>
    public static int TryOpen(string path, bool write = false)
    {
        fixed (byte* p = Bytes(path))
        {
            int fd = open(p, (write ? 2 : 0) | 0x80000, 0);
            return fd >= 0 ? fd : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Bytes read, or minus the errno.</summary>
    public static long Read(int fd, Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
        {
            nint n = pread(fd, p, (nuint)buffer.Length, offset);
            return n >= 0 ? n : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Bytes written, or minus the errno.</summary>
    public static long Write(int fd, ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
        {
            nint n = pwrite(fd, p, (nuint)buffer.Length, offset);
            return n >= 0 ? n : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>0 or the errno.</summary>
    public static int Stat(int fd)
    {
        byte* stat = stackalloc byte[256];
        return fstat(fd, stat) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>0 or the errno.</summary>
    public static int Stat(string path)
    {
        byte* data = stackalloc byte[256];
        fixed (byte* p = Bytes(path))
            return stat(p, data) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc")]
    public static partial int close(int fd);

    private static byte[] Bytes(string s) => Encoding.UTF8.GetBytes(s + "\0");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int umount2(byte* target, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstat(int fd, byte* stat);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int stat(byte* path, byte* stat);
}
