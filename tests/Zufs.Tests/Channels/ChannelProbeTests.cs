using Xunit;
using Zufs.Channels;

namespace Zufs.Tests.Channels;

public class ChannelProbeTests
{
    [Fact]
    public void Every_channel_is_probed_best_first_and_says_why()
    {
        IReadOnlyList<ChannelProbe> probes = ChannelProbes.All();
        Assert.Equal(["zufs", "uring", "fuse"], probes.Select(p => p.Channel));
        Assert.All(probes, p => Assert.EndsWith(".", p.Reason));
        Assert.All(probes.Where(p => p.IsUsable), p => Assert.Null(p.Remedy));
    }

    [Fact]
    public void Without_the_module_zufs_says_where_it_is_to_be_had()
    {
        ChannelProbe onItsKernel = ChannelProbes.WithoutModule(new Version(6, 12, 117));
        Assert.False(onItsKernel.IsUsable);
        Assert.Contains("insmod", onItsKernel.Remedy);
        ChannelProbe onAnother = ChannelProbes.WithoutModule(new Version(6, 18, 0));
        Assert.Contains("Linux 6.12", onAnother.Reason);
        Assert.Contains("vm-shell", onAnother.Remedy);
    }

    [Fact]
    public void The_page_limit_is_the_kernels_or_its_default() => Assert.InRange(FuseLimits.MaxPages, 1, 65535);

    [Theory]
    [InlineData("0-1\n", 1)]
    [InlineData("0", 0)]
    [InlineData("0-3,8-11", 11)]
    [InlineData("0,2", 2)]
    [InlineData("", -1)]
    [InlineData("x-y", -1)]
    [InlineData("0-99999", -1)]
    public void The_last_possible_cpu_is_read_from_the_kernels_list(string list, int last) => Assert.Equal(last, Cpus.ParseLast(list));
}
