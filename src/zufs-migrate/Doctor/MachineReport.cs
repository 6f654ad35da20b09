using Zufs.Channels;

namespace Zufs.Migrate.Doctor;

/// <summary>What <c>doctor</c> found; its JSON is the public format, version <see cref="SchemaVersion"/>.</summary>
/// <param name="SchemaVersion">Raised when a member changes its meaning or goes.</param>
/// <param name="Channel">What <c>auto</c> would take; null when no channel is usable.</param>
/// <param name="Channels">Every channel, best first.</param>
/// <param name="Checks">What else matters to a mount.</param>
internal sealed record MachineReport(int SchemaVersion, string? Channel, IReadOnlyList<ChannelFinding> Channels, IReadOnlyList<MachineCheck> Checks)
{
    /// <summary>The version of this shape.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Puts the findings together.</summary>
    /// <param name="probes">Best first.</param>
    /// <param name="checks">In the order to show.</param>
    /// <param name="mayMountByProgram">Whether fusermount3 would open <c>/dev/fuse</c> for this user.</param>
    public static MachineReport Create(IReadOnlyList<ChannelProbe> probes, IReadOnlyList<MachineCheck> checks, bool mayMountByProgram)
    {
        var channels = probes.Select(p => Find(p, probes, mayMountByProgram)).ToList();
        return new(CurrentSchema, channels.FirstOrDefault(c => c.Usable)?.Channel, channels, checks);
    }

    // Every channel needs a connection, and that comes from /dev/fuse: opened by this user, or by fusermount3.
    private static ChannelFinding Find(ChannelProbe probe, IReadOnlyList<ChannelProbe> all, bool mayMountByProgram)
    {
        var fuse = all.Single(p => p.Channel == "fuse");
        if (fuse.IsUsable || !(probe.IsUsable || probe == fuse))
            return new(probe.Channel, probe.IsUsable, probe.Reason, probe.Remedy);
        if (mayMountByProgram)
            return probe == fuse ? new("fuse", true, $"{fuse.Reason} But fusermount3 may, and mounts for it.", null) : new(probe.Channel, true, probe.Reason, probe.Remedy);
        return new(probe.Channel, false, fuse.Reason, fuse.Remedy);
    }

    /// <summary>0 when a channel better than <c>fuse</c> is usable, 1 when only <c>fuse</c> is, 2 when none is.</summary>
    public int ToExitCode() => Channel switch
    {
        null => ExitCode.Trouble,
        "fuse" => ExitCode.Finding,
        _ => ExitCode.Success,
    };
}

/// <summary>One channel's row.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Usable">Whether a mount of this user can use it now.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Remedy">The command that would enable it; null where there is none.</param>
internal sealed record ChannelFinding(string Channel, bool Usable, string Reason, string? Remedy);

/// <summary>One other check's row.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Available">Whether it can be used as it is.</param>
/// <param name="Reason">What was found.</param>
/// <param name="Remedy">The command that would change it; null where none is needed or there is none.</param>
internal sealed record MachineCheck(string Name, bool Available, string Reason, string? Remedy);
