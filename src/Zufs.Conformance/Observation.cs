namespace Zufs.Conformance;

/// <summary>
/// One thing a check saw. What differs between any two mounts (inode numbers, device, the time of day, free space) is never in it, so two
/// correct file systems give the same list.
/// </summary>
/// <param name="What">What was done or looked at.</param>
/// <param name="Value">What it came to: a value, <c>ok</c>, or an errno's name.</param>
/// <param name="Expected">What would have been right, when it wasn't that; else null.</param>
public sealed record Observation(string What, string Value, string? Expected = null);
