namespace Zufs.Conformance;

/// <summary>What one check came to on one mount.</summary>
/// <param name="Check">The check.</param>
/// <param name="Observations">What it saw, in order.</param>
/// <param name="Skipped">Why it could not be run here (for example: needs root); null when it ran.</param>
public sealed record CheckResult(Check Check, IReadOnlyList<Observation> Observations, string? Skipped)
{
    /// <summary>Whether it ran and everything was as expected of a POSIX file system on Linux.</summary>
    public bool Passed => Skipped is null && Unexpected.Count == 0;

    /// <summary>The observations that were not as expected.</summary>
    public IReadOnlyList<Observation> Unexpected { get; } = [.. Observations.Where(o => o.Expected is not null)];

    /// <summary>One line a difference from what was expected.</summary>
    public string Explain() => Skipped is not null
        ? $"{Check.Name}: not run: {Skipped}"
        : string.Join('\n', Unexpected.Select(o => $"{Check.Name}: {o.What}: {o.Value}, expected {o.Expected}"));
}
