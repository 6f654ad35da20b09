using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.Tests.Arenas;

public class ArenaTests
{
    private const long Size = 64L << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(4096)]
    [InlineData(65536)]
    [InlineData(1 << 20)]
    public void A_block_is_zeroed_also_when_it_is_used_again(int size)
    {
        using Arena arena = Arena.Create("test", Size);
        long first = arena.Allocate(size);
        arena.Bytes(first, size).Fill(0xAA);
        arena.Free(first, size);
        var seen = new HashSet<long>();
        for (int i = 0; i < 4; i++)
        {
            long block = arena.Allocate(size);
            Assert.True(seen.Add(block));
            Assert.True(arena.Bytes(block, size).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void Blocks_of_a_page_and_more_are_page_aligned()
    {
        using Arena arena = Arena.Create("test", Size);
        for (int size = 4096; size <= 1 << 20; size *= 2)
        {
            Assert.Equal(0, arena.Allocate(size) % 4096);
            Assert.Equal(0, arena.Allocate(32) % 32);
        }
    }

    [Fact]
    public void What_is_freed_is_used_again_before_the_arena_grows()
    {
        using Arena arena = Arena.Create("test", Size);
        arena.Free(arena.Allocate(1 << 18), 1 << 18);
        long mark = arena.HighWaterMark;
        for (int i = 0; i < 1000; i++)
            arena.Free(arena.Allocate(1 << 18), 1 << 18);
        Assert.Equal(mark, arena.HighWaterMark);
    }

    [Fact]
    public void What_another_thread_freed_is_used_again()
    {
        using Arena arena = Arena.Create("test", Size);
        long mark = 0;
        for (int round = 0; round < 20; round++)
        {
            var blocks = new long[100];
            var makes = new Thread(() => Array.ForEach(Enumerable.Range(0, 100).ToArray(), i => blocks[i] = arena.Allocate(1 << 16)));
            makes.Start();
            makes.Join();
            var frees = new Thread(() => Array.ForEach(blocks, b => arena.Free(b, 1 << 16)));
            frees.Start();
            frees.Join();
            mark = round == 0 ? arena.HighWaterMark : mark;
        }
        Assert.Equal(mark, arena.HighWaterMark);
    }

    [Fact]
    public void A_full_arena_says_0_and_goes_on_when_something_is_freed()
    {
        using Arena arena = Arena.Create("test", 4L << 20);
        var blocks = new List<long>();
        for (long block; (block = arena.Allocate(1 << 20)) != 0;)
            blocks.Add(block);
        Assert.InRange(blocks.Count, 3, 4);
        arena.Free(blocks[0], 1 << 20);
        Assert.Equal(blocks[0], arena.Allocate(1 << 20));
    }

    [Fact]
    public void Threads_that_free_each_others_blocks_get_none_twice_and_leave_nothing()
    {
        const int Threads = 4, Rounds = 60, Blocks = 500;
        using Arena arena = Arena.Create("test", 1L << 30);
        var shared = new System.Collections.Concurrent.ConcurrentQueue<(long Offset, int Size, long Mark)>();
        var wrong = new System.Collections.Concurrent.ConcurrentQueue<string>();
        long marks = 0;
        void Work(int seed)
        {
            var random = new Random(seed);
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < Blocks; i++)
                {
                    int size = random.Next(10) == 0 ? random.Next(1, 200_000) : random.Next(8, 400);
                    long block = arena.Allocate(Math.Max(size, 8));
                    if (block == 0 || arena.At<long>(block) != 0)
                        wrong.Enqueue($"{size} bytes at {block} weren't fresh");
                    long mark = Interlocked.Increment(ref marks);
                    arena.At<long>(block) = mark;
                    shared.Enqueue((block, Math.Max(size, 8), mark));
                }
                for (int i = 0; i < Blocks && shared.TryDequeue(out var one); i++)
                {
                    if (arena.At<long>(one.Offset) != one.Mark)
                        wrong.Enqueue($"{one.Size} bytes at {one.Offset} are another's");
                    arena.Free(one.Offset, one.Size);
                }
            }
        }
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(() => Work(i)))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(wrong);
        while (shared.TryDequeue(out var one))
            arena.Free(one.Offset, one.Size);
        // One spare unit a size class at most, and the table of units.
        Assert.InRange(Exhaustion.MillionNodesTests.BytesOf(arena), 0, (11 * 65536) + 65536);
    }

    [Fact]
    public void A_block_that_is_freed_twice_is_not_given_out_twice()
    {
        using Arena arena = Arena.Create("test", Size);
        foreach (int size in (int[])[1 << 16, 1 << 20])
        {
            long block = arena.Allocate(size);
            arena.Free(block, size);
            arena.Free(block, size);
            Assert.NotEqual(arena.Allocate(size), arena.Allocate(size));
        }
    }

    [Fact]
    public void A_successor_uses_what_is_free_again()
    {
        SafeFileHandle file;
        long mark;
        long[] small, large;
        using (Arena arena = Arena.Create("test", Size))
        {
            small = [.. Enumerable.Range(0, 5000).Select(_ => arena.Allocate(100))];
            large = [.. Enumerable.Range(0, 10).Select(_ => arena.Allocate(1 << 18))];
            for (int i = 0; i < small.Length; i += 2)
                arena.Free(small[i], 100);
            Array.ForEach(large, l => arena.Free(l, 1 << 18));
            mark = arena.HighWaterMark;
            file = Duplicate(arena.File);
        }
        using Arena successor = Arena.Attach(file);
        var taken = new HashSet<long>(small.Where((_, i) => i % 2 == 1));
        for (int i = 0; i < 2500; i++)
            Assert.True(taken.Add(successor.Allocate(100)));
        Assert.Equal(large.Order(), Enumerable.Range(0, 10).Select(_ => successor.Allocate(1 << 18)).Order());
        Assert.Equal(mark, successor.HighWaterMark);
    }

    [Fact]
    public void Discarding_zeroes_exactly_the_range()
    {
        using Arena arena = Arena.Create("test", Size);
        long block = arena.Allocate(1 << 16);
        arena.Bytes(block, 1 << 16).Fill(1);
        arena.Discard(block + 100, 20000);
        Assert.Equal(100, arena.Bytes(block, 1 << 16).IndexOfAnyExcept((byte)1));
        Assert.True(arena.Bytes(block + 100, 20000).IndexOfAnyExcept((byte)0) < 0);
        Assert.True(arena.Bytes(block + 20100, (1 << 16) - 20100).IndexOfAnyExcept((byte)1) < 0);
    }

    [Fact]
    public void What_is_stored_fresh_is_seen_in_the_mapping()
    {
        using Arena arena = Arena.Create("test", Size);
        long block = arena.Allocate(1 << 20);
        byte[] data = new byte[300_000];
        new Random(1).NextBytes(data);
        arena.StoreFresh(block + 77, data);
        Assert.True(arena.Bytes(block + 77, data.Length).SequenceEqual(data));
        Assert.Equal(0, arena.Bytes(block, 77).IndexOfAnyExcept((byte)0) + 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.StoreFresh(Size - 1, new byte[2]));
    }

    [Fact]
    public void Offsets_outside_are_refused()
    {
        using Arena arena = Arena.Create("test", Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.At<long>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.At<long>(Size - 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.At<long>(-8));
        Assert.Throws<ArgumentOutOfRangeException>(() => { arena.Bytes(Size - 10, 11); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { arena.Bytes(1 << 20, -1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Range(Size, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Allocate(0));
    }

    [Fact]
    public void A_successor_sees_the_same_records_at_the_same_address()
    {
        SafeFileHandle file;
        long block;
        nint address;
        using (Arena arena = Arena.Create("test", Size))
        {
            block = arena.Allocate(100);
            "still here"u8.CopyTo(arena.Bytes(block, 100));
            arena.Root(ArenaRoot.FileSystem) = block;
            address = arena.Address;
            file = Duplicate(arena.File);
        }
        using Arena successor = Arena.Attach(file);
        Assert.Equal(address, successor.Address);
        Assert.Equal(block, successor.Root(ArenaRoot.FileSystem));
        Assert.True(successor.Bytes(block, 100).StartsWith("still here"u8));
        Assert.NotEqual(block, successor.Allocate(100));
    }

    [Fact]
    public void Attaching_where_the_range_is_taken_says_so()
    {
        using Arena arena = Arena.Create("test", Size);
        using SafeFileHandle file = Duplicate(arena.File);
        LibCException error = Assert.Throws<LibCException>(() => Arena.Attach(file));
        Assert.Contains($"0x{arena.Address:x}", error.Message);
    }

    [Fact]
    public void A_file_that_is_no_arena_is_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[1 << 20]);
            using SafeFileHandle file = File.OpenHandle(path);
            Assert.Throws<InvalidDataException>(() => Arena.Attach(file));
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static SafeFileHandle Duplicate(SafeFileHandle file) => File.OpenHandle(
        $"/proc/self/fd/{file.DangerousGetHandle()}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
}
