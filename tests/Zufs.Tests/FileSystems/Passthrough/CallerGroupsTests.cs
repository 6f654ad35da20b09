using System.Text;
using Xunit;
using Zufs.FileSystems.Passthrough;

namespace Zufs.Tests.FileSystems.Passthrough;

public sealed class CallerGroupsTests
{
    [Theory]
    [InlineData("Name:\tx\nGroups:\t4 24 1000 \nNStgid:\t1\n", new uint[] { 4, 24, 1000 })]
    [InlineData("Name:\tGroups: 7\nGroups:\t \n", new uint[0])]
    [InlineData("Name:\tx\n", new uint[0])]
    [InlineData("Name:\tx\nGroups:\t4294967294", new uint[] { 4294967294 })]
    public void Groups_are_read_from_a_status_file(string text, uint[] expected) =>
        Assert.Equal(expected, CallerGroups.Parse(Encoding.ASCII.GetBytes(text), new uint[16]).ToArray());

    [Fact]
    public void More_groups_than_there_is_room_for_are_left_out() =>
        Assert.Equal([1u, 2u], CallerGroups.Parse("\nGroups:\t1 2 3\n"u8, new uint[2]).ToArray());

    [Fact]
    public void The_groups_of_this_process_are_found()
    {
        string line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("Groups:", StringComparison.Ordinal));
        uint[] expected = [.. line["Groups:".Length..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse)];
        Assert.Equal(expected, CallerGroups.Of((uint)Environment.ProcessId).ToArray());
    }

    [Theory]
    [InlineData("user.a\0trusted.b\0security.c\0", "user.a\0security.c\0")]
    [InlineData("trusted.a\0trusted.b\0", "")]
    [InlineData("user.trusted.x\0", "user.trusted.x\0")]
    [InlineData("", "")]
    public void Names_that_only_root_may_see_are_taken_out_of_a_list(string list, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(list);
        int left = PassthroughFileSystem.WithoutTrusted(bytes);
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes, 0, left));
    }
}
