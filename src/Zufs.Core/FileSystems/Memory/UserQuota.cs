using System.Collections.Concurrent;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// What each owner uses, when there is a limit for it. Counted in this process: a successor counts anew from the inodes. root may use all there is,
/// as with quotas elsewhere (quota(1)).
/// </summary>
internal sealed class UserQuota(long pageLimit, long inodeLimit)
{
    private readonly ConcurrentDictionary<uint, Usage> _users = new();

    /// <summary>Whether anything is limited; otherwise nothing is counted.</summary>
    public bool IsOn => pageLimit > 0 || inodeLimit > 0;

    /// <summary>Forgets what was counted.</summary>
    public void Clear() => _users.Clear();

    /// <summary>Counts as many pages as the limit bears, at most <paramref name="wanted"/>, and says how many.</summary>
    public int Grant(uint user, int wanted)
    {
        if (!IsOn || wanted == 0)
            return wanted;
        Usage usage = Of(user);
        long over = Interlocked.Add(ref usage.Pages, wanted) - (user == 0 || pageLimit == 0 ? long.MaxValue : pageLimit);
        int denied = (int)Math.Clamp(over, 0, wanted);
        if (denied > 0)
            Interlocked.Add(ref usage.Pages, -denied);
        return wanted - denied;
    }

    /// <summary>Counts pages, all or none.</summary>
    public bool TryAdd(uint user, long pages)
    {
        if (!IsOn)
            return true;
        Usage usage = Of(user);
        if (Interlocked.Add(ref usage.Pages, pages) <= pageLimit || user == 0 || pageLimit == 0)
            return true;
        Interlocked.Add(ref usage.Pages, -pages);
        return false;
    }

    /// <summary>Counts an inode; false when the user may have no more.</summary>
    public bool TryAddInode(uint user)
    {
        if (!IsOn)
            return true;
        Usage usage = Of(user);
        if (Interlocked.Increment(ref usage.Inodes) <= inodeLimit || user == 0 || inodeLimit == 0)
            return true;
        Interlocked.Decrement(ref usage.Inodes);
        return false;
    }

    /// <summary>Counts without asking: pages that are freed (negative), and what changes its owner.</summary>
    public void Count(uint user, long pages, long inodes)
    {
        if (!IsOn)
            return;
        Usage usage = Of(user);
        Interlocked.Add(ref usage.Pages, pages);
        Interlocked.Add(ref usage.Inodes, inodes);
    }

    /// <summary>ENOSPC, or EDQUOT when it was this user's limit.</summary>
    public Errno WhyNoPage(uint user) =>
        pageLimit > 0 && user != 0 && Volatile.Read(ref Of(user).Pages) >= pageLimit ? Errno.EDQUOT : Errno.ENOSPC;

    /// <summary>ENOSPC, or EDQUOT when it was this user's limit.</summary>
    public Errno WhyNoInode(uint user) =>
        inodeLimit > 0 && user != 0 && Volatile.Read(ref Of(user).Inodes) >= inodeLimit ? Errno.EDQUOT : Errno.ENOSPC;

    private Usage Of(uint user) => _users.TryGetValue(user, out Usage? usage) ? usage : _users.GetOrAdd(user, static _ => new Usage());

    private sealed class Usage
    {
        public long Pages;
        public long Inodes;
    }
}
