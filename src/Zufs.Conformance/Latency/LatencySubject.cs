namespace Zufs.Conformance.Latency;

/// <summary>A mount to be measured.</summary>
/// <param name="Channel">How its rows are labelled.</param>
/// <param name="MountPoint">Where it is.</param>
public sealed record LatencySubject(string Channel, string MountPoint);
