using System.Runtime.InteropServices;

namespace Zufs.FuseShim.LibFuse;

// The structures of Veneer/engine.h, which says what each field means; a test compares their sizes and offsets with what a C compiler makes
// of the header.

[StructLayout(LayoutKind.Sequential)]
internal struct EngineCaller
{
    public uint Uid;
    public uint Gid;
    public uint Pid;
    public uint Umask;
}

[Flags]
internal enum EngineFileBits : uint
{
    None = 0,
    Open = 1,
    WritePage = 2,
    Flush = 4,
    FlockRelease = 8,
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineFile
{
    public ulong Handle;
    public ulong LockOwner;
    public uint Flags;
    public uint PollEvents;
    public uint Options;
    public EngineFileBits Bits;
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineAttributes
{
    public ulong Ino;
    public ulong Size;
    public ulong Blocks;
    public long Atime;
    public long Mtime;
    public long Ctime;
    public uint AtimeNsec;
    public uint MtimeNsec;
    public uint CtimeNsec;
    public uint Mode;
    public uint Nlink;
    public uint Uid;
    public uint Gid;
    public uint Rdev;
    public uint BlockSize;
    public uint Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineStatFs
{
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong Files;
    public ulong FreeFiles;
    public uint BlockSize;
    public uint NameLength;
    public uint FragmentSize;
    public uint Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineLock
{
    public ulong Start;
    public ulong End;
    public uint Type;
    public uint Pid;
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineTimes
{
    public long Atime;
    public long Mtime;
    public uint AtimeNsec;
    public uint MtimeNsec;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EngineIoctl
{
    public uint Command;
    public uint Flags;
    public ulong Argument;
    public byte* Input;
    public byte* Output;
    public uint InputSize;
    public uint OutputSize;
}

[Flags]
internal enum EngineWishBits : uint
{
    None = 0,
    HardRemove = 1,
    UseIno = 2,
    DirectIo = 4,
    KernelCache = 8,
    AutoCache = 16,
    NoReadOnlyFlush = 32,
    NoPath = 64,
    Uid = 128,
    Gid = 256,
    Umask = 512,
    AutoCacheTimeout = 1024,
}

[StructLayout(LayoutKind.Sequential)]
internal struct EngineWishes
{
    public uint StructureSize;
    public uint Features;
    public EngineWishBits Bits;
    public uint MaxWrite;
    public uint Uid;
    public uint Gid;
    public uint Umask;
    public uint Reserved;
    public double EntryTimeout;
    public double AttrTimeout;
    public double NegativeTimeout;
    public double AutoCacheTimeout;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EngineStart
{
    public const uint CurrentAbi = 1;
    public const uint CallerThread = 1;

    public uint StructureSize;
    public uint Abi;
    public int Connection;
    public uint Threads;
    public uint Owner;
    public uint MaxWrite;
    public byte* Channel;
    public byte* Name;
    public EngineOperations* Operations;
    public void* Program;
    public delegate* unmanaged<void*, uint, EngineWishes*, void> Offered;
    public delegate* unmanaged<void*, byte*, void> Log;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EngineOperations
{
    public uint StructureSize;
    public uint Reserved;
    public ulong Present;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, EngineAttributes*, int> GetAttr;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, ulong, int> ReadLink;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, uint, int> MkNod;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, int> MkDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int> Unlink;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int> RmDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, int> SymLink;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, uint, int> Rename;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, int> Link;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, EngineFile*, int> ChMod;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, uint, EngineFile*, int> Chown;
    public delegate* unmanaged<void*, EngineCaller*, byte*, ulong, EngineFile*, int> Truncate;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineTimes*, EngineFile*, int> UpdateTimes;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, int> Open;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, EngineFile*, int> Create;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, ulong, ulong, EngineFile*, int> Read;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, ulong, ulong, EngineFile*, int> Write;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineStatFs*, int> StatFs;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, int> Flush;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, int> Release;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int, EngineFile*, int> FSync;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, byte*, ulong, int, int> SetXAttr;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, byte*, ulong, int> GetXAttr;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, ulong, int> ListXAttr;
    public delegate* unmanaged<void*, EngineCaller*, byte*, byte*, int> RemoveXAttr;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, int> OpenDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, void*, delegate* unmanaged<void*, byte*, ulong, ulong, EngineAttributes*, int, int>, ulong, int, EngineFile*, int> ReadDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineFile*, int> ReleaseDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int, EngineFile*, int> FSyncDir;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, int> Access;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int, EngineLock*, EngineFile*, int> Lock;
    public delegate* unmanaged<void*, EngineCaller*, byte*, int, EngineFile*, int> Flock;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, ulong*, int> Bmap;
    public delegate* unmanaged<void*, EngineCaller*, byte*, EngineIoctl*, EngineFile*, int> Ioctl;
    public delegate* unmanaged<void*, EngineCaller*, byte*, ulong, uint*, EngineFile*, int> Poll;
    public delegate* unmanaged<void*, EngineCaller*, byte*, uint, ulong, ulong, EngineFile*, int> FAllocate;
    public delegate* unmanaged<void*, EngineCaller*, byte*, ulong, EngineFile*, byte*, ulong, EngineFile*, ulong, uint, long> CopyFileRange;
    public delegate* unmanaged<void*, EngineCaller*, byte*, ulong, uint, EngineFile*, long> LSeek;
}
