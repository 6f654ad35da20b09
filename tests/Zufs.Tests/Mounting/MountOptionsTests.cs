using Xunit;
using Zufs.FileSystems;
using Zufs.Mounting;

namespace Zufs.Tests.Mounting;

public class MountOptionsTests
{
    [Fact]
    public void An_empty_list_is_the_defaults() => Assert.Equal(new MountOptions(), MountOptions.Parse(""));

    [Fact]
    public void Devices_and_set_id_bits_are_dead_unless_asked_for()
    {
        Assert.True(new MountOptions().NoDev);
        Assert.True(new MountOptions().NoSuid);
        Assert.False(MountOptions.Parse("dev,suid").NoDev);
        Assert.False(MountOptions.Parse("dev,suid").NoSuid);
    }

    [Fact]
    public void A_list_sets_what_it_names()
    {
        MountOptions options = MountOptions.Parse(
            "ro,allow_other,default_permissions,noexec,noatime,max_read=65536,subtype=my-fs,fsname=host:/x,entry_timeout=2.5,attr_timeout=inf");
        Assert.True(options.ReadOnly && options.AllowOther && options.DefaultPermissions && options.NoExec && options.NoAtime);
        Assert.Equal(65536, options.MaxRead);
        Assert.Equal("my-fs", options.Subtype);
        Assert.Equal("host:/x", options.Source);
        Assert.Equal(new CacheTimeout(2, 500_000_000), options.EntryTimeout);
        Assert.Equal(CacheTimeout.Unlimited, options.AttrTimeout);
    }

    [Fact]
    public void A_later_word_overrides_an_earlier_one() => Assert.False(MountOptions.Parse("ro,rw").ReadOnly);

    [Fact]
    public void An_escaped_comma_belongs_to_the_value() => Assert.Equal(@"a,b\c", MountOptions.Parse(@"fsname=a\,b\\c,ro").Source);

    [Theory]
    [InlineData("")]
    [InlineData("ro,noexec,noatime,sync,allow_other,default_permissions,suid,dev")]
    [InlineData("allow_root,default_permissions")]
    [InlineData("writeback_cache,max_write=262144")]
    [InlineData(@"fsname=a\,b\\c,subtype=x,max_read=4096,entry_timeout=0.25,attr_timeout=inf")]
    public void A_printed_list_parses_to_the_same_options(string list)
    {
        MountOptions options = MountOptions.Parse(list);
        Assert.Equal(options, MountOptions.Parse(options.ToString()));
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("nonsense=1", "nonsense")]
    [InlineData("fd=3", "Leave it out")]
    [InlineData("allow_root,allow_other", "contradict")]
    [InlineData("max_read", "needs a value")]
    [InlineData("max_read=x", "number of bytes")]
    [InlineData("max_read=-1", "number of bytes")]
    [InlineData("max_read=1", "4096")]
    [InlineData("max_read=99999999", "1048576")]
    [InlineData("max_write=1", "4096")]
    [InlineData("max_write=99999999", "16777216")]
    [InlineData("attr_timeout=-1", "number of seconds")]
    [InlineData("attr_timeout=NaN", "number of seconds")]
    [InlineData("subtype=a/b", "subtype")]
    [InlineData("subtype=", "subtype")]
    [InlineData(@"subtype=a\,b", "subtype")]
    [InlineData("fsname=a\nb", "fsname")]
    [InlineData("fsname=", "fsname")]
    public void A_wrong_option_is_refused_with_a_sentence(string list, string expected)
    {
        var e = Assert.Throws<MountException>(() => MountOptions.Parse(list));
        Assert.Contains(expected, e.Message);
        Assert.EndsWith(".", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }
}
