using System.Globalization;
using Spectre.Console;
using Zufs.Conformance.Latency;
using Zufs.Migrate.Output;

namespace Zufs.Migrate.Compare;

/// <summary>The report for people.</summary>
internal static class CompareTables
{
    private const int MostLines = 8;

    public static void Show(CompareReport report, CommandOutput output)
    {
        output.WriteLine($"A: {report.Channels[0]} at {report.MountPoints[0]}");
        output.WriteLine($"B: {report.Channels[1]} at {report.MountPoints[1]}");
        output.WriteLine("");
        ShowChecks(report, output);
        if (report.Tree is { } tree) ShowTree(tree, output);
        if (report.Latency.Count > 0) ShowSpeed(report, output);
        foreach (string note in report.Notes) output.WriteLine($"Note: {note}");
        output.WriteLine(report.IsSame ? "No difference." : "Different: see above.");
    }

    private static void ShowChecks(CompareReport report, CommandOutput output)
    {
        var checks = report.Checks;
        foreach (var different in checks.Different)
        {
            output.WriteLine($"{different.Name}: {different.Summary}");
            foreach (var line in different.Observations.Take(MostLines)) output.WriteLine($"  {line.What}: A {line.First}, B {line.Second}");
            if (different.Observations.Count > MostLines) output.WriteLine($"  and {different.Observations.Count - MostLines} more");
            output.WriteLine($"  $ {different.Reproduce}");
        }

        output.WriteLine($"Checks: {checks.Total} run, {checks.Same} same, {checks.Different.Count} different.");
    }

    private static void ShowTree(TreeResult tree, CommandOutput output)
    {
        string part = tree.Whole ? "" : " (the first of them; --tree-limit takes more)";
        output.WriteLine($"Tree {tree.Source}: {tree.Files} files{part}, {tree.Bytes / 1e6:0.0} MB, {(tree.Same ? "same" : "different")}.");
        foreach (var side in tree.Sides)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {side.Channel}: copied in {side.CopySeconds:0.0} s, read back in {side.ReadSeconds:0.0} s, SHA-256 {side.Sha256[..16]}"));
            foreach (var difference in side.Differences.Take(MostLines))
                output.WriteLine($"    {difference.Path}: {difference.What} {difference.Actual}, in the source {difference.Expected}");
        }

        if (tree.Reproduce is not null) output.WriteLine($"  $ {tree.Reproduce}");
        output.WriteLine("");
    }

    private static void ShowSpeed(CompareReport report, CommandOutput output)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("operation").AddColumn(Right("size")).AddColumn(Right("threads"));
        foreach (string side in (string[])["A", "B"]) table.AddColumn(Right($"{side} p50 µs")).AddColumn(Right($"{side} p99 µs")).AddColumn(Right($"{side} ops/s"));
        table.AddColumn(Right("B/A ops/s"));
        foreach (var rows in report.Latency.GroupBy(r => (r.Operation, r.Size, r.Threads)))
        {
            var first = rows.FirstOrDefault(r => r.Channel == report.Channels[0]);
            var second = rows.FirstOrDefault(r => r.Channel == report.Channels[1]);
            table.AddRow([
                rows.Key.Operation, Size(rows.Key.Size), rows.Key.Threads.ToString(CultureInfo.InvariantCulture),
                .. Cells(first), .. Cells(second), first is null || second is null ? "" : Ratio(second.OpsPerS / first.OpsPerS)]);
        }

        output.WriteLine($"Speed (A {report.Channels[0]}, B {report.Channels[1]}):");
        output.Console.Write(table);
    }

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();

    private static string[] Cells(LatencyRow? row) => row is null
        ? ["", "", ""]
        : [row.P50Us.ToString("0.0", CultureInfo.InvariantCulture), row.P99Us.ToString("0.0", CultureInfo.InvariantCulture), row.OpsPerS.ToString("N0", CultureInfo.InvariantCulture)];

    private static string Ratio(double ratio)
    {
        string text = ratio.ToString("0.00", CultureInfo.InvariantCulture);
        return ratio >= 1.1 ? $"[green]{text}[/]" : ratio <= 0.9 ? $"[yellow]{text}[/]" : text;
    }

    private static string Size(int size) => size switch
    {
        0 => "",
        >= 1 << 20 => $"{size >> 20} MiB",
        _ => $"{size >> 10} KiB",
    };
}
