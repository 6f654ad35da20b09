using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <summary><c>struct zufs_hello</c>: 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct ZufsHello
{
    [FieldOffset(0)] public uint Size;
    [FieldOffset(4)] public uint Abi;
    [FieldOffset(8)] public ulong Features;
    [FieldOffset(16)] public uint LendMin;
    [FieldOffset(20)] public uint BusyUs;
    [FieldOffset(24)] public uint Cpus;
    [FieldOffset(28)] public uint PageSize;
}

/// <summary><c>struct zufs_create</c>: 72 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct ZufsCreate
{
    [FieldOffset(0)] public uint Size;
    [FieldOffset(4)] public uint Flags;
    [FieldOffset(8)] public uint Cpu;
    [FieldOffset(12)] public uint Slots;
    [FieldOffset(16)] public uint Payload;
    [FieldOffset(20)] public int Fd;
    [FieldOffset(24)] public ulong SlotStride;
    [FieldOffset(32)] public ulong MapLen;
}

/// <summary><c>struct zufs_attach</c>: 88 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
internal struct ZufsAttach
{
    [FieldOffset(0)] public uint Size;
    [FieldOffset(4)] public int FuseFd;
    [FieldOffset(8)] public uint Flags;
    [FieldOffset(16)] public ulong Cookie;
    [FieldOffset(24)] public ulong ExcludeLow;
    [FieldOffset(32)] public ulong ExcludeHigh;
    [FieldOffset(40)] public ulong ConnId;
    [FieldOffset(48)] public uint Orphans;
}

/// <summary><c>struct zufs_detach</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct ZufsDetach
{
    [FieldOffset(0)] public uint Size;
    [FieldOffset(4)] public uint Flags;
    [FieldOffset(8)] public ulong ConnId;
}

/// <summary><c>struct zufs_piece</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct ZufsPiece
{
    [FieldOffset(0)] public ulong Addr;
    [FieldOffset(8)] public ulong Len;
}

/// <summary><c>struct zufs_slot</c>, the head of a slot in the channel's memory; its lent pieces begin at <see cref="LendOffset"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 1280)]
internal struct ZufsSlot
{
    public const int LendOffset = 256;

    [FieldOffset(0)] public ulong ConnId;
    [FieldOffset(8)] public ulong Cookie;
    [FieldOffset(16)] public ulong Seq;
    [FieldOffset(24)] public uint ReqFlags;
    [FieldOffset(28)] public uint InOff;
    [FieldOffset(32)] public uint InLen;
    [FieldOffset(36)] public uint RestOff;
    [FieldOffset(40)] public uint RestLen;
    [FieldOffset(44)] public uint RoomOff;
    [FieldOffset(48)] public uint RoomLen;
    [FieldOffset(52)] public uint OutMax;
    [FieldOffset(128)] public int Error;
    [FieldOffset(132)] public uint ReplyKind;
    [FieldOffset(136)] public uint OutLen;
    [FieldOffset(140)] public uint LendCount;
    [FieldOffset(192)] public ulong Taken;
    [FieldOffset(LendOffset)] public ZufsPiece Lend;
}

/// <content><c>/dev/zufs</c>, whose ABI is <c>kernel/uapi/zufs.h</c>: there it says what each call does and fails with.</content>
internal static unsafe partial class LibC
{
    public const string ZUFS_DEVICE = "/dev/zufs";
    public const uint ZUFS_ABI_VERSION = 1;
    public const uint ZUFS_SLOTS_MAX = 64;
    public const uint ZUFS_PAYLOAD_MIN = 128u << 10;
    public const uint ZUFS_PAYLOAD_MAX = 4u << 20;
    public const uint ZUFS_LEND_MAX = 64;
    public const ulong ZUFS_FEATURE_LEND = 1;
    public const ulong ZUFS_FEATURE_REDELIVER = 2;
    public const uint ZUFS_ATTACH_REDELIVER = 1;
    public const uint ZUFS_ATTACH_SUCCEED = 2;
    public const uint ZUFS_REQ_REDELIVERED = 1;
    public const uint ZUFS_REPLY_FILL = 0;
    public const uint ZUFS_REPLY_LEND = 1;
    public const uint ZUFS_X_REPLY = 1u << 16;
    public const uint ZUFS_X_RECV = 1u << 17;
    public const uint ZUFS_X_DEFER = 1u << 18;
    public const uint ZUFS_X_KICK = 1u << 19;

    // _IOWR('Z', number, struct): the structure's size is part of the number.
    public const uint ZUFS_IOC_HELLO = 0xC0405A60;
    public const uint ZUFS_IOC_CREATE = 0xC0485A61;
    public const uint ZUFS_IOC_ATTACH = 0xC0585A62;
    public const uint ZUFS_IOC_DETACH = 0x40205A63;
    public const uint ZUFS_IOC_EXCHANGE = 0x5A64;
}
