using Tmds.Fuse;
using Tmds.Linux;
using Xunit;

namespace Zufs.Tests.FuseShim.Tmds;

public class TimespecExtensionsTests
{
    [Theory]
    [InlineData(1970, 1, 1, 0L, 0)]
    [InlineData(2024, 2, 29, 1709164800L, 0)]
    [InlineData(1, 1, 1, -62135596800L, 0)]
    public void A_date_comes_back_as_it_went(int year, int month, int day, long seconds, int nanoseconds)
    {
        var date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        timespec time = date.ToTimespec();
        Assert.True(time == new timespec { tv_sec = seconds, tv_nsec = nanoseconds });
        Assert.Equal(date, time.ToDateTime());
        Assert.Equal(DateTimeKind.Utc, time.ToDateTime().Kind);
    }

    [Fact]
    public void Nanoseconds_count_forward_before_1970_too()
    {
        timespec time = DateTime.UnixEpoch.AddTicks(-1).ToTimespec();
        Assert.True(time == new timespec { tv_sec = -1, tv_nsec = 999_999_900 });
        Assert.Equal(DateTime.UnixEpoch.AddTicks(-1), time.ToDateTime());
    }

    [Fact]
    public void A_local_date_is_taken_to_UTC()
    {
        var local = new DateTime(2024, 6, 1, 12, 0, 0, DateTimeKind.Local);
        Assert.Equal(local.ToUniversalTime(), local.ToTimespec().ToDateTime());
    }

    [Fact]
    public void Now_and_omit_are_no_dates()
    {
        var now = new timespec { tv_nsec = LibC.UTIME_NOW };
        var omit = new timespec { tv_nsec = LibC.UTIME_OMIT };
        Assert.True(now.IsNow() && !now.IsOmit());
        Assert.True(omit.IsOmit() && !omit.IsNow());
        Assert.Throws<InvalidOperationException>(() => now.ToDateTime());
        Assert.Throws<InvalidOperationException>(() => omit.ToDateTime());
    }

    [Fact]
    public void What_NET_has_no_date_for_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new timespec { tv_sec = long.MaxValue }.ToDateTime());
}
