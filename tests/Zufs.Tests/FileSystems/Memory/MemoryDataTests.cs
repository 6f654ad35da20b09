using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FileSystems.Memory;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryDataTests : IDisposable
{
    private const ulong Root = MemoryMount.Root;
    private const int Cluster = 1 << 18;
    private readonly MemoryMount _mount = new();

    public void Dispose() => _mount.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65537)]
    [InlineData(Cluster)]
    [InlineData(3 * Cluster + 5)]
    public void What_was_written_is_read(int length)
    {
        ulong node = _mount.Create(Root, "f");
        byte[] data = Pattern(length);
        _mount.Write(node, 0, data);
        Assert.Equal(data, _mount.Read(node, 0, length + 10));
        Assert.Equal((ulong)length, _mount.Stat(node).Size);
        Assert.Equal((ulong)(length + 4095) / 4096 * 8, _mount.Stat(node).Blocks);
        Assert.Empty(_mount.Read(node, length, 10));
        Assert.Empty(_mount.Read(node, long.MaxValue, 10));
    }

    [Fact]
    public void Appends_grow_a_file_through_all_its_block_sizes()
    {
        ulong node = _mount.Create(Root, "f");
        byte[] data = Pattern(Cluster * 2);
        for (int at = 0; at < data.Length; at += 3000)
            _mount.Write(node, at, data.AsSpan(at, Math.Min(3000, data.Length - at)));
        Assert.Equal(data, _mount.Read(node, 0, data.Length));
    }

    [Fact]
    public void Reads_of_a_page_and_more_lend_the_arena()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, Pattern(1 << 20));
        _mount.Read(node, 0, 4095, out int lent);
        Assert.Equal(0, lent);
        _mount.Read(node, 0, 4096, out lent);
        Assert.Equal(1, lent);
        Assert.Equal(Pattern(1 << 20), _mount.Read(node, 0, 1 << 20, out lent));
        Assert.Equal(4, lent);
    }

    [Fact]
    public void A_file_in_more_pieces_than_can_be_lent_is_copied()
    {
        ulong node = _mount.Create(Root, "f");
        for (int page = 0; page < 200; page += 2)
            _mount.Write(node, page * 4096, Pattern(4096));
        byte[] read = _mount.Read(node, 0, 200 * 4096, out int lent);
        Assert.Equal((0, 199 * 4096), (lent, read.Length));
        Assert.Equal(Pattern(4096), read[(4096 * 198)..(4096 * 199)]);
        Assert.True(read.AsSpan(4096, 4096).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Holes_take_no_space_and_read_as_zeros()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 1L << 40, "end"u8);
        Assert.Equal(((1UL << 40) + 3, 8UL), (_mount.Stat(node).Size, _mount.Stat(node).Blocks));
        Assert.True(_mount.Read(node, 1L << 39, 1 << 20).AsSpan().IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal(1L << 40, _mount.Seek(node, 0, whence: 3));
        Assert.Equal(0, _mount.Seek(node, 0, whence: 4));
        Assert.Equal((1L << 40) + 3, _mount.Seek(node, 1L << 40, whence: 4));
        Assert.Equal(-1, _mount.Seek(node, (1L << 40) + 3, whence: 3));
    }

    [Fact]
    public void A_file_may_be_as_long_as_an_offset_can_say()
    {
        ulong node = _mount.Create(Root, "f");
        Assert.Equal(Errno.Success, _mount.Truncate(node, long.MaxValue));
        Assert.Equal(Errno.EFBIG, _mount.TryWrite(node, long.MaxValue - 2, "long"u8, out _));
        _mount.Write(node, long.MaxValue - 4, "last"u8);
        Assert.Equal("last"u8.ToArray(), _mount.Read(node, long.MaxValue - 4, 100));
        Assert.Equal(long.MaxValue, _mount.Seek(node, long.MaxValue - 1, whence: 4));
        Assert.Equal(Errno.Success, _mount.FAllocate(node, long.MaxValue - 10, 10, mode: 0));
        Assert.Equal(Errno.EFBIG, _mount.FAllocate(node, long.MaxValue - 10, 11, mode: 0));
        Assert.Equal(Errno.Success, _mount.Truncate(node, 0));
        Assert.Equal(0UL, _mount.Stat(node).Blocks);
    }

    [Fact]
    public void What_was_cut_off_comes_back_as_zeros()
    {
        ulong node = _mount.Create(Root, "f");
        foreach (int cut in new[] { 10, 5000, Cluster - 1, Cluster, Cluster + 10 })
        {
            byte[] data = Pattern(Cluster * 2);
            _mount.Write(node, 0, data);
            _mount.Truncate(node, cut);
            Assert.Equal((ulong)(cut + 4095) / 4096 * 8, _mount.Stat(node).Blocks);
            _mount.Truncate(node, Cluster * 3);
            data.AsSpan(cut).Clear();
            Assert.Equal(data, _mount.Read(node, 0, data.Length));
        }
    }

    [Fact]
    public void Punching_frees_pages_and_zeroes_parts_of_them()
    {
        ulong node = _mount.Create(Root, "f");
        byte[] data = Pattern(Cluster * 2);
        _mount.Write(node, 0, data);
        Assert.Equal(Errno.Success, _mount.FAllocate(node, 100, Cluster, mode: 3));
        data.AsSpan(100, Cluster).Clear();
        Assert.Equal(data, _mount.Read(node, 0, data.Length));
        Assert.Equal((128UL - 63) * 8, _mount.Stat(node).Blocks);
        Assert.Equal(4096, _mount.Seek(node, 0, whence: 4));
        Assert.Equal(Cluster, _mount.Seek(node, 4096, whence: 3));
        Assert.Equal(Errno.EOPNOTSUPP, _mount.FAllocate(node, 0, 1, mode: 2));
        Assert.Equal(Errno.EOPNOTSUPP, _mount.FAllocate(node, 0, 4096, mode: 8));
    }

    [Fact]
    public void Allocating_counts_space_and_keeps_content()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, "abc"u8);
        Assert.Equal(Errno.Success, _mount.FAllocate(node, 0, 1 << 20, mode: 1));
        Assert.Equal((3UL, 2048UL), (_mount.Stat(node).Size, _mount.Stat(node).Blocks));
        Assert.Equal(Errno.Success, _mount.FAllocate(node, 0, 1 << 20, mode: 0));
        Assert.Equal("abc\0"u8.ToArray(), _mount.Read(node, 0, 4));
        Assert.Equal(1UL << 20, _mount.Stat(node).Size);
        Assert.Equal(Errno.Success, _mount.FAllocate(node, 1, 10, mode: 16));
        Assert.Equal("a\0\0"u8.ToArray(), _mount.Read(node, 0, 3));
        _mount.Truncate(node, 3);
        Assert.Equal(8UL, _mount.Stat(node).Blocks);
    }

    [Fact]
    public void A_full_file_system_takes_what_fits_then_says_so()
    {
        using var small = new MemoryMount(new MemoryOptions { Size = 10 * 4096 });
        ulong node = small.Create(Root, "f");
        Assert.Equal(Errno.Success, small.TryWrite(node, 100, new byte[20 * 4096], out uint written));
        Assert.Equal(10u * 4096 - 100, written);
        Assert.Equal(Errno.ENOSPC, small.TryWrite(node, 1 << 20, "x"u8, out _));
        Assert.Equal(Errno.ENOSPC, small.FAllocate(node, 0, 11 * 4096, mode: 0));
        Assert.Equal((10UL, 0UL), (small.StatFs().Blocks, small.StatFs().FreeBlocks));
        small.Write(node, 0, Pattern(4096));
        small.Truncate(node, 4096);
        Assert.Equal(9UL, small.StatFs().FreeBlocks);
        Assert.Equal(Errno.ENOSPC, small.FAllocate(node, 0, 1L << 40, mode: 0));
    }

    [Fact]
    public void A_full_arena_is_no_space_and_no_crash()
    {
        using var small = new MemoryMount(new MemoryOptions { Size = 1L << 30 }, arenaSize: 4L << 20);
        ulong node = small.Create(Root, "f");
        Errno error = Errno.Success;
        for (long at = 0; error == Errno.Success && at < 1 << 30; at += Cluster)
            error = small.TryWrite(node, at, "x"u8, out _);
        Assert.Equal(Errno.ENOSPC, error);
        small.Truncate(node, 0);
        small.Write(node, Cluster, "x"u8);
    }

    [Fact]
    public void Copies_between_files_keep_holes()
    {
        ulong from = _mount.Create(Root, "from");
        ulong to = _mount.Create(Root, "to");
        _mount.Write(from, 0, Pattern(5000));
        _mount.Write(from, 3 * Cluster, Pattern(100));
        Assert.Equal(3UL * Cluster + 90, Copy(from, 10, to, 0, 1L << 30));
        Assert.Equal(_mount.Read(from, 10, 1 << 20), _mount.Read(to, 0, 1 << 20));
        Assert.InRange(_mount.Stat(to).Blocks, 1UL, 5 * 8UL);
        Assert.Equal(0UL, Copy(from, 1L << 30, to, 0, 10));
    }

    [Fact]
    public void A_copy_within_a_small_file_survives_that_its_block_grows()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, Pattern(60));
        Assert.Equal(60UL, Copy(node, 0, node, 10000, 60));
        Assert.Equal(Pattern(60), _mount.Read(node, 10000, 100));
        Assert.Equal(Pattern(60), _mount.Read(node, 0, 60));
    }

    [Fact]
    public void Lent_memory_is_not_used_again_before_the_lease_ends()
    {
        ulong node = _mount.Create(Root, "f");
        _mount.Write(node, 0, Pattern(3 * Cluster));
        var room = new byte[1 << 20];
        var pieces = new UnmanagedMemory[64];
        var reply = new DataReply(room, pieces);
        Assert.Equal(Errno.Success, _mount.FileSystem.Read(_mount.Request, node, node, 0, ref reply));
        Assert.True(reply.IsLent);
        _mount.Unlink(Root, "f");
        _mount.Close(node);
        _mount.FileSystem.Forget(node, 1);
        ulong other = _mount.Create(Root, "other");
        _mount.Write(other, 0, new byte[4 * Cluster]);
        Assert.Equal(Pattern(3 * Cluster), MemoryMount.Take(ref reply));
        long mark = _mount.Arena.HighWaterMark;
        reply.Lease!.Release(reply.LeaseToken);
        _mount.Write(other, 4 * Cluster, new byte[3 * Cluster]);
        Assert.Equal(mark, _mount.Arena.HighWaterMark);
    }

    internal static byte[] Pattern(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private ulong Copy(ulong from, long at, ulong to, long into, long length)
    {
        ulong copied = 0;
        var range = new CopyRange(from, from, (ulong)at, to, to, (ulong)into, (ulong)length, 0);
        Assert.Equal(Errno.Success, _mount.FileSystem.CopyFileRange(_mount.Request, range, ref copied));
        return copied;
    }
}
