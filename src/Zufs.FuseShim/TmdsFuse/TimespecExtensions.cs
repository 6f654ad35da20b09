using Tmds.Linux;

namespace Tmds.Fuse;

/// <summary>Points in time between C and .NET.</summary>
public static class TimespecExtensions
{
    private const long NanosecondsPerTick = 100;
    private const long MaxSeconds = long.MaxValue / TimeSpan.TicksPerSecond;

    /// <summary>The date in UTC, cut to 100 ns.</summary>
    /// <param name="ts">A point in time.</param>
    /// <exception cref="InvalidOperationException">It is UTIME_NOW or UTIME_OMIT.</exception>
    /// <exception cref="ArgumentOutOfRangeException">.NET has no such date: before the year 1 or after 9999.</exception>
    public static DateTime ToDateTime(this timespec ts)
    {
        if (ts.IsNow() || ts.IsOmit())
            throw new InvalidOperationException("UTIME_NOW and UTIME_OMIT are no points in time: look at IsNow and IsOmit first.");
        if (ts.tv_sec > MaxSeconds || ts.tv_sec < -MaxSeconds)
            throw new ArgumentOutOfRangeException(nameof(ts), (long)ts.tv_sec, "The date lies before the year 1 or after 9999.");
        return DateTime.UnixEpoch.AddTicks(((long)ts.tv_sec * TimeSpan.TicksPerSecond) + ((long)ts.tv_nsec / NanosecondsPerTick));
    }

    /// <summary>The point in time of a date; a local one is taken to UTC first.</summary>
    /// <param name="dateTime">A date.</param>
    public static timespec ToTimespec(this DateTime dateTime)
    {
        long ticks = dateTime.ToUniversalTime().Ticks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        // Nanoseconds count forward from the second also before 1970.
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }
        return new timespec
        {
            tv_sec = seconds,
            tv_nsec = (int)(rest * NanosecondsPerTick),
        };
    }

    /// <summary>Whether the current time is meant (UTIME_NOW).</summary>
    /// <param name="ts">A time of <see cref="IFuseFileSystem.UpdateTimestamps"/>.</param>
    public static bool IsNow(this timespec ts) => ts.tv_nsec == LibC.UTIME_NOW;

    /// <summary>Whether the time is to be left as it is (UTIME_OMIT).</summary>
    /// <param name="ts">A time of <see cref="IFuseFileSystem.UpdateTimestamps"/>.</param>
    public static bool IsOmit(this timespec ts) => ts.tv_nsec == LibC.UTIME_OMIT;
}
