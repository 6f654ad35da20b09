using System.Globalization;
using System.Text;

namespace Zufs.Bench;

/// <summary>The result; its JSON is <c>artifacts/bench.json</c>.</summary>
/// <param name="SchemaVersion">Raised when a member changes its meaning or goes.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cpus">How many CPUs this process may use.</param>
/// <param name="OtherLoad">The share of CPU time that others used, before and after, whichever is more.</param>
/// <param name="Quiet">Whether that lets the figures be judged.</param>
/// <param name="Floors">What no server can beat, in microseconds: a system call, and two processes waking each other.</param>
/// <param name="Rows">One a load and channel.</param>
internal sealed record BenchReport(
    int SchemaVersion, string Kernel, string Processor, int Cpus, double OtherLoad, bool Quiet, IReadOnlyDictionary<string, double> Floors, IReadOnlyList<BenchRow> Rows)
{
    /// <summary>The table for people.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Linux {Kernel}, {Processor}, {Cpus} CPUs; other load {OtherLoad:P0}.");
        foreach (var (name, p50) in Floors)
            text.AppendLine(CultureInfo.InvariantCulture, $"floor: {name} {p50:F2} us");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"channel",-8}{"work",-42}{"ours us",10}{"C us",10}{"ours op/s",12}{"C op/s",12}{"ratio",8}{"goal",8}  met");
        foreach (var row in Rows)
        {
            var goal = row.Goal is { } g ? string.Create(CultureInfo.InvariantCulture, $"<={g:F2}") : "";
            var met = row.Met switch { true => "yes", false => "NO", null => "" };
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{row.Channel,-8}{row.Work,-42}{row.Ours.P50Us,10:F2}{row.Peer.P50Us,10:F2}{row.Ours.OpsPerS,12:F0}{row.Peer.OpsPerS,12:F0}{row.Ratio,8:F3}{goal,8}  {met}");
        }

        text.AppendLine();
        text.AppendLine("us: median time of a call. ratio: ours / C by time with one thread, C / ours by rate with several; below 1 ours is faster.");
        if (!Quiet)
            text.AppendLine("The machine was not quiet (other programs used more than 10 % of its CPUs): repeat this before you judge by it.");
        return text.ToString();
    }
}

/// <summary>One load on one channel, ours against the same server in C.</summary>
/// <param name="Work">The load, for people.</param>
/// <param name="Channel">uring or fuse.</param>
/// <param name="Threads">How many callers.</param>
/// <param name="Size">Bytes a call; 0 where there are none.</param>
/// <param name="Pinned">Whether the callers were pinned to one CPU.</param>
/// <param name="Ours">The C# server.</param>
/// <param name="Peer">The C server.</param>
/// <param name="Ratio">Below 1 ours is faster.</param>
/// <param name="Goal">What the project promises; null where nothing.</param>
/// <param name="Met">Whether the goal is met; null where there is none.</param>
internal sealed record BenchRow(string Work, string Channel, int Threads, int Size, bool Pinned, Figures Ours, Figures Peer, double Ratio, double? Goal, bool? Met)
{
    /// <summary>Compares two results of one load.</summary>
    public static BenchRow Create(string channel, Work work, Window ours, Window peer)
    {
        var ratio = work.IsLatency ? ours.P50 / peer.P50 : peer.Rate / ours.Rate;
        return new(work.Name, channel, work.Threads, work.Size, work.Cpu >= 0, Figures.Of(ours), Figures.Of(peer), Math.Round(ratio, 3), work.Goal, work.Goal is { } goal ? ratio <= goal : null);
    }
}

/// <summary>One server's figures.</summary>
/// <param name="P50Us">Median time of a call.</param>
/// <param name="P99Us">99th percentile; dominated by other load unless the machine is quiet.</param>
/// <param name="OpsPerS">Calls a second.</param>
internal sealed record Figures(double P50Us, double P99Us, double OpsPerS)
{
    /// <summary>The figures of a window.</summary>
    public static Figures Of(Window window) => new(window.P50, window.P99, window.Rate);
}
