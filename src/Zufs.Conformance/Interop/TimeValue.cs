using System.Globalization;

namespace Zufs.Conformance.Interop;

/// <summary>struct timespec: a time of a file.</summary>
/// <param name="Seconds">Seconds since 1970; may be negative.</param>
/// <param name="Nanoseconds">0 to 999,999,999, or UTIME_NOW or UTIME_OMIT.</param>
public readonly record struct TimeValue(long Seconds, long Nanoseconds) : IComparable<TimeValue>
{
    /// <summary>Earlier is less.</summary>
    /// <param name="other">The other time.</param>
    public int CompareTo(TimeValue other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Seconds with nine digits after the point.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds}.{Nanoseconds:D9}");
}
