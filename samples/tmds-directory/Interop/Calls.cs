using System.Runtime.InteropServices;

namespace Samples.Interop;

/// <summary>The system calls that Tmds.LibC doesn't have. Each answers as a file system does: minus the errno when it fails.</summary>
internal static partial class Calls
{
    /// <summary>pread(2).</summary>
    public static int Read(ulong fd, Span<byte> buffer, ulong offset) => Result(pread((int)fd, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, (long)offset));

    /// <summary>pwrite(2).</summary>
    public static int Write(ulong fd, ReadOnlySpan<byte> buffer, ulong offset) =>
        Result(pwrite((int)fd, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, (long)offset));

    /// <summary>renameat2(2).</summary>
    public static int Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, int flags) =>
        Result(renameat2(AT_FDCWD, ref MemoryMarshal.GetReference(from), AT_FDCWD, ref MemoryMarshal.GetReference(to), (uint)flags));

    /// <summary>truncate(2).</summary>
    public static int Truncate(ReadOnlySpan<byte> path, ulong length) => Result(truncate(ref MemoryMarshal.GetReference(path), (long)length));

    /// <summary>ftruncate(2).</summary>
    public static int Truncate(ulong fd, ulong length) => Result(ftruncate((int)fd, (long)length));

    /// <summary>unlink(2).</summary>
    public static int Unlink(ReadOnlySpan<byte> path) => Result(unlink(ref MemoryMarshal.GetReference(path)));

    /// <summary>The result of a call, or minus its errno.</summary>
    public static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();

    private const int AT_FDCWD = -100;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, ref byte buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int fd, ref byte buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int oldDirectory, ref byte oldPath, int newDirectory, ref byte newPath, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int truncate(ref byte path, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(ref byte path);
}
