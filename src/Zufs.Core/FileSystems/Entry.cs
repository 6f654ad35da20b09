namespace Zufs.FileSystems;

/// <summary>
/// A name that was found or made: the node it leads to. Each one that reaches the kernel adds 1 to the node's lookup count; FORGET takes
/// it away again.
/// </summary>
public struct Entry
{
    /// <summary>
    /// The node id, from 2 up without bit 63 (1 is the root). 0 with success: the name doesn't exist, and the kernel may remember that
    /// for <see cref="EntryTimeout"/>.
    /// </summary>
    public ulong Node;

    /// <summary>Tells two uses of one node id apart (NFS export). Node id and generation together are never used twice.</summary>
    public ulong Generation;

    /// <summary>How long the name may be trusted. Holds the mount's default when an operation is called.</summary>
    public CacheTimeout EntryTimeout;

    /// <summary>How long the attributes may be trusted. Holds the mount's default when an operation is called.</summary>
    public CacheTimeout AttrTimeout;

    /// <summary>The node's attributes.</summary>
    public Attributes Attributes;
}
