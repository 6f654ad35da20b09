using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary><c>struct io_uring_params</c>: 120 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct IoUringParams
{
    [FieldOffset(0)] public uint SqEntries;
    [FieldOffset(4)] public uint CqEntries;
    [FieldOffset(8)] public uint Flags;
    [FieldOffset(20)] public uint Features;
    [FieldOffset(40)] public uint SqHead;
    [FieldOffset(44)] public uint SqTail;
    [FieldOffset(48)] public uint SqRingMask;
    [FieldOffset(56)] public uint SqFlags;
    [FieldOffset(64)] public uint SqArray;
    [FieldOffset(80)] public uint CqHead;
    [FieldOffset(84)] public uint CqTail;
    [FieldOffset(88)] public uint CqRingMask;
    [FieldOffset(100)] public uint CqCqes;
}

/// <summary><c>struct io_uring_sqe</c> with SQE128: 128 bytes, the FUSE command's part at 48.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct IoUringSqe
{
    [FieldOffset(0)] public byte Opcode;
    [FieldOffset(1)] public byte Flags;
    [FieldOffset(4)] public int Fd;

    /// <summary>Where a file is read or written; for a command its number (<c>cmd_op</c>) in the low half.</summary>
    [FieldOffset(8)] public ulong Offset;
    [FieldOffset(16)] public ulong Address;
    [FieldOffset(24)] public uint Length;
    [FieldOffset(32)] public ulong UserData;

    /// <summary>A command's own bytes.</summary>
    [FieldOffset(48)] public Protocol.FuseUringCmdReq Fuse;
}

/// <summary><c>struct io_uring_cqe</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct IoUringCqe
{
    [FieldOffset(0)] public ulong UserData;
    [FieldOffset(8)] public int Result;
    [FieldOffset(12)] public uint Flags;
}

/// <summary><c>struct io_uring_rsrc_update</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct IoUringRsrcUpdate
{
    [FieldOffset(0)] public uint Offset;
    [FieldOffset(8)] public ulong Data;
}

/// <content>io_uring(7): https://man7.org/linux/man-pages/man7/io_uring.7.html</content>
internal static unsafe partial class LibC
{
    public const uint IORING_SETUP_CQSIZE = 1 << 3;
    public const uint IORING_SETUP_SUBMIT_ALL = 1 << 7;
    public const uint IORING_SETUP_COOP_TASKRUN = 1 << 8;
    public const uint IORING_SETUP_TASKRUN_FLAG = 1 << 9;
    public const uint IORING_SETUP_SQE128 = 1 << 10;
    public const uint IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    public const uint IORING_SETUP_NO_SQARRAY = 1 << 16;
    public const uint IORING_FEAT_SINGLE_MMAP = 1;
    public const uint IORING_ENTER_GETEVENTS = 1;
    public const uint IORING_ENTER_REGISTERED_RING = 1 << 4;
    public const uint IORING_SQ_TASKRUN = 1 << 2;
    public const uint IORING_REGISTER_RING_FDS = 20;
    public const uint IORING_UNREGISTER_RING_FDS = 21;
    public const byte IORING_OP_READ = 22;
    public const byte IORING_OP_URING_CMD = 46;
    public const long IORING_OFF_SQ_RING = 0;
    public const long IORING_OFF_SQES = 0x10000000;

    private const long SYS_io_uring_setup = 425;
    private const long SYS_io_uring_enter = 426;
    private const long SYS_io_uring_register = 427;

    /// <summary>io_uring_setup(2): https://man7.org/linux/man-pages/man2/io_uring_setup.2.html</summary>
    public static int io_uring_setup(uint entries, IoUringParams* parameters) =>
        (int)syscall(SYS_io_uring_setup, (nint)entries, (nint)parameters, 0, 0, 0, 0);

    /// <summary>io_uring_enter(2): https://man7.org/linux/man-pages/man2/io_uring_enter.2.html</summary>
    public static int io_uring_enter(int fd, uint submit, uint wait, uint flags) =>
        (int)syscall(SYS_io_uring_enter, fd, (nint)submit, (nint)wait, (nint)flags, 0, 0);

    /// <summary>io_uring_register(2): https://man7.org/linux/man-pages/man2/io_uring_register.2.html</summary>
    public static int io_uring_register(int fd, uint opcode, void* argument, uint count) =>
        (int)syscall(SYS_io_uring_register, fd, (nint)opcode, (nint)argument, (nint)count, 0, 0);

    // libc has no wrappers for io_uring. The numbers are the same on every architecture of .NET.
    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(long number, nint a, nint b, nint c, nint d, nint e, nint f);
}
