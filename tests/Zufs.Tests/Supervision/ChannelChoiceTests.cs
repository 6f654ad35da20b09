using Xunit;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public class ChannelChoiceTests
{
    [Theory]
    [InlineData("auto")]
    [InlineData("zufs")]
    [InlineData("uring")]
    [InlineData("fuse")]
    public void A_known_channel_is_taken(string name) => Assert.Equal(name, ChannelChoice.Resolve(name));

    [Fact]
    public void An_unknown_channel_gets_the_list() =>
        Assert.Contains("auto, zufs, uring, fuse", Assert.Throws<SupervisionException>(() => ChannelChoice.Resolve("fast")).Message);
}
