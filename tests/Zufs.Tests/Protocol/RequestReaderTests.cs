using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.Protocol;

namespace Zufs.Tests.Protocol;

public class RequestReaderTests
{
    [Fact]
    public void Two_names_are_read_one_after_the_other()
    {
        var reader = new RequestReader("a\0bc\0"u8);
        Assert.True(reader.TryReadString(out ReadOnlySpan<byte> first));
        Assert.True(reader.TryReadString(out ReadOnlySpan<byte> second));
        Assert.Equal("a"u8, first);
        Assert.Equal("bc"u8, second);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void A_name_without_a_NUL_or_without_bytes_is_refused()
    {
        Assert.False(new RequestReader("abc"u8).TryReadString(out _));
        Assert.False(new RequestReader("\0abc"u8).TryReadString(out _));
        Assert.False(new RequestReader([]).TryReadString(out _));
    }

    [Fact]
    public void Bytes_beyond_the_end_are_refused_whatever_the_length_says() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<uint>(), (bytes, length) =>
        {
            var reader = new RequestReader(bytes);
            return reader.TryReadBytes(length, out ReadOnlySpan<byte> value) == length <= (uint)bytes.Length && value.Length <= bytes.Length;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("name", true)]
    [InlineData("...", true)]
    [InlineData(".hidden", true)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("", false)]
    public void Only_an_entrys_name_is_one(string name, bool isEntry) =>
        Assert.Equal(isEntry, WireName.IsEntry(System.Text.Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Groups_are_found_among_the_extensions()
    {
        byte[] other = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(other, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(other.AsSpan(4), 1);
        byte[] groups = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(groups, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(groups.AsSpan(4), FuseConstants.ExtGroups);
        BinaryPrimitives.WriteUInt32LittleEndian(groups.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(groups.AsSpan(12), 4711);
        var found = new uint[4];
        Assert.True(RequestExtensions.TryReadGroups([.. other, .. groups], found, out int count));
        Assert.Equal(1, count);
        Assert.Equal(4711u, found[0]);
    }

    [Fact]
    public void Extensions_of_any_bytes_are_read_within_their_bounds() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var found = new uint[2];
            RequestExtensions.TryReadGroups(bytes, found, out int count);
            return count <= found.Length;
        }).QuickCheckThrowOnFailure();
}
