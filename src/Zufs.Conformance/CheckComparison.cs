namespace Zufs.Conformance;

/// <summary>The same check on two mounts, held against each other.</summary>
/// <param name="Check">The check.</param>
/// <param name="Differences">The observations that differ; empty when the mounts behave the same.</param>
/// <param name="Skipped">Why it wasn't run; null when it was.</param>
public sealed record CheckComparison(Check Check, IReadOnlyList<ObservationDifference> Differences, string? Skipped)
{
    private const string Absent = "(not reached)";

    /// <summary>Whether both mounts came to the same.</summary>
    public bool IsSame => Differences.Count == 0;

    /// <summary>Compares two results of one check, observation by observation.</summary>
    /// <param name="first">The result on the first mount.</param>
    /// <param name="second">The result on the second mount.</param>
    public static CheckComparison Of(CheckResult first, CheckResult second)
    {
        var differences = new List<ObservationDifference>();
        int a = 0, b = 0;
        while (a < first.Observations.Count || b < second.Observations.Count)
        {
            var left = a < first.Observations.Count ? first.Observations[a] : null;
            var right = b < second.Observations.Count ? second.Observations[b] : null;
            if (left?.What == right?.What)
            {
                if (left!.Value != right!.Value) differences.Add(new(left.What, left.Value, right.Value));
                a++;
                b++;
                continue;
            }

            // One side took another branch: what only one of them has is a difference of its own; then both go on together.
            bool leftLater = left is not null && Comes(second.Observations, b, left.What);
            if (left is null || (leftLater && right is not null))
            {
                differences.Add(new(right!.What, Absent, right.Value));
                b++;
            }
            else
            {
                differences.Add(new(left.What, left.Value, Absent));
                a++;
            }
        }

        if (first.Skipped != second.Skipped) differences.Add(new("run", first.Skipped ?? "yes", second.Skipped ?? "yes"));
        return new CheckComparison(first.Check, differences, first.Skipped ?? second.Skipped);
    }

    private static bool Comes(IReadOnlyList<Observation> list, int from, string what)
    {
        for (int i = from; i < list.Count; i++)
        {
            if (list[i].What == what) return true;
        }

        return false;
    }
}
