using System.Runtime.InteropServices;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Interop;

/// <summary>struct statx: the attributes of a file, the same on every machine.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(0)] public uint Mask;
    [FieldOffset(4)] public uint BlockSize;
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint User;
    [FieldOffset(24)] public uint Group;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public long Size;
    [FieldOffset(48)] public ulong Blocks;
    [FieldOffset(64)] public Time Accessed;
    [FieldOffset(80)] public Time Born;
    [FieldOffset(96)] public Time Changed;
    [FieldOffset(112)] public Time Modified;
    [FieldOffset(128)] public uint DeviceMajor;
    [FieldOffset(132)] public uint DeviceMinor;

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    public struct Time
    {
        [FieldOffset(0)] public long Seconds;
        [FieldOffset(8)] public uint Nanoseconds;

        public static implicit operator TimeValue(Time time) => new(time.Seconds, time.Nanoseconds);
    }

    /// <summary>The permission bits with set-user-id, set-group-id and sticky.</summary>
    public readonly uint Permissions => Mode & 0xFFFu;

    /// <summary>The permission bits as people write them.</summary>
    public readonly string PermissionText => Convert.ToString(Permissions, 8).PadLeft(4, '0');

    /// <summary>The kind of file in words.</summary>
    public readonly string Kind => (Mode & S_IFMT) switch
    {
        S_IFREG => "file",
        S_IFDIR => "directory",
        S_IFLNK => "symlink",
        S_IFIFO => "fifo",
        S_IFSOCK => "socket",
        S_IFCHR => "character device",
        S_IFBLK => "block device",
        _ => "unknown",
    };
}
