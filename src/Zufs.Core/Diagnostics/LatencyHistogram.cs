using System.Numerics;
using System.Runtime.CompilerServices;

namespace Zufs.Diagnostics;

/// <summary>
/// Buckets of durations in nanoseconds: sixteen per power of two, so a percentile is right within 6 %. As unmanaged memory, so that it can
/// stand in the arena and be read by another process.
/// </summary>
[InlineArray(BucketCount)]
public struct LatencyHistogram
{
    /// <summary>How many buckets there are: up to 2^40 ns, some 18 minutes.</summary>
    public const int BucketCount = (MaxShift - SubShift + 1) * SubBuckets;

    private const int SubShift = 4;
    private const int SubBuckets = 1 << SubShift;
    private const int MaxShift = 40;

    private long _first;

    /// <summary>The bucket of a duration.</summary>
    /// <param name="nanoseconds">Any; what is too long goes to the last bucket, what is negative to the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < SubBuckets)
            return (int)Math.Max(0, nanoseconds);
        int shift = BitOperations.Log2((ulong)nanoseconds);
        if (shift >= MaxShift)
            return BucketCount - 1;
        return ((shift - SubShift + 1) << SubShift) + (int)((nanoseconds >> (shift - SubShift)) & (SubBuckets - 1));
    }

    /// <summary>The middle of a bucket in nanoseconds.</summary>
    /// <param name="bucket">0 to <see cref="BucketCount"/> - 1.</param>
    public static double MiddleOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        int shift = (bucket >> SubShift) - 1;
        long low = (long)(SubBuckets + (bucket & (SubBuckets - 1))) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }

    /// <summary>The duration below which a share of all lie.</summary>
    /// <param name="buckets">Counts by bucket.</param>
    /// <param name="share">0.5 for the median, 0.99 for p99.</param>
    /// <returns>Nanoseconds; 0 when nothing was counted.</returns>
    public static double Percentile(ReadOnlySpan<long> buckets, double share)
    {
        long total = 0;
        foreach (long count in buckets)
            total += count;
        if (total == 0)
            return 0;
        long wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        long seen = 0;
        for (int bucket = 0; bucket < buckets.Length; bucket++)
        {
            seen += buckets[bucket];
            if (seen >= wanted)
                return MiddleOf(bucket);
        }
        return MiddleOf(buckets.Length - 1);
    }
}
