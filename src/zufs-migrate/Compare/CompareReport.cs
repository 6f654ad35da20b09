using Zufs.Conformance;
using Zufs.Conformance.Latency;
using Zufs.Conformance.Trees;

namespace Zufs.Migrate.Compare;

/// <summary>The result, as <c>--json</c> prints it.</summary>
internal sealed record CompareReport(
    int SchemaVersion,
    IReadOnlyList<string> Channels,
    IReadOnlyList<string> MountPoints,
    ChecksReport Checks,
    TreeResult? Tree,
    IReadOnlyList<LatencyRow> Latency,
    IReadOnlyList<string> Notes)
{
    /// <summary>Whether both mounts behave the same; speed is no difference.</summary>
    public bool IsSame => Checks.Different.Count == 0 && Tree is null or { Same: true };
}

/// <summary>What the named checks came to.</summary>
internal sealed record ChecksReport(int Total, int Same, IReadOnlyList<DifferentCheck> Different, IReadOnlyList<SkippedCheck> Skipped);

/// <summary>A check that came to different things, and the command that shows it again.</summary>
internal sealed record DifferentCheck(string Name, string Summary, IReadOnlyList<ObservationDifference> Observations, string Reproduce);

/// <summary>A check that could not be run, and why.</summary>
internal sealed record SkippedCheck(string Name, string Reason);

/// <summary>What the copied tree came to.</summary>
internal sealed record TreeResult(
    string Source, int Files, long Bytes, bool Same, bool Whole, IReadOnlyList<TreeSide> Sides, string? Reproduce);

/// <summary>The tree on one mount.</summary>
internal sealed record TreeSide(string Channel, string Sha256, double CopySeconds, double ReadSeconds, IReadOnlyList<TreeDifference> Differences);
