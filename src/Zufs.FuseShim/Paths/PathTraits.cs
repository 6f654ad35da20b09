using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>What a path-based file system says of itself before it is mounted. Immutable. The defaults are libfuse's.</summary>
public sealed record PathTraits
{
    /// <summary>A short name, shown as the mount's subtype (<c>fuse.NAME</c>); letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public required string Name { get; init; }

    /// <summary>How many operations at a time.</summary>
    public Concurrency Concurrency { get; init; } = Concurrency.Serial;

    /// <summary>What is left when the worker dies.</summary>
    public RecoveryClass Recovery { get; init; } = RecoveryClass.None;

    /// <summary>What is wanted of the kernel beyond the defaults.</summary>
    public FileSystemFeatures Features { get; init; }

    /// <summary>How long a name may be trusted.</summary>
    public CacheTimeout EntryTimeout { get; init; } = new(1, 0);

    /// <summary>How long attributes may be trusted.</summary>
    public CacheTimeout AttrTimeout { get; init; } = new(1, 0);

    /// <summary>How long the kernel may remember that a name doesn't exist; none: it asks each time.</summary>
    public CacheTimeout NegativeTimeout { get; init; } = CacheTimeout.None;

    /// <summary>The operations that are implemented.</summary>
    public PathOperations Operations { get; init; } = PathOperations.All;

    /// <summary>
    /// Whether an open file that is unlinked, or renamed over, is renamed to <c>.fuse_hiddenXXXXXXXXXXXXXXXX</c> in its directory and
    /// unlinked when it is closed (libfuse without <c>hard_remove</c>). False: it is unlinked at once, and its operations then come with an
    /// empty path.
    /// </summary>
    public bool HidesOpenUnlinked { get; init; } = true;

    /// <summary>
    /// Whether <see cref="Attributes.Ino"/> of the file system is shown (libfuse's <c>use_ino</c>). False: the library numbers the nodes, one
    /// number a path, so that hard links differ.
    /// </summary>
    public bool UsesOwnInodeNumbers { get; init; }

    /// <summary>Whether operations by an open file do without a path (libfuse's <c>nullpath_ok</c>): it is then empty, and none is built.</summary>
    public bool OpenFilesNeedNoPath { get; init; }

    /// <summary>Whether all of the operations are implemented.</summary>
    /// <param name="operations">One or more.</param>
    public bool Implements(PathOperations operations) => (Operations & operations) == operations;
}
