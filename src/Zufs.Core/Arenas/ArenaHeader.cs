using System.Runtime.CompilerServices;

namespace Zufs.Arenas;

/// <summary>What stands at offset 0 of an arena. Its layout is the arena's format: a change of it is a new <see cref="FormatVersion"/>.</summary>
internal struct ArenaHeader
{
    public const uint FormatVersion = 2;
    private const ulong MagicNumber = 0x414E_4552_4153_465A; // "ZFSARENA"

    public ulong Magic;
    public uint Version;
    public uint HeaderSize;
    public long Size;
    public long Address;

    /// <summary>The first byte that was never given out; moved by an atomic add.</summary>
    public long Top;

    /// <summary>Where the table of <see cref="ArenaUnit"/>s is: one for each 64 KiB of the arena.</summary>
    public long Units;

    public RootTable Roots;

    public void Format(long size, long address)
    {
        Version = FormatVersion;
        HeaderSize = (uint)Unsafe.SizeOf<ArenaHeader>();
        Size = size;
        Address = address;
        Units = (HeaderSize + 4095L) & -4096L;
        Top = (Units + (size / ArenaUnit.Size * sizeof(uint)) + ArenaUnit.Size - 1) & -ArenaUnit.Size;
        Magic = MagicNumber;
    }

    public readonly bool IsValid(long fileLength) =>
        Magic == MagicNumber && Version == FormatVersion && HeaderSize == Unsafe.SizeOf<ArenaHeader>() && Size == fileLength && Address > 0;

    [InlineArray(32)]
    public struct RootTable
    {
        private long _first;
    }
}
