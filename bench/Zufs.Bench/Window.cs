using System.Diagnostics;
using System.Globalization;

namespace Zufs.Bench;

/// <summary>What the client saw in one short window.</summary>
/// <param name="P50">Median time of a call in microseconds.</param>
/// <param name="P99">99th percentile in microseconds; on a busy machine it is the time of being preempted.</param>
/// <param name="Rate">Calls a second, all threads together.</param>
internal readonly record struct Window(double P50, double P99, double Rate)
{
    /// <summary>Runs the client once.</summary>
    /// <param name="client">The program.</param>
    /// <param name="operation">As the client calls it.</param>
    /// <param name="path">The file.</param>
    /// <param name="cpu">Where; -1 anywhere.</param>
    /// <param name="threads">How many.</param>
    /// <param name="milliseconds">How long.</param>
    /// <exception cref="BenchException">The client failed.</exception>
    public static Window Measure(string client, string operation, string path, int cpu, int threads, int milliseconds)
    {
        using var process = Process.Start(new ProcessStartInfo(client, [operation, path, Text(cpu), Text(threads), Text(milliseconds)])
        {
            RedirectStandardOutput = true,
        }) ?? throw new BenchException($"{client} could not be started.");
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var numbers = line.Split(' ', StringSplitOptions.TrimEntries);
        if (process.ExitCode != 0 || numbers.Length != 3)
            throw new BenchException($"The client failed at {operation} on {path} (code {process.ExitCode}).");
        return new(Number(numbers[0]), Number(numbers[1]), Number(numbers[2]));
    }

    /// <summary>The median over the less disturbed half of the windows: other load only ever makes a window worse.</summary>
    /// <param name="windows">At least one.</param>
    /// <param name="byLatency">Whether a good window is one with a small median, or one with a high rate.</param>
    public static Window Typical(IEnumerable<Window> windows, bool byLatency)
    {
        var sorted = byLatency ? windows.OrderBy(w => w.P50).ToList() : windows.OrderByDescending(w => w.Rate).ToList();
        var half = sorted.GetRange(0, (sorted.Count + 1) / 2);
        return new(Median(half.Select(w => w.P50)), Median(half.Select(w => w.P99)), Median(half.Select(w => w.Rate)));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
