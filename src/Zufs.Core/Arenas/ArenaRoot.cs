namespace Zufs.Arenas;

/// <summary>
/// The named places from which a successor finds what it needs in an <see cref="Arena"/>. Numbers are part of the arena's format: they are
/// never given anew.
/// </summary>
public enum ArenaRoot
{
    /// <summary>Per-thread operation counters.</summary>
    Counters = 0,

    /// <summary>What INIT agreed on.</summary>
    Negotiation = 1,

    /// <summary>Ring entries and payloads of the <c>uring</c> channel.</summary>
    Rings = 2,

    /// <summary>Open handles of the session.</summary>
    Handles = 3,

    /// <summary>The node table of the path layer, or of a file system that keeps one.</summary>
    Nodes = 4,

    /// <summary>Directory snapshots.</summary>
    Snapshots = 5,

    /// <summary>Backing ids of passthrough.</summary>
    Backings = 6,

    /// <summary>Intents: effects that must not happen twice.</summary>
    Intents = 7,

    /// <summary>The built-in memory file system's own data.</summary>
    MemoryFileSystem = 8,

    /// <summary>Whatever a file system keeps for its successor.</summary>
    FileSystem = 9,

    /// <summary>No place but a number: entries of rings that were idle when their worker died.</summary>
    LostRingEntries = 10,

    /// <summary>Requests whose deadline is over: they are answered by an error when they come again.</summary>
    Overdue = 11,
}
