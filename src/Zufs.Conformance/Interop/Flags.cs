using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <summary>Constants of the system calls, as the kernel's headers spell them (x86-64 and arm64).</summary>
internal static class Flags
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_ACCMODE = 3;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_DSYNC = 0x1000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_SYNC = 0x101000;
    public const int O_PATH = 0x200000;

    // Before its users: static fields are set in the order of the text.
    private static readonly bool _arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    // These three have other numbers on arm64 (asm/fcntl.h).
    public static readonly int O_DIRECT = _arm ? 0x10000 : 0x4000;
    public static readonly int O_DIRECTORY = _arm ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = _arm ? 0x8000 : 0x20000;
    public static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;

    public const int SEEK_SET = 0;
    public const int SEEK_CUR = 1;
    public const int SEEK_END = 2;
    public const int SEEK_DATA = 3;
    public const int SEEK_HOLE = 4;

    public const uint S_IFMT = 0xF000;
    public const uint S_IFSOCK = 0xC000;
    public const uint S_IFLNK = 0xA000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFIFO = 0x1000;

    public const uint RENAME_NOREPLACE = 1;
    public const uint RENAME_EXCHANGE = 2;
    public const uint RENAME_WHITEOUT = 4;

    public const int XATTR_CREATE = 1;
    public const int XATTR_REPLACE = 2;

    public const int FALLOC_FL_KEEP_SIZE = 1;
    public const int FALLOC_FL_PUNCH_HOLE = 2;
    public const int FALLOC_FL_COLLAPSE_RANGE = 8;
    public const int FALLOC_FL_ZERO_RANGE = 16;
    public const int FALLOC_FL_INSERT_RANGE = 32;

    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int F_SETLK = 6;
    public const int F_OFD_GETLK = 36;
    public const int F_OFD_SETLK = 37;
    public const int F_OFD_SETLKW = 38;
    public const short F_RDLCK = 0;
    public const short F_WRLCK = 1;
    public const short F_UNLCK = 2;

    public const int LOCK_SH = 1;
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;

    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MS_SYNC = 4;

    public const int F_OK = 0;
    public const int X_OK = 1;
    public const int W_OK = 2;
    public const int R_OK = 4;

    public const uint UTIME_NOW = 0x3fffffff;
    public const uint UTIME_OMIT = 0x3ffffffe;

    /// <summary>A mode written as people write it: <c>Octal(755)</c>.</summary>
    public static uint Octal(int digits)
    {
        uint value = 0;
        for (int shift = 0; digits != 0; digits /= 10, shift += 3) value |= (uint)(digits % 10) << shift;
        return value;
    }
}
