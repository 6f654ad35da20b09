using System.Runtime.CompilerServices;

namespace Zufs.Arenas;

/// <summary>What stands at offset 0 of an arena. Its layout is the arena's format: a change of it is a new <see cref="FormatVersion"/>.</summary>
internal struct ArenaHeader
{
    public const int Shards = 64;
    public const int Classes = 26;
    public const uint FormatVersion = 1;
    private const ulong MagicNumber = 0x414E_4552_4153_465A; // "ZFSARENA"

    public ulong Magic;
    public uint Version;
    public uint HeaderSize;
    public long Size;
    public long Address;

    /// <summary>The first byte that was never given out; moved by an atomic add.</summary>
    public long Top;

    public RootTable Roots;

    /// <summary>The free lists, one row a shard; guarded by the shard's lock in the process that runs the worker.</summary>
    public FreeTable Free;

    public void Format(long size, long address)
    {
        Version = FormatVersion;
        HeaderSize = (uint)Unsafe.SizeOf<ArenaHeader>();
        Size = size;
        Address = address;
        Top = (HeaderSize + 4095L) & ~4095L;
        Magic = MagicNumber;
    }

    public readonly bool IsValid(long fileLength) =>
        Magic == MagicNumber && Version == FormatVersion && HeaderSize == Unsafe.SizeOf<ArenaHeader>() && Size == fileLength && Address > 0;

    [InlineArray(32)]
    public struct RootTable
    {
        private long _first;
    }

    [InlineArray(Shards * Classes)]
    public struct FreeTable
    {
        private long _first;
    }
}
