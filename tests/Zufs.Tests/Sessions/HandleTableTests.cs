using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.Arenas;
using Zufs.Sessions;

namespace Zufs.Tests.Sessions;

public sealed class HandleTableTests : IDisposable
{
    private readonly Arena _arena = Arena.Create("zufs-test", 256 << 20);

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Opening_and_releasing_in_any_order_behaves_like_a_dictionary() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), steps =>
        {
            var table = new HandleTable(_arena);
            var model = new Dictionary<ulong, ulong>();
            long before = table.Count;
            ulong own = 0;
            foreach (int step in steps)
            {
                if (step % 3 != 0 || model.Count == 0)
                {
                    ulong fh = table.Open(5, ++own, 0, 0, 0);
                    if (fh == 0 || !model.TryAdd(fh, own))
                        return false;
                }
                else
                {
                    ulong fh = model.Keys.ElementAt((int)((uint)step % (uint)model.Count));
                    if (!table.Release(fh) || table.Release(fh) || table.TryFind(fh, 5, out _))
                        return false;
                    model.Remove(fh);
                }
            }
            bool same = model.All(pair => table.TryFind(pair.Key, 5, out OpenHandle handle) && handle.Own == pair.Value) && table.Count - before == model.Count;
            return same && model.Keys.All(table.Release);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_that_was_never_given_is_not_open() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), fh => !new HandleTable(_arena).TryFind(fh, 5, out _) && !new HandleTable(_arena).Release(fh))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_million_files_can_be_open()
    {
        var table = new HandleTable(_arena);
        var open = new ulong[1_000_000];
        for (int i = 0; i < open.Length; i++)
            open[i] = table.Open((ulong)i + 1, (ulong)i, 0, 0, 0);
        Assert.Equal(open.Length, table.Count);
        Assert.Equal(open.Length, open.Distinct().Count());
        for (int i = 0; i < open.Length; i += 997)
            Assert.True(table.TryFind(open[i], (ulong)i + 1, out OpenHandle handle) && handle.Own == (ulong)i);
        Assert.All(open, fh => Assert.True(table.Release(fh)));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Released_slots_are_used_again()
    {
        var table = new HandleTable(_arena);
        for (int i = 0; i < 100_000; i++)
            Assert.True(table.Release(table.Open(5, 1, 0, 0, 0)));
        // A chunk for each CPU that this thread ran on.
        Assert.InRange(table.Capacity, HandleTable.ChunkSlots, HandleTable.ChunkSlots * (long)Environment.ProcessorCount);
    }

    [Fact]
    public void Closing_on_another_thread_than_opened_does_not_grow_the_table()
    {
        var table = new HandleTable(_arena);
        for (int round = 0; round < 20; round++)
        {
            var open = new ulong[500];
            for (int i = 0; i < open.Length; i++)
                open[i] = table.Open(5, 1, 0, 0, 0);
            var closer = new Thread(() => Array.ForEach(open, fh => table.Release(fh)));
            closer.Start();
            closer.Join();
        }
        Assert.InRange(table.Capacity, 1, HandleTable.ChunkSlots * (long)Environment.ProcessorCount);
    }

    [Fact]
    public void Threads_get_different_slots()
    {
        var table = new HandleTable(_arena);
        var all = new ulong[4][];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
            all[n] = [.. Enumerable.Range(0, 5000).Select(i => table.Open(5, (ulong)n, 0, 0, 0))]))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(20_000, all.SelectMany(fhs => fhs).Distinct().Count());
    }

    [Fact]
    public void A_successor_finds_what_was_open()
    {
        ulong fh = new HandleTable(_arena).Open(5, 42, 0x8002, 4, 0);
        Assert.True(new HandleTable(_arena).TryFind(fh, 5, out OpenHandle handle));
        Assert.Equal((42ul, 0x8002u, 4u), (handle.Own, handle.Flags, handle.Options));
    }
}
