using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary><c>struct statx</c>: https://man7.org/linux/man-pages/man2/statx.2.html</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct NativeStatx
{
    public const uint BasicStats = 0x7ff;
    public const uint Btime = 0x800;
    public const uint DirectAlign = 0x2000;

    [FieldOffset(0)] public uint Mask;
    [FieldOffset(4)] public uint BlockSize;
    [FieldOffset(8)] public ulong Attributes;
    [FieldOffset(16)] public uint Nlink;
    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Ino;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(48)] public ulong Blocks;
    [FieldOffset(56)] public ulong AttributesMask;
    [FieldOffset(64)] public long AtimeSeconds;
    [FieldOffset(72)] public uint AtimeNanoseconds;
    [FieldOffset(80)] public long BtimeSeconds;
    [FieldOffset(88)] public uint BtimeNanoseconds;
    [FieldOffset(96)] public long CtimeSeconds;
    [FieldOffset(104)] public uint CtimeNanoseconds;
    [FieldOffset(112)] public long MtimeSeconds;
    [FieldOffset(120)] public uint MtimeNanoseconds;
    [FieldOffset(128)] public uint RdevMajor;
    [FieldOffset(132)] public uint RdevMinor;
    [FieldOffset(136)] public uint DevMajor;
    [FieldOffset(140)] public uint DevMinor;
    [FieldOffset(152)] public uint DirectMemoryAlign;
    [FieldOffset(156)] public uint DirectOffsetAlign;
}

/// <summary><c>struct statfs</c> of x86-64 and arm64.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct NativeStatFs
{
    [FieldOffset(0)] public long Type;
    [FieldOffset(8)] public long BlockSize;
    [FieldOffset(16)] public ulong Blocks;
    [FieldOffset(24)] public ulong FreeBlocks;
    [FieldOffset(32)] public ulong AvailableBlocks;
    [FieldOffset(40)] public ulong Files;
    [FieldOffset(48)] public ulong FreeFiles;
    [FieldOffset(64)] public long NameLength;
    [FieldOffset(72)] public long FragmentSize;
}

/// <content>Attributes and extended attributes.</content>
internal static partial class NativeFile
{
    private const long SYS_faccessat2 = 439;

    /// <summary>statx(2) of the descriptor itself.</summary>
    public static int Stat(int fd, uint mask, out NativeStatx stat) =>
        Result(statx(fd, ref Start(""u8), AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, mask, out stat));

    /// <summary>statx(2) of a name, which isn't followed.</summary>
    public static int StatAt(int directory, ReadOnlySpan<byte> name, uint mask, out NativeStatx stat) =>
        Result(statx(directory, ref Start(name), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, mask, out stat));

    /// <summary>fstatfs(2); O_PATH descriptors too.</summary>
    public static int StatFileSystem(int fd, out NativeStatFs stat) => Result(fstatfs(fd, out stat));

    /// <summary>chmod(2)</summary>
    public static int ChangeMode(ReadOnlySpan<byte> path, uint mode) => Result(chmod(ref Start(path), mode));

    /// <summary>fchownat(2) of the descriptor itself; uint.MaxValue: as it was.</summary>
    public static int ChangeOwner(int fd, uint uid, uint gid) =>
        Result(fchownat(fd, ref Start(""u8), uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));

    /// <summary>utimensat(2) on a path that is followed; seconds and nanoseconds of access, then of change.</summary>
    public static int ChangeTimes(ReadOnlySpan<byte> path, ReadOnlySpan<long> times) =>
        Result(utimensat(AT_FDCWD, ref Start(path), ref MemoryMarshal.GetReference(times), 0));

    /// <summary>faccessat2(2) of the descriptor itself by the effective (file-system) identity.</summary>
    public static int Access(int fd, int mask) => (int)Result(AccessCall(SYS_faccessat2, fd, ref Start(""u8), mask, AT_EMPTY_PATH | AT_EACCESS));

    /// <summary>setxattr(2)</summary>
    public static int SetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags) =>
        Result(setxattr(ref Start(path), ref Start(name), ref Start(value), (nuint)value.Length, flags));

    /// <summary>getxattr(2); an empty room asks for the size.</summary>
    public static int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value) =>
        (int)Result(getxattr(ref Start(path), ref Start(name), ref MemoryMarshal.GetReference(value), (nuint)value.Length));

    /// <summary>listxattr(2); an empty room asks for the size.</summary>
    public static int ListXAttr(ReadOnlySpan<byte> path, Span<byte> names) =>
        (int)Result(listxattr(ref Start(path), ref MemoryMarshal.GetReference(names), (nuint)names.Length));

    /// <summary>removexattr(2)</summary>
    public static int RemoveXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => Result(removexattr(ref Start(path), ref Start(name)));

    [LibraryImport(Library, SetLastError = true)]
    private static partial int statx(int directory, ref byte name, int flags, uint mask, out NativeStatx stat);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fstatfs(int fd, out NativeStatFs stat);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int chmod(ref byte path, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fchownat(int directory, ref byte name, uint uid, uint gid, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int utimensat(int directory, ref byte name, ref long times, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int setxattr(ref byte path, ref byte name, ref byte value, nuint size, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint getxattr(ref byte path, ref byte name, ref byte value, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint listxattr(ref byte path, ref byte names, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int removexattr(ref byte path, ref byte name);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial long AccessCall(long number, long fd, ref byte name, long mask, long flags);
}
