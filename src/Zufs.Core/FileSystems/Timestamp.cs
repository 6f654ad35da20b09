namespace Zufs.FileSystems;

/// <summary>A point in time as file systems keep it: seconds since 1970 (negative before), nanoseconds within the second.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 00:00:00 UTC.</param>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
public readonly record struct Timestamp(long Seconds, uint Nanoseconds)
{
    /// <summary>Now, as precise as the system's clock tells (100 ns).</summary>
    public static Timestamp Now => FromDateTime(DateTime.UtcNow);

    /// <summary>The same point in time, from a UTC date.</summary>
    /// <param name="utc">A date in UTC.</param>
    public static Timestamp FromDateTime(DateTime utc)
    {
        long ticks = utc.Ticks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }
        return new Timestamp(seconds, (uint)(rest * 100));
    }
}
