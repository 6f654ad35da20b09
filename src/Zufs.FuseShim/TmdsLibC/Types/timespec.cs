namespace Tmds.Linux;

/// <summary>A point in time, as <c>struct timespec</c>; <c>tv_nsec</c> may be UTIME_NOW or UTIME_OMIT (utimensat(2)).</summary>
public struct timespec
{
    /// <summary>Seconds since 1970-01-01 00:00:00 UTC.</summary>
    public time_t tv_sec;

    /// <summary>Nanoseconds within the second, 0 to 999,999,999.</summary>
    public long_t tv_nsec;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(timespec left, timespec right) => left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(timespec left, timespec right) => !(left == right);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is timespec other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(tv_sec, tv_nsec);
}
