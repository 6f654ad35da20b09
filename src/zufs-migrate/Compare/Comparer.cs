using Zufs.Conformance;
using Zufs.Conformance.Latency;
using Zufs.Conformance.Trees;
using Zufs.Migrate.Output;

namespace Zufs.Migrate.Compare;

/// <summary>Does the same work on both mounts and holds the results against each other.</summary>
internal sealed class Comparer(CompareRequest request, SidePair pair, CommandOutput output, CancellationToken cancellation)
{
    private const int SchemaVersion = 1;
    private readonly List<string> _notes = [.. pair.First.Notes.Concat(pair.Second.Notes).Distinct()];

    // Whether nothing is changed: as people asked for, or since neither mount lets anybody.
    private bool _readOnly = request.ReadOnly;

    public CompareReport Run()
    {
        bool agree = TryWriting();
        var checks = Checks();
        var tree = _readOnly || !agree || !request.Wants("tree") ? null : Tree();
        var latency = agree && request.Wants("speed") ? Speed() : [];
        return new CompareReport(
            SchemaVersion, [pair.First.Label, pair.Second.Label], [pair.First.MountPoint, pair.Second.MountPoint], checks, tree, latency, _notes);
    }

    /// <returns>Whether both take a new directory, or both refuse it in the same way. Otherwise only the checks can show what differs.</returns>
    private bool TryWriting()
    {
        if (_readOnly) return true;
        string? first = new CheckRunner(pair.First.MountPoint).Refusal(), second = new CheckRunner(pair.Second.MountPoint).Refusal();
        if (first == second && first is null) return true;
        if (first == second)
        {
            _readOnly = true;
            _notes.Add($"Both refuse a new directory with {first}: what writes was left out, and what looks was compared on their own trees.");
            return true;
        }

        _notes.Add($"A new directory in the root: A says {first ?? "ok"}, B says {second ?? "ok"}. The tree was not copied and the speed not measured.");
        return false;
    }

    private ChecksReport Checks()
    {
        var wanted = CheckCatalogue.All
            .Where(c => request.Only.Count == 0 ? !request.ReadOnly || c.Kind == CheckKind.ReadOnly : request.Only.Contains(c.Name)).ToList();
        CheckRunner first = new(pair.First.MountPoint, _readOnly), second = new(pair.Second.MountPoint, _readOnly);
        var different = new List<DifferentCheck>();
        var skipped = new List<SkippedCheck>();
        for (int i = 0; i < wanted.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var check = wanted[i];
            output.Detail($"check {i + 1} of {wanted.Count}: {check.Name}");
            var comparison = CheckComparison.Of(first.Run(check), second.Run(check));
            if (!comparison.IsSame) different.Add(new DifferentCheck(check.Name, check.Summary, comparison.Differences, request.Reproduce(check.Name)));
            else if (comparison.Skipped is { } reason) skipped.Add(new SkippedCheck(check.Name, reason));
        }

        int ran = wanted.Count - skipped.Count;
        if (wanted.Count > 0) output.Message($"Checks done: {ran} of {wanted.Count}, {different.Count} different.");
        foreach (var group in skipped.GroupBy(s => s.Reason)) _notes.Add($"{group.Count()} checks were not run: {group.Key}.");
        return new ChecksReport(ran, ran - different.Count, different, skipped);
    }

    private TreeResult Tree()
    {
        if (!Directory.Exists(request.Source)) throw new CompareException($"There is no directory {request.Source} to copy. Name one with --source DIR.");
        int limit = request.TreeLimit ?? (request.Quick ? 2000 : 20_000);
        var copy = new TreeCopy(request.Source, limit);
        var reports = new List<TreeReport>();
        foreach (var side in (Side[])[pair.First, pair.Second])
        {
            output.Message($"Copying {request.Source} into {side.Label} and reading it back.");
            reports.Add(copy.Run(side.MountPoint, files => output.Detail($"{files} files"), cancellation));
        }

        bool same = reports[0].IsSame && reports[1].IsSame && reports[0].Digest == reports[1].Digest;
        return new TreeResult(
            request.Source,
            reports[0].Files,
            reports[0].Bytes,
            same,
            reports[0].IsWhole,
            [TreeSideOf(pair.First, reports[0]), TreeSideOf(pair.Second, reports[1])],
            same ? null : request.Reproduce("tree"));
    }

    private static TreeSide TreeSideOf(Side side, TreeReport report) =>
        new(side.Label, report.Digest, report.CopySeconds, report.ReadSeconds, report.Differences);

    private IReadOnlyList<LatencyRow> Speed()
    {
        var options = (request.Quick ? LatencyOptions.Quick : new LatencyOptions()) with { ReadOnly = _readOnly, Pinned = request.Pin };
        var probe = new LatencyProbe(
            [new LatencySubject(pair.First.Label, pair.First.MountPoint), new LatencySubject(pair.Second.Label, pair.Second.MountPoint)], options);
        output.Message("Measuring speed in short alternating windows.");
        var rows = probe.Run(what => output.Detail($"speed: {what}"), cancellation);
        _notes.AddRange(probe.Notes);
        return rows;
    }
}
