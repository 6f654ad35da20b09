namespace Zufs.Arenas;

/// <summary>
/// What 64 KiB of an arena are used for, in one word, so that a change of it happens or doesn't, whenever a worker dies. 0: nothing that is known here
/// (a large block in use, or never given out).
/// </summary>
/// <param name="Word">As it stands in the arena: 12 bits the first free block + 1, 12 bits how many are free, 6 bits the size class + 1, and a bit that says
/// that it is all one free block, or the beginning of one.</param>
internal readonly record struct ArenaUnit(uint Word)
{
    /// <summary>Bytes of a unit.</summary>
    public const long Size = 1 << SizeShift;

    public const int SizeShift = 16;

    private const int CountShift = 12;
    private const int ClassShift = 24;
    private const uint CountMask = 0xFFF;
    private const uint ClassMask = 0x3F;
    private const uint Free = 1u << 31;

    /// <summary>Cut into blocks of one size class.</summary>
    public bool IsCut => Word != 0 && (Word & Free) == 0;

    /// <summary>Begins a free block of a size class of a unit or more.</summary>
    public bool IsFree => (Word & Free) != 0;

    /// <summary>The size class; -1: none.</summary>
    public int Class => (int)(Word >> ClassShift & ClassMask) - 1;

    /// <summary>The first free block's number + 1; 0: none.</summary>
    public int First => (int)(Word & CountMask);

    /// <summary>How many blocks are free.</summary>
    public int Count => (int)(Word >> CountShift & CountMask);

    /// <summary>A unit of small blocks.</summary>
    public static ArenaUnit Cut(int sizeClass, int first, int count) => new((uint)(sizeClass + 1) << ClassShift | (uint)count << CountShift | (uint)first);

    /// <summary>The first unit of a free block.</summary>
    public static ArenaUnit FreeBlock(int sizeClass) => new(Free | (uint)(sizeClass + 1) << ClassShift);
}
