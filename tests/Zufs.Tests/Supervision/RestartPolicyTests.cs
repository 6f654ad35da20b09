using Xunit;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public sealed class RestartPolicyTests
{
    [Fact]
    public void A_worker_that_lived_is_followed_at_once()
    {
        var policy = new RestartPolicy(new RestartLimit(100, 10));
        for (long now = 1000; now < 5000; now += 400)
            Assert.Equal(0, policy.Died(now, now - 300));
    }

    [Fact]
    public void Workers_that_die_young_are_followed_later_and_later()
    {
        var policy = new RestartPolicy(new RestartLimit(100, 100));
        long now = 1000;
        var delays = new List<long>();
        for (int i = 0; i < 10; i++)
        {
            long delay = policy.Died(now, i % 2 == 0 ? now - 20 : null)!.Value;
            delays.Add(delay);
            now += delay + 20;
        }
        Assert.Equal([0, 10, 20, 40, 80, 160, 320, 640, 1000, 1000], delays);
        Assert.Equal(0, policy.Died(now + 5000, now));
        Assert.Equal(0, policy.Died(now + 5010, now + 5000));
    }

    [Fact]
    public void Too_many_deaths_within_the_window_end_it_and_old_ones_are_forgotten()
    {
        var policy = new RestartPolicy(new RestartLimit(3, 10));
        Assert.NotNull(policy.Died(0, -5000));
        Assert.NotNull(policy.Died(1000, 0));
        Assert.NotNull(policy.Died(10_500, 1000));
        Assert.Null(policy.Died(10_900, 10_500));
    }

    [Fact]
    public void A_limit_of_one_bears_no_death() => Assert.Null(new RestartPolicy(new RestartLimit(1, 10)).Died(0, -5000));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0/10")]
    [InlineData("5/0")]
    [InlineData("5/10/1")]
    [InlineData("-1/5")]
    [InlineData("5/86401")]
    public void What_is_no_limit_is_refused_with_an_example(string text) => Assert.Contains("10/10", Assert.Throws<FormatException>(() => RestartLimit.Parse(text)).Message);

    [Fact]
    public void A_limit_reads_as_it_is_written() => Assert.Equal(new RestartLimit(5, 60), RestartLimit.Parse(new RestartLimit(5, 60).ToString()));
}
