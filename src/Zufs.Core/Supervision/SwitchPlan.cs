namespace Zufs.Supervision;

/// <summary>What a change of a live mount's channel takes, and what it does to open files.</summary>
/// <param name="MountPoint">The mount.</param>
/// <param name="From">The channel of now.</param>
/// <param name="To">The channel that is asked for.</param>
/// <param name="IsPossible">Whether it can be done on the live mount.</param>
/// <param name="Effect">What will be done and what happens to open files, or why it can't be done and what can; sentences.</param>
public sealed record SwitchPlan(string MountPoint, string From, string To, bool IsPossible, string Effect)
{
    /// <summary>Whether the mount is on that channel already.</summary>
    public bool IsNothing => From == To;

    /// <summary>Plans a change.</summary>
    internal static SwitchPlan Make(string mountPoint, string from, string to)
    {
        (bool isPossible, string effect) = (from, to) switch
        {
            _ when from == to => (true, $"The mount is on {to} already: nothing is done."),
            ("fuse", "uring") => (true, "Ring entries are registered on the live connection. Open files, locks and mappings stay as they are, and requests under way are answered "
                + "by fuse. The kernel has no way back to fuse for this mount. Should it refuse the entries, the mount goes on by fuse."),
            ("uring", "fuse") => (false, "The kernel has no way back from uring to fuse on a live connection. "
                + $"Close what is open, then “zufs-migrate stop {mountPoint}” and “zufs-migrate run FS {mountPoint} --channel fuse”."),
            _ => (false, $"There is no way from {from} to {to} on a live mount."),
        };
        return new SwitchPlan(mountPoint, from, to, isPossible, effect);
    }
}
