namespace Zufs.Channels;

/// <summary>What a look at this machine said about one channel.</summary>
/// <param name="Channel">Its name: <c>zufs</c>, <c>uring</c>, <c>fuse</c>.</param>
/// <param name="IsUsable">Whether a mount of this process can use it.</param>
/// <param name="Reason">A sentence: why not, or what speaks for it.</param>
/// <param name="Remedy">The command that would make it usable, or null where there is none or none is needed.</param>
public sealed record ChannelProbe(string Channel, bool IsUsable, string Reason, string? Remedy);
