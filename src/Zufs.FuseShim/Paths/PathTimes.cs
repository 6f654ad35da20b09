using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>The two special times of utimensat(2), as they arrive at <see cref="IPathFileSystem.UpdateTimes"/>: values of the nanoseconds.</summary>
public static class PathTimes
{
    /// <summary>UTIME_NOW in the nanoseconds: set to the current time.</summary>
    public const uint NowNanoseconds = (1u << 30) - 1;

    /// <summary>UTIME_OMIT in the nanoseconds: leave as it is.</summary>
    public const uint OmitNanoseconds = (1u << 30) - 2;

    /// <summary>Set to the current time.</summary>
    public static Timestamp Now => new(0, NowNanoseconds);

    /// <summary>Leave as it is.</summary>
    public static Timestamp Omit => new(0, OmitNanoseconds);

    /// <summary>Whether the current time is meant.</summary>
    /// <param name="time">A time of <see cref="IPathFileSystem.UpdateTimes"/>.</param>
    public static bool IsNow(Timestamp time) => time.Nanoseconds == NowNanoseconds;

    /// <summary>Whether it is to be left as it is.</summary>
    /// <param name="time">A time of <see cref="IPathFileSystem.UpdateTimes"/>.</param>
    public static bool IsOmit(Timestamp time) => time.Nanoseconds == OmitNanoseconds;
}
