using System.Runtime.InteropServices;
using System.Text;
using Zufs.CompatTests.Channels;

namespace Zufs.CompatTests.Notifications;

/// <summary>A mount as plain system calls see it: this process serves it too, so nothing else of the runtime may touch it.</summary>
internal static unsafe partial class SystemView
{
    /// <summary>The whole file, through the page cache.</summary>
    public static string Content(string path)
    {
        int fd = Native.Open(path);
        try
        {
            byte[] buffer = new byte[8192];
            long read = Native.Read(fd, buffer, 0);
            return read >= 0 ? Encoding.UTF8.GetString(buffer, 0, (int)read) : $"errno {-read}";
        }
        finally
        {
            Native.close(fd);
        }
    }

    /// <summary>Inode number and size; both 0 when there is no such file.</summary>
    public static (ulong Inode, long Size) Status(string path)
    {
        // struct stat on x86-64: st_ino at 8, st_size at 48.
        byte* data = stackalloc byte[256];
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            return stat(p, data) == 0 ? (*(ulong*)(data + 8), *(long*)(data + 48)) : default;
    }

    /// <summary>The names in a directory, without "." and "..".</summary>
    public static List<string> Names(string path)
    {
        int fd = Native.Open(path);
        var names = new List<string>();
        byte[] buffer = new byte[8192];
        fixed (byte* b = buffer)
        {
            // struct linux_dirent64: length at 16, name from 19 on.
            for (nint length; (length = getdents64(fd, b, (nuint)buffer.Length)) > 0;)
            {
                for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + 16))
                    names.Add(Marshal.PtrToStringUTF8((nint)(b + at + 19))!);
            }
        }
        Native.close(fd);
        names.RemoveAll(n => n is "." or "..");
        return names;
    }

    /// <summary>0 or the errno.</summary>
    public static int Unlink(string path)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            return unlink(p) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>What a descriptor is ready for; -1: the time is over.</summary>
    public static int Poll(int fd, short events, int milliseconds)
    {
        var record = new PollRecord { Fd = fd, Events = events };
        return poll(&record, 1, milliseconds) == 1 ? record.Ready : -1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int stat(byte* path, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(int fd, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollRecord* records, nuint count, int milliseconds);

    private struct PollRecord
    {
        public int Fd;
        public short Events;
        public short Ready;
    }
}
