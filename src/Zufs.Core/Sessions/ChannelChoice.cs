using Zufs.Channels;
using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <summary>Which channel a session takes, and why not a better one.</summary>
/// <param name="Channel"><c>zufs</c>, <c>uring</c> or <c>fuse</c>.</param>
/// <param name="IsAskedFor">Whether the user named it; then no other may take its place.</param>
/// <param name="Notes">Why better channels weren't taken, a sentence each.</param>
internal sealed record ChannelChoice(string Channel, bool IsAskedFor, IReadOnlyList<string> Notes)
{
    public bool IsUring => Channel == "uring";

    public bool IsZufs => Channel == "zufs";

    /// <summary>Decides from the probes. Before INIT is answered: a connection that agreed on io_uring and has no ring hangs.</summary>
    /// <exception cref="SessionException">What was asked for isn't usable.</exception>
    public static ChannelChoice Make(string asked, Concurrency concurrency, IReadOnlyList<ChannelProbe> probes, bool survives = false)
    {
        switch (asked)
        {
            case "fuse":
                return new ChannelChoice("fuse", true, []);
            case "zufs":
            case "uring":
                {
                    if (concurrency == Concurrency.CallerThread)
                        throw new SessionException($"The {asked} channel needs threads of its own, and this file system runs on its caller's thread.", "--channel fuse");
                    ChannelProbe probe = probes.Single(p => p.Channel == asked);
                    return probe.IsUsable
                        ? new ChannelChoice(asked, true, [])
                        : throw new SessionException($"The {asked} channel can't be used. {probe.Reason}", probe.Remedy);
                }
            case "auto":
                return MakeBest(concurrency, probes, survives);
            default:
                throw new SessionException($"There is no channel called '{asked}'.", "--channel auto, zufs, uring or fuse");
        }
    }

    /// <summary>The choice when the kernel didn't offer io_uring on this connection after all.</summary>
    public ChannelChoice WithoutUring(string why) => new("fuse", IsAskedFor, [.. Notes, why]);

    private static ChannelChoice MakeBest(Concurrency concurrency, IReadOnlyList<ChannelProbe> probes, bool survives)
    {
        var notes = new List<string>();
        foreach (ChannelProbe probe in probes)
        {
            if (probe.Channel == "fuse")
                break;
            if (!probe.IsUsable)
                notes.Add($"{probe.Channel}: {probe.Reason}{(probe.Remedy is null ? "" : $" Try: {probe.Remedy}")}");
            else if (survives && probe.Channel == "uring")
                notes.Add("uring: requests in its rings can be lost when the worker dies, and --survive asks for a channel that loses none.");
            else if (concurrency == Concurrency.CallerThread)
                notes.Add($"{probe.Channel}: this file system runs on its caller's thread.");
            else
                return new ChannelChoice(probe.Channel, false, notes);
        }
        return new ChannelChoice("fuse", false, notes);
    }
}
