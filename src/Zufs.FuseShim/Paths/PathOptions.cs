using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// What of an <c>-o</c> list concerns paths and caches, and so isn't the mount's business: the words of libfuse's high level, with its meaning.
/// Immutable. <c>entry_timeout</c> and <c>attr_timeout</c> are the mount's: they hold for every file system.
/// </summary>
public sealed partial record PathOptions
{
    /// <summary>Nothing was asked for.</summary>
    public static PathOptions None { get; } = new();

    /// <summary><c>kernel_cache</c>: what the page cache holds of a file stays when it is opened again.</summary>
    public bool KernelCache { get; init; }

    /// <summary>
    /// <c>auto_cache</c>: as <see cref="KernelCache"/>, but the pages are dropped when the file's size or mtime has changed. The kernel looks at
    /// each read once the attributes are as old as their timeout.
    /// </summary>
    public bool AutoCache { get; init; }

    /// <summary><c>ac_attr_timeout=</c>: the longest that attributes are trusted while <see cref="AutoCache"/> is on; null: as without it.</summary>
    public CacheTimeout? AutoCacheTimeout { get; init; }

    /// <summary><c>direct_io</c>: no page cache for any file.</summary>
    public bool DirectIo { get; init; }

    /// <summary><c>no_rofd_flush</c>: closing a file that is open for reading only sends no FLUSH.</summary>
    public bool NoReadOnlyFlush { get; init; }

    /// <summary><c>uid=</c>: every file is shown as this user's; null: as the file system says.</summary>
    public uint? Uid { get; init; }

    /// <summary><c>gid=</c>: every file is shown as this group's; null: as the file system says.</summary>
    public uint? Gid { get; init; }

    /// <summary><c>umask=</c>, octal: every file is shown with the permissions 0777 less these; null: as the file system says.</summary>
    public uint? Umask { get; init; }

    /// <summary><c>negative_timeout=</c>, in seconds: how long the kernel remembers that a name doesn't exist; null: as the file system says.</summary>
    public CacheTimeout? NegativeTimeout { get; init; }

    /// <summary><c>use_ino</c>: the file system's own inode numbers are shown.</summary>
    public bool UseIno { get; init; }

    /// <summary><c>hard_remove</c>: an open file that is unlinked is unlinked at once, not hidden.</summary>
    public bool HardRemove { get; init; }

    /// <summary>
    /// <c>recovery=</c>, <c>stateless</c> or <c>none</c>: whether another process may go on when the file system's dies; null: as the file system says.
    /// </summary>
    public RecoveryClass? Recovery { get; init; }

    /// <summary>The traits with what was asked for.</summary>
    internal PathTraits Apply(PathTraits traits) => traits with
    {
        HidesOpenUnlinked = traits.HidesOpenUnlinked && !HardRemove,
        UsesOwnInodeNumbers = traits.UsesOwnInodeNumbers || UseIno,
        Recovery = Recovery ?? traits.Recovery,
        NegativeTimeout = NegativeTimeout ?? traits.NegativeTimeout,
        Features = traits.Features | (AutoCache ? FileSystemFeatures.AutoInvalidateData : FileSystemFeatures.None),
    };

    /// <summary>How the kernel is to treat a file that was opened with these flags of open(2), beside what the file system said.</summary>
    internal OpenOptions OpenOptionsFor(uint flags)
    {
        const uint AccessMode = 3;
        return (DirectIo ? OpenOptions.DirectIo : OpenOptions.None)
            | (KernelCache || AutoCache ? OpenOptions.KeepCache : OpenOptions.None)
            | (NoReadOnlyFlush && (flags & AccessMode) == 0 ? OpenOptions.NoFlush : OpenOptions.None);
    }

    /// <summary>Shows attributes as was asked for.</summary>
    internal void Show(ref Attributes attributes)
    {
        if (Umask is { } umask)
            attributes.Mode = attributes.Mode & FileSystems.FileMode.S_IFMT | 0x1FF & ~umask;
        attributes.Uid = Uid ?? attributes.Uid;
        attributes.Gid = Gid ?? attributes.Gid;
    }

    /// <summary>Cuts the time that attributes are trusted.</summary>
    internal void Limit(ref CacheTimeout timeout)
    {
        if (!AutoCache || AutoCacheTimeout is not { } most)
            return;
        if ((most.Seconds, most.Nanoseconds).CompareTo((timeout.Seconds, timeout.Nanoseconds)) < 0)
            timeout = most;
    }
}
