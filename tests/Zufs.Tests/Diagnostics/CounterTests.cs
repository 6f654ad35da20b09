using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.Arenas;
using Zufs.Diagnostics;

namespace Zufs.Tests.Diagnostics;

public class CounterTests
{
    [Fact]
    public void A_bucket_is_right_within_six_percent() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), any =>
        {
            long duration = any & ((1L << 39) - 1);
            double shown = LatencyHistogram.MiddleOf(LatencyHistogram.BucketOf(duration));
            return Math.Abs(shown - duration) <= Math.Max(0.5, duration * 0.06);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Longer_never_goes_into_an_earlier_bucket()
    {
        int last = 0;
        for (long duration = 0; duration < 1L << 41; duration += 1 + duration / 50)
        {
            int bucket = LatencyHistogram.BucketOf(duration);
            Assert.InRange(bucket, last, LatencyHistogram.BucketCount - 1);
            last = bucket;
        }
        Assert.Equal(0, LatencyHistogram.BucketOf(-5));
        Assert.Equal(LatencyHistogram.BucketCount - 1, LatencyHistogram.BucketOf(long.MaxValue));
    }

    [Fact]
    public void Percentiles_are_read_from_counts()
    {
        var buckets = new long[LatencyHistogram.BucketCount];
        Assert.Equal(0, LatencyHistogram.Percentile(buckets, 0.5));
        for (long nanoseconds = 1; nanoseconds <= 10_000; nanoseconds++)
            buckets[LatencyHistogram.BucketOf(nanoseconds)]++;
        Assert.InRange(LatencyHistogram.Percentile(buckets, 0.5), 5000 * 0.94, 5000 * 1.06);
        Assert.InRange(LatencyHistogram.Percentile(buckets, 0.99), 9900 * 0.94, 9900 * 1.06);
    }

    [Fact]
    public void Another_process_reads_what_was_counted()
    {
        using Arena arena = Arena.Create("zufs-test", 8 << 20);
        long first = CounterBlocks.Take(arena);
        long second = CounterBlocks.Take(arena);
        Assert.NotEqual(first, second);
        arena.At<CounterBlock>(first).Operations[3] = 5;
        arena.At<CounterBlock>(second).Operations[3] = 7;
        arena.At<CounterBlock>(second).Errors = 2;
        SessionCounters sum = SessionCounters.Read(arena);
        Assert.Equal((12L, 12L, 2L), (sum.Operations, sum.OperationsOf(Zufs.Protocol.FuseOpcode.FUSE_GETATTR), sum.Errors));
        // The next thread goes on with the same block.
        CounterBlocks.Return(arena, first);
        Assert.Equal(first, CounterBlocks.Take(arena));
        CounterBlocks.Disown(arena);
        Assert.Equal(12, SessionCounters.Read(arena).Operations);
    }

    [Fact]
    public void A_flood_of_lines_is_cut_and_counted()
    {
        var lines = new List<string>();
        var log = new RateLimitedLog(lines.Add, linesPerSecond: 3);
        for (int i = 0; i < 10; i++)
            log.Write($"line {i}");
        Assert.Equal(["line 0", "line 1", "line 2"], lines);
        new RateLimitedLog(_ => throw new IOException("disk full")).Write("swallowed");
    }
}
