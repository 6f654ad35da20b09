namespace Zufs.FileSystems;

/// <summary>Who asks, and the ways out of answering at once. Valid during the operation only.</summary>
public readonly ref struct Request
{
    private readonly RequestScope _scope;

    /// <summary>A request as the session hands it to a file system.</summary>
    /// <param name="scope">The session's side of it.</param>
    /// <param name="unique">Its id.</param>
    /// <param name="uid">The caller's user.</param>
    /// <param name="gid">The caller's group.</param>
    /// <param name="pid">The caller's process.</param>
    public Request(RequestScope scope, ulong unique, uint uid, uint gid, uint pid)
    {
        _scope = scope;
        Unique = unique;
        Uid = uid;
        Gid = gid;
        Pid = pid;
    }

    /// <summary>The kernel's id of this request, without FUSE_UNIQUE_RESEND.</summary>
    public ulong Unique { get; }

    /// <summary>The caller's file-system user id, in the user namespace of the mount.</summary>
    public uint Uid { get; }

    /// <summary>The caller's file-system group id, in the user namespace of the mount.</summary>
    public uint Gid { get; }

    /// <summary>The caller's process id; 0 when the kernel asks for itself.</summary>
    public uint Pid { get; }

    /// <summary>
    /// Whether the request is delivered again after its server died: it may have had its effect already. Intents decide.
    /// </summary>
    public bool IsResend => _scope.IsResend;

    /// <summary>The supplementary group that a create should use, when the kernel sent one (FUSE_CREATE_SUPP_GROUP).</summary>
    public ReadOnlySpan<uint> SupplementaryGroups => _scope.SupplementaryGroups;

    /// <summary>Whether the caller was signalled meanwhile: a long operation may end early with EINTR.</summary>
    public bool IsInterrupted => _scope.IsInterrupted;

    /// <summary>
    /// Puts the reply off: what the operation returns is ignored, and the token must be completed once, from any thread. EAGAIN's place
    /// is taken when the channel can bear no more: then null is returned, and the operation answers at once (a blocking lock: ENOLCK).
    /// </summary>
    public DeferredReply? Defer() => _scope.Defer();
}

/// <summary>The session's side of a request; one per server thread, used again for each request.</summary>
public abstract class RequestScope
{
    /// <summary>See <see cref="Request.IsResend"/>.</summary>
    public abstract bool IsResend { get; }

    /// <summary>See <see cref="Request.SupplementaryGroups"/>.</summary>
    public abstract ReadOnlySpan<uint> SupplementaryGroups { get; }

    /// <summary>See <see cref="Request.IsInterrupted"/>.</summary>
    public abstract bool IsInterrupted { get; }

    /// <summary>See <see cref="Request.Defer"/>.</summary>
    public abstract DeferredReply? Defer();
}

/// <summary>
/// A reply that is given later, from any thread, exactly once. Tokens are pooled: none may be touched after one of the Complete methods.
/// </summary>
public abstract class DeferredReply
{
    /// <summary>Where a READ, READLINK, GETXATTR or LISTXATTR puts its bytes; empty for other operations.</summary>
    public abstract Span<byte> Room { get; }

    /// <summary>
    /// Cancelled when the caller is signalled (FUSE_INTERRUPT) or the mount ends. Made only when asked for.
    /// </summary>
    public abstract CancellationToken Interrupted { get; }

    /// <summary>Completes an operation that only says how it went (also: any operation that failed).</summary>
    /// <param name="error">How.</param>
    public abstract void Complete(Errno error);

    /// <summary>Completes with the first bytes of <see cref="Room"/>, or a WRITE with how many bytes were taken.</summary>
    /// <param name="count">How many.</param>
    public abstract void CompleteData(int count);

    /// <summary>Completes a LOOKUP, MKNOD, MKDIR, SYMLINK or LINK.</summary>
    /// <param name="entry">The entry.</param>
    public abstract void CompleteEntry(in Entry entry);

    /// <summary>Completes a GETATTR or SETATTR.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="timeout">How long they hold.</param>
    public abstract void CompleteAttributes(in Attributes attributes, CacheTimeout timeout);

    /// <summary>Completes an OPEN or OPENDIR.</summary>
    /// <param name="file">The open file.</param>
    public abstract void CompleteOpen(in OpenFile file);

    /// <summary>Completes a GETLK.</summary>
    /// <param name="fileLock">The lock in the way, or F_UNLCK.</param>
    public abstract void CompleteLock(in FileLock fileLock);
}
