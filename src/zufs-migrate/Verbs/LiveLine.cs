using System.Globalization;
using Zufs.Diagnostics;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary>One line on a terminal's stderr that says what a mount does, second by second.</summary>
internal static class LiveLine
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Shows the line till the mount ends; nothing but waiting when stderr is no terminal.</summary>
    public static async Task ShowWhile(RunningMount mount)
    {
        if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb")
        {
            await mount.Ended;
            return;
        }
        MountStatus? last = mount.Status();
        using var timer = new PeriodicTimer(s_interval);
        while (!mount.Ended.IsCompleted && last is not null)
        {
            await Task.WhenAny(mount.Ended, timer.WaitForNextTickAsync().AsTask());
            if (mount.Status() is not { } now)
                break;
            Console.Error.Write($"\r\u001b[K{Text(last, now, s_interval)}");
            last = now;
        }
        Console.Error.Write("\r\u001b[K");
        await mount.Ended;
    }

    /// <summary>What happened between two looks.</summary>
    /// <param name="before">The earlier.</param>
    /// <param name="after">The later.</param>
    /// <param name="interval">The time between them.</param>
    internal static string Text(MountStatus before, MountStatus after, TimeSpan interval)
    {
        long[] buckets = new long[after.Latency.Count];
        for (int i = 0; i < buckets.Length; i++)
            buckets[i] = after.Latency[i] - (i < before.Latency.Count ? before.Latency[i] : 0);
        double rate = (after.Operations - before.Operations) / interval.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"{rate:n0} operations/s  p50 {Microseconds(buckets, 0.5)}  p99 {Microseconds(buckets, 0.99)}  errors {after.Errors:n0}");
    }

    private static string Microseconds(long[] buckets, double share)
    {
        double nanoseconds = LatencyHistogram.Percentile(buckets, share);
        return nanoseconds == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:0.0} µs");
    }
}
