namespace Zufs.Conformance;

/// <summary>One thing that two mounts do differently.</summary>
/// <param name="What">What was done or looked at.</param>
/// <param name="First">What it came to on the first mount.</param>
/// <param name="Second">What it came to on the second mount.</param>
public sealed record ObservationDifference(string What, string First, string Second);
