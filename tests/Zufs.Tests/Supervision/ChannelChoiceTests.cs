using Xunit;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public class ChannelChoiceTests
{
    [Theory]
    [InlineData("auto")]
    [InlineData("uring")]
    [InlineData("fuse")]
    public void A_known_channel_is_taken(string name) => Assert.Equal(name, ChannelChoice.Resolve(name));

    [Fact]
    public void Zufs_says_that_the_module_is_missing() =>
        Assert.Contains("zufs.ko", Assert.Throws<SupervisionException>(() => ChannelChoice.Resolve("zufs")).Message);

    [Fact]
    public void An_unknown_channel_gets_the_list() =>
        Assert.Contains("auto, uring, fuse", Assert.Throws<SupervisionException>(() => ChannelChoice.Resolve("fast")).Message);
}
