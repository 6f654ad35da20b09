using System.Runtime.InteropServices;
using System.Text;

namespace Zufs.Interop;

/// <content>Mounting: mount(2), umount2(2), and what is asked of a mount point before.</content>
internal static unsafe partial class LibC
{
    public const nuint MS_RDONLY = 1;
    public const nuint MS_NOSUID = 2;
    public const nuint MS_NODEV = 4;
    public const nuint MS_NOEXEC = 8;
    public const nuint MS_SYNCHRONOUS = 16;
    public const nuint MS_DIRSYNC = 128;
    public const nuint MS_NOATIME = 1024;

    public const int MNT_FORCE = 1;
    public const int MNT_DETACH = 2;
    public const int UMOUNT_NOFOLLOW = 8;

    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int W_OK = 2;
    public const uint STATX_BASIC_STATS = 0x7ff;
    public const int PATH_MAX = 4096;

    /// <summary>mount(2): https://man7.org/linux/man-pages/man2/mount.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    /// <summary>umount2(2): https://man7.org/linux/man-pages/man2/umount.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int umount2(byte* target, int flags);

    /// <summary>statx(2): https://man7.org/linux/man-pages/man2/statx.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int statx(int directory, byte* path, int flags, uint mask, StatxBuffer* buffer);

    /// <summary>access(2): https://man7.org/linux/man-pages/man2/access.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int access(byte* path, int mode);

    /// <summary>realpath(3): https://man7.org/linux/man-pages/man3/realpath.3.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial byte* realpath(byte* path, byte* resolved);

    /// <summary>statfs(2): https://man7.org/linux/man-pages/man2/statfs.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int statfs(byte* path, byte* buffer);

    /// <summary>Asks <see cref="statfs"/> for nothing but an answer.</summary>
    /// <returns>0 or the errno.</returns>
    public static int StatFs(string path)
    {
        // struct statfs has 120 bytes on x86-64 and arm64.
        byte* buffer = stackalloc byte[256];
        // SAFETY: a NUL-ended string, and more room than the structure takes.
        fixed (byte* p = Native(path))
            return statfs(p, buffer) == 0 ? 0 : LastError;
    }

    /// <summary><see cref="mount"/> with strings.</summary>
    /// <returns>0 or the errno.</returns>
    public static int Mount(string source, string target, string type, nuint flags, string data)
    {
        // SAFETY: the kernel copies the NUL-ended strings before mount(2) returns.
        fixed (byte* s = Native(source), t = Native(target), y = Native(type), d = Native(data))
        {
            return mount(s, t, y, flags, d) == 0 ? 0 : LastError;
        }
    }

    /// <summary><see cref="umount2"/> with a string.</summary>
    /// <returns>0 or the errno.</returns>
    public static int Unmount(string target, int flags)
    {
        // SAFETY: the path ends in NUL.
        fixed (byte* t = Native(target))
        {
            return umount2(t, flags) == 0 ? 0 : LastError;
        }
    }

    /// <summary><see cref="statx"/> of a path, of a symbolic link itself.</summary>
    /// <returns>0 or the errno.</returns>
    public static int Stat(string path, out StatxBuffer stat)
    {
        // SAFETY: the path ends in NUL and the buffer has the size of struct statx.
        fixed (byte* p = Native(path))
        fixed (StatxBuffer* s = &stat)
        {
            return statx(AT_FDCWD, p, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, s) == 0 ? 0 : LastError;
        }
    }

    /// <summary><see cref="access"/> of a path for writing.</summary>
    public static bool IsWritable(string path)
    {
        // SAFETY: the path ends in NUL.
        fixed (byte* p = Native(path))
        {
            return access(p, W_OK) == 0;
        }
    }

    /// <summary><see cref="realpath"/> of a path.</summary>
    /// <returns>0 or the errno.</returns>
    public static int RealPath(string path, out string resolved)
    {
        byte* buffer = stackalloc byte[PATH_MAX];
        // SAFETY: realpath(3) writes at most PATH_MAX bytes with the NUL.
        fixed (byte* p = Native(path))
        {
            bool isFound = realpath(p, buffer) != null;
            resolved = isFound ? Marshal.PtrToStringUTF8((nint)buffer)! : path;
            return isFound ? 0 : LastError;
        }
    }

    /// <summary>Writes to a control file of the kernel that is there: one open(2) without O_CREAT, one write(2), no seek.</summary>
    /// <returns>0 or the errno.</returns>
    public static int WriteControl(string path, ReadOnlySpan<byte> text)
    {
        const int writeOnly = 1;
        // SAFETY: the path ends in NUL, and the length is the span's.
        fixed (byte* p = Native(path), t = text)
        {
            int fd = open(p, writeOnly | O_CLOEXEC, 0);
            if (fd < 0)
                return LastError;
            int error = write(fd, t, (nuint)text.Length) < 0 ? LastError : 0;
            _ = close(fd);
            return error;
        }
    }

    /// <summary>struct statx; the same on every architecture. Only what is used has a name.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatxBuffer
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    private static byte[] Native(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
