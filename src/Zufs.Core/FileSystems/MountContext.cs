using Zufs.Arenas;

namespace Zufs.FileSystems;

/// <summary>What a file system gets when its mount begins: after INIT, before the first operation.</summary>
/// <param name="Arena">The mount's memory that outlives the worker.</param>
/// <param name="Notifications">The way to tell the kernel something unasked.</param>
/// <param name="Granted">The features that kernel and session granted.</param>
/// <param name="MaxRead">The largest READ in bytes.</param>
/// <param name="MaxWrite">The largest WRITE in bytes.</param>
/// <param name="IsSuccessor">Whether another worker served this mount before: state is in the arena.</param>
public sealed record MountContext(
    Arena Arena, INotifications Notifications, FileSystemFeatures Granted, int MaxRead, int MaxWrite, bool IsSuccessor)
{
    /// <summary>
    /// For a successor: what is open, each with its node and the file system's own handle. What isn't listed was never told to the kernel, or is closed.
    /// Null: nobody knows.
    /// </summary>
    public IReadOnlyList<KeyValuePair<ulong, ulong>>? OpenHandles { get; init; }

    /// <summary>The way to give files to the kernel to read and write itself; null where there is no kernel.</summary>
    public IBackingFiles? Backings { get; init; }
}

/// <summary>
/// Backing files of <see cref="FileSystemFeatures.Passthrough"/>: an id stands for one until it is taken back, also across workers. Any thread.
/// </summary>
public interface IBackingFiles
{
    /// <summary>FUSE_DEV_IOC_BACKING_OPEN: gives a regular file to the kernel.</summary>
    /// <param name="fd">Its descriptor, which may be closed afterwards; the kernel opens the file with the rights of the calling thread.</param>
    /// <returns>The id for <see cref="OpenFile.BackingId"/>, above 0; else minus the errno: EPERM, ELOOP (it is stacked itself), EINVAL, ENOTTY.</returns>
    int Register(int fd);

    /// <summary>FUSE_DEV_IOC_BACKING_CLOSE: takes an id back. Files that are open keep what they have.</summary>
    /// <param name="id">The id.</param>
    void Unregister(int id);
}

/// <summary>
/// Notifications to the kernel. They are queued to a thread of their own and complete by callback: an invalidation made inside an operation
/// on the same inode can't deadlock. Any thread. The callback gets ENOENT when the kernel doesn't know the node or name, ENOSYS when it
/// doesn't know the notification, ENOTCONN when the mount has ended.
/// </summary>
public interface INotifications
{
    /// <summary>NOTIFY_INVAL_INODE: attributes and (from <paramref name="offset"/>) cached data are stale.</summary>
    /// <param name="node">The node.</param>
    /// <param name="offset">First byte; negative: attributes only.</param>
    /// <param name="length">Bytes; 0: to the end.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void InvalidateNode(ulong node, long offset, long length, Action<Errno>? done = null);

    /// <summary>NOTIFY_INVAL_ENTRY: a name is stale.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="expireOnly">Only let it expire (FUSE_EXPIRE_ONLY), don't drop it.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void InvalidateEntry(ulong parent, ReadOnlySpan<byte> name, bool expireOnly = false, Action<Errno>? done = null);

    /// <summary>NOTIFY_DELETE: a name was removed behind the kernel's back.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="child">The node it led to.</param>
    /// <param name="name">The name.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void Delete(ulong parent, ulong child, ReadOnlySpan<byte> name, Action<Errno>? done = null);

    /// <summary>NOTIFY_STORE: puts data into the page cache.</summary>
    /// <param name="node">The node.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="data">The bytes; copied before the call returns.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void Store(ulong node, ulong offset, ReadOnlySpan<byte> data, Action<Errno>? done = null);

    /// <summary>NOTIFY_RETRIEVE: asks for data of the page cache; it arrives by <see cref="IFileSystem.RetrieveReply"/>.</summary>
    /// <param name="cookie">Given back with the data: at most 2^32 - 1, or EINVAL.</param>
    /// <param name="node">The node.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void Retrieve(ulong cookie, ulong node, ulong offset, uint size, Action<Errno>? done = null);

    /// <summary>NOTIFY_POLL: a file that was polled has become ready.</summary>
    /// <param name="pollHandle">The <c>kh</c> of the POLL.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void PollWakeup(ulong pollHandle, Action<Errno>? done = null);

    /// <summary>NOTIFY_INC_EPOCH: every cached name of the mount is to be looked up again.</summary>
    /// <param name="done">Told how it went; may be null.</param>
    void IncrementEpoch(Action<Errno>? done = null);

    /// <summary>NOTIFY_PRUNE: the kernel may forget nodes that nobody uses.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="done">Told how it went; may be null.</param>
    void Prune(ReadOnlySpan<ulong> nodes, Action<Errno>? done = null);

    /// <summary>NOTIFY_RESEND: every request that was read and not answered is to come again.</summary>
    /// <param name="done">Told how it went; may be null.</param>
    void Resend(Action<Errno>? done = null);
}
