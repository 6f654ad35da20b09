using System.Runtime.InteropServices;
using System.Text;

namespace Zufs.CompatTests.Operations;

/// <summary>Calls that only these tests make.</summary>
internal static unsafe partial class DeviceCalls
{
    /// <summary>What ioctl(2) returned, or minus the errno.</summary>
    public static int Control(int fd, uint command, Span<byte> data)
    {
        fixed (byte* p = data)
        {
            int result = ioctl(fd, command, p);
            return result >= 0 ? result : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>0 or the errno.</summary>
    public static int Access(string path, int mask)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            return access(p, mask) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Bytes copied, or minus the errno.</summary>
    public static long Copy(int from, int to, long at, long length)
    {
        nint copied = copy_file_range(from, null, to, &at, (nuint)length, 0);
        return copied >= 0 ? copied : -Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint command, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int access(byte* path, int mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
