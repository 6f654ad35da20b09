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
/// <param name="Rows">One a load and contest.</param>
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
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{"work",-40}{"ours",-16}{"peer",-14}{"us",9}{"p99",9}{"peer us",10}{"p99",9}{"op/s",10}{"peer op/s",11}{"ratio",8}{"goal",8}  met");
        foreach (var row in Rows)
        {
            var goal = row.Goal is { } g ? string.Create(CultureInfo.InvariantCulture, $"{(row.IsTime ? "<=" : ">=")}{g:F2}") : "";
            var met = row.Met switch { true => "yes", false => "NO", null => "" };
            text.Append(CultureInfo.InvariantCulture, $"{row.Work,-40}{row.Channel,-16}{row.PeerName,-14}{row.Ours.P50Us,9:F2}{row.Ours.P99Us,9:F1}");
            text.Append(CultureInfo.InvariantCulture, $"{row.Peer.P50Us,10:F2}{row.Peer.P99Us,9:F1}{row.Ours.OpsPerS,10:F0}{row.Peer.OpsPerS,11:F0}");
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Ratio,8:F3}{goal,8}  {met}");
        }

        text.AppendLine();
        text.AppendLine("us: median time of a call. ratio: ours / peer, of times with one thread (small is good), of rates with several (large is good).");
        if (!Quiet)
            text.AppendLine("The machine was not quiet (other programs used more than 10 % of its CPUs): repeat this before you judge by it.");
        return text.ToString();
    }
}

/// <summary>One load, one of ours against the best of its peers.</summary>
/// <param name="Work">The load, for people.</param>
/// <param name="Channel">Ours: the channel and how the file system says it may be called.</param>
/// <param name="PeerName">The peer that was best.</param>
/// <param name="Threads">How many callers.</param>
/// <param name="Size">Bytes a call; 0 where there are none.</param>
/// <param name="Pinned">Whether the callers were pinned to one CPU.</param>
/// <param name="IsTime">Whether the ratio is one of times (at most the goal), not of rates (at least the goal).</param>
/// <param name="Ours">Our server.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Ratio">Ours / peer.</param>
/// <param name="Goal">What the project promises; null where nothing.</param>
/// <param name="Met">Whether the goal is met; null where there is none.</param>
internal sealed record BenchRow(
    string Work, string Channel, string PeerName, int Threads, int Size, bool Pinned, bool IsTime, Figures Ours, Figures Peer, double Ratio, double? Goal, bool? Met)
{
    /// <summary>Holds ours against the best peer under one load.</summary>
    /// <param name="work">The load.</param>
    /// <param name="contest">Who.</param>
    /// <param name="windows">What was measured, by subject.</param>
    public static BenchRow Create(Work work, Contest contest, IReadOnlyDictionary<string, Window> windows)
    {
        var best = work.IsLatency ? contest.Peers.MinBy(p => windows[p].P50)! : contest.Peers.MaxBy(p => windows[p].Rate)!;
        var (ours, peer) = (windows[contest.Ours], windows[best]);
        var ratio = work.IsLatency ? ours.P50 / peer.P50 : ours.Rate / peer.Rate;
        bool? met = contest.Goal is { } goal ? work.IsLatency ? ratio <= goal : ratio >= goal : null;
        return new(
            work.Name, contest.Ours, best, work.Threads, work.Size, work.Cpu >= 0, work.IsLatency, Figures.Of(ours), Figures.Of(peer), Math.Round(ratio, 3), contest.Goal, met);
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
