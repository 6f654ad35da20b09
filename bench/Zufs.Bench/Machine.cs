using System.Globalization;

namespace Zufs.Bench;

/// <summary>What the figures belong to, and whether the machine was quiet enough to judge.</summary>
internal static class Machine
{
    private const double QuietShare = 0.10;

    /// <summary>The kernel's release.</summary>
    public static string Kernel => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>The processor's name, as /proc/cpuinfo has it.</summary>
    public static string Processor =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    /// <summary>The share of all CPUs' time, 0 to 1, that others used within one second in which the bench did nothing.</summary>
    public static double OtherLoad()
    {
        var (busy, total) = CpuTime();
        Thread.Sleep(1000);
        var (busyAfter, totalAfter) = CpuTime();
        return totalAfter == total ? 0 : (double)(busyAfter - busy) / (totalAfter - total);
    }

    /// <summary>Whether that load still lets the figures be judged.</summary>
    public static bool IsQuiet(double load) => load <= QuietShare;

    private static (long Busy, long Total) CpuTime()
    {
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        var idle = times[3] + times[4];
        return (times.Sum() - idle, times.Sum());
    }
}
