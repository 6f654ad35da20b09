using System.Diagnostics;
using System.Globalization;
using Zufs.Conformance;
using Zufs.Conformance.Latency;
using Zufs.Conformance.Trees;
using Zufs.Supervision;

namespace Zufs.Guest;

/// <summary><c>compare</c>: one file system by two channels; every check, a tree, and speed when it is asked for.</summary>
internal static class CompareCommand
{
    private const string TreeSource = "/usr/share/tree";

    // An emulated machine copies some ten files a second.
    private const int MostFiles = 150;

    private const int Patience = 3;

    private const string ChanceOfPaths = "parallel-links";

    /// <summary>Mounts a file system by two channels.</summary>
    public static int Run(string fileSystem, string first, string second, string[] parts)
    {
        using RunningMount a = MountCommand.Start(fileSystem, "/mnt/a", first);
        using RunningMount b = MountCommand.Start(fileSystem, "/mnt/b", second);
        int bad = 0;
        foreach ((string asked, RunningMount mount) in (ReadOnlySpan<(string, RunningMount)>)[(first, a), (second, b)])
        {
            Console.WriteLine($"NOTE asked for {asked}, mounted by {mount.Channel}");
            if (mount.Channel != asked && asked != ChannelChoice.Auto)
                bad += Fail("channel", $"{asked} was asked for, and {mount.Channel} taken: {string.Join(' ', mount.Notes)}");
        }
        bad += Compare(new Side(a.Channel, a.MountPoint), new Side(b.Channel, b.MountPoint), mustPass: true, parts);
        return bad == 0 ? 0 : 1;
    }

    /// <summary>Two mounts that exist. Their file system may lack what checks want; it must lack it on both.</summary>
    public static int RunAt(string first, string firstMount, string second, string secondMount, string[] parts) =>
        Compare(new Side(first, firstMount), new Side(second, secondMount), mustPass: false, parts) == 0 ? 0 : 1;

    private static int Compare(Side a, Side b, bool mustPass, string[] parts)
    {
        int bad = 0;
        if (parts.Length == 0 || parts.Contains("checks"))
            bad += Checks(a, b, mustPass);
        if (parts.Length == 0 || parts.Contains("tree"))
            bad += Tree(a, b);
        if (parts.Contains("speed"))
            Speed(a, b);
        return bad;
    }

    private static int Checks(Side a, Side b, bool mustPass)
    {
        CheckRunner first = new(a.MountPoint), second = new(b.MountPoint);
        int bad = 0;
        foreach (Check check in CheckCatalogue.All)
        {
            if (!mustPass && check.Name == ChanceOfPaths)
            {
                Console.WriteLine($"NOTE check {check.Name} was not run: each name of a path-based file system is a file of its own, so what racing links count is chance.");
                continue;
            }
            var clock = Stopwatch.StartNew();
            CheckResult left = first.Run(check);
            TimeSpan between = clock.Elapsed;
            CheckResult right = second.Run(check);
            string took = string.Create(CultureInfo.InvariantCulture, $"{between.TotalSeconds:0.0} s, {(clock.Elapsed - between).TotalSeconds:0.0} s");
            CheckComparison comparison = CheckComparison.Of(left, right);
            // A path-based file system hides a file that is closed and removed at once, until the RELEASE comes: by chance, on every channel.
            for (int again = 0; !mustPass && !comparison.IsSame && again < Patience; again++)
            {
                Console.WriteLine($"NOTE check {check.Name} differed, and is made again: {Differences(comparison, a, b)}");
                comparison = CheckComparison.Of(left = first.Run(check), right = second.Run(check));
            }
            if (!comparison.IsSame)
                bad += Fail($"check {check.Name}", Differences(comparison, a, b));
            else if (right.Skipped is { } reason)
                Console.WriteLine($"NOTE check {check.Name} was not run: {reason}");
            else if (mustPass && !right.Passed)
                bad += Fail($"check {check.Name}", right.Explain().ReplaceLineEndings("; "));
            else
                Console.WriteLine($"PASS check {check.Name}, {b.Channel} as {a.Channel} ({took})");
        }
        return bad;
    }

    private static int Tree(Side a, Side b)
    {
        var copy = new TreeCopy(TreeSource, MostFiles);
        TreeReport first = copy.Run(a.MountPoint), second = copy.Run(b.MountPoint);
        if (first.IsSame && second.IsSame && first.Digest == second.Digest)
        {
            Console.WriteLine($"PASS A tree of {first.Files} files comes back the same from {a.Channel} and {b.Channel}");
            return 0;
        }
        TreeDifference? difference = first.Differences.Concat(second.Differences).FirstOrDefault();
        return Fail("tree", difference is null ? "the digests differ" : $"{difference.Path}: {difference.What} {difference.Actual}, in the source {difference.Expected}");
    }

    private static void Speed(Side a, Side b)
    {
        var probe = new LatencyProbe([new LatencySubject(a.Channel, a.MountPoint), new LatencySubject(b.Channel, b.MountPoint)], LatencyOptions.Quick with { Threads = [1] });
        foreach (LatencyRow row in probe.Run())
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"SPEED {row.Operation} {row.Size} {row.Threads} {row.Channel} {row.P50Us:0.0} {row.P99Us:0.0} {row.OpsPerS:0}"));
        }
        foreach (string note in probe.Notes)
            Console.WriteLine($"NOTE {note}");
    }

    private static string Differences(CheckComparison comparison, Side a, Side b) =>
        string.Join("; ", comparison.Differences.Select(d => $"{d.What}: {a.Channel} {d.First}, {b.Channel} {d.Second}"));

    private static int Fail(string name, string why)
    {
        Console.WriteLine($"FAIL {name}: {why}");
        return 1;
    }

    private readonly record struct Side(string Channel, string MountPoint);
}
