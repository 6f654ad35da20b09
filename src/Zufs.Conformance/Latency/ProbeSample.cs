namespace Zufs.Conformance.Latency;

/// <summary>What one window came to.</summary>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Rate">Operations a second of all threads.</param>
internal readonly record struct ProbeSample(double P50, double P99, double Rate)
{
    /// <summary>Medians over the least disturbed half: whatever else the machine does only ever makes a window slower.</summary>
    public static ProbeSample Of(IReadOnlyList<ProbeSample> windows)
    {
        var best = windows.OrderByDescending(w => w.Rate).Take((windows.Count + 1) / 2).ToList();
        return new ProbeSample(Median(best.Select(w => w.P50)), Median(best.Select(w => w.P99)), Median(best.Select(w => w.Rate)));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
