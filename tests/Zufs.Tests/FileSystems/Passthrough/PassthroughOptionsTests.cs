using Xunit;
using Zufs.FileSystems.Passthrough;

namespace Zufs.Tests.FileSystems.Passthrough;

public sealed class PassthroughOptionsTests
{
    [Fact]
    public void A_directory_alone_has_the_defaults() =>
        Assert.Equal(new PassthroughOptions { Directory = "/srv/data" }, PassthroughOptions.Parse("/srv/data"));

    [Fact]
    public void Options_stand_behind_the_directory()
    {
        PassthroughOptions options = PassthroughOptions.Parse("/srv,data=copy,cache=writeback,permissions=backing,noatime");
        Assert.Equal(
            new PassthroughOptions
            {
                Directory = "/srv",
                Data = PassthroughData.Copy,
                Cache = PassthroughCache.Writeback,
                Permissions = PassthroughPermissions.Backing,
                NoAtime = true,
            },
            options);
    }

    [Theory]
    [InlineData("/srv/a,b")]
    [InlineData("/srv/a,noatime/")]
    [InlineData("/srv,/x=y")]
    public void A_name_may_hold_commas(string directory)
    {
        Assert.Equal(directory, PassthroughOptions.Parse(directory).Directory);
        Assert.Equal(directory, PassthroughOptions.Parse(directory + ",noatime").Directory);
    }

    [Theory]
    [InlineData("/srv,data=kernel", "auto or copy")]
    [InlineData("/srv,cache=", "auto, none or writeback")]
    [InlineData("/srv,permissions=none", "kernel or backing")]
    [InlineData("", "passthrough:DIR")]
    public void A_wrong_value_is_refused_with_those_that_are_right(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => PassthroughOptions.Parse(text)).Message);
}
