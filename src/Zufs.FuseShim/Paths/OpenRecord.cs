namespace Zufs.FuseShim.Paths;

/// <summary>
/// An open file or directory, as it lies in the arena; the session's handle leads to it. The node's stripe guards the links,
/// <see cref="Busy"/> the listing and a reopening; the rest doesn't change while it is open.
/// </summary>
internal struct OpenRecord
{
    /// <summary>What <see cref="Magic"/> holds while the record is in use.</summary>
    public const ulong MagicNumber = 0x4E45_504F_5346_555A; // "ZUFSOPEN"

    public ulong Magic;

    /// <summary>The node's id.</summary>
    public ulong Node;

    /// <summary>The file system's own handle.</summary>
    public ulong Handle;

    /// <summary>The flags of open(2).</summary>
    public uint Flags;

    /// <summary>The worker that the handle is good for: <see cref="NodeTable.Epoch"/>.</summary>
    public int Epoch;

    /// <summary>The next older open file of the node.</summary>
    public long Next;

    /// <summary>The next newer one; 0 for the newest.</summary>
    public long Previous;

    /// <summary>The block of the listing, 0 for none.</summary>
    public long Listing;

    /// <summary>Its bytes.</summary>
    public int ListingLength;

    /// <summary>Its entries.</summary>
    public int ListingCount;

    /// <summary>An entry's number,</summary>
    public int CursorEntry;

    /// <summary>and where it begins.</summary>
    public int CursorPosition;

    /// <summary>1 while a thread works on the listing or reopens.</summary>
    public int Busy;

    public bool IsDirectory;
}
