using Xunit;
using Zufs.FileSystems;
using Zufs.Tests.Exhaustion;
using static Zufs.Tests.FileSystems.Memory.MemoryMount;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>The table of inodes when many come and go.</summary>
public sealed class MemoryNodesTests
{
    [Fact]
    public void An_id_is_never_given_out_twice_though_memory_was_given_back()
    {
        using var mount = new MemoryMount();
        var seen = new HashSet<ulong>();
        MemoryMount serving = mount;
        for (int round = 0; round < 6; round++)
        {
            ulong[] nodes = [.. Enumerable.Range(0, 3000).Select(i => serving.Create(Root, $"f{i}"))];
            Assert.All(nodes, n => Assert.True(seen.Add(n)));
            RemoveAll(serving, nodes);
            Assert.All(nodes, n => Assert.Equal(Errno.ESTALE, serving.TryLookup(n, ".", out _)));
            // A successor must not begin anew either.
            if (round == 2)
                serving = mount.Succeed();
        }
    }

    [Fact]
    public void A_successor_gives_back_what_its_predecessor_left_empty_and_finds_what_is_between()
    {
        using var mount = new MemoryMount();
        ulong[] nodes = [.. Enumerable.Range(0, 20_000).Select(i => mount.Create(Root, $"f{i}"))];
        long start = MillionNodesTests.BytesOf(mount.Arena);
        var kept = new HashSet<int>(Enumerable.Range(0, 20).Select(i => i * 997));
        for (int i = 0; i < nodes.Length; i++)
        {
            if (kept.Contains(i))
                continue;
            mount.Unlink(Root, $"f{i}");
            mount.Close(nodes[i]);
            mount.FileSystem.Forget(nodes[i], 1);
        }
        MemoryMount next = mount.Succeed();
        Assert.InRange(MillionNodesTests.BytesOf(mount.Arena), 0, start / 2);
        Assert.All(kept, i => Assert.Equal(nodes[i], next.Lookup(Root, $"f{i}").Node));
        Assert.Equal(20, next.Names(Root).Count);
        Assert.Equal(21UL, next.StatFs().Files - next.StatFs().FreeFiles);
        ulong fresh = next.Create(Root, "fresh");
        Assert.DoesNotContain(fresh, nodes);
    }

    [Fact]
    public void Threads_that_make_and_remove_leave_no_memory_behind()
    {
        const int Threads = 4;
        using var mount = new MemoryMount();
        ulong[] directories = [.. Enumerable.Range(0, Threads).Select(i => mount.MkDir(Root, $"d{i}"))];
        long start = 0, end = 0;
        foreach (int count in (int[])[3_000, 30_000])
        {
            var threads = directories.Select(directory => new Thread(() =>
            {
                ulong[] nodes = [.. Enumerable.Range(0, count).Select(i => mount.Create(directory, $"f{i}"))];
                for (int i = 0; i < count; i++)
                {
                    mount.Unlink(directory, $"f{i}");
                    mount.Close(nodes[i]);
                    mount.FileSystem.Forget(nodes[i], 1);
                }
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            (start, end) = (end, MillionNodesTests.BytesOf(mount.Arena));
        }
        Assert.InRange(end, 0, start * 12 / 10);
        Assert.Equal(Threads + 1UL, mount.StatFs().Files - mount.StatFs().FreeFiles);
    }

    private static void RemoveAll(MemoryMount mount, ulong[] nodes)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            mount.Unlink(Root, $"f{i}");
            mount.Close(nodes[i]);
            mount.FileSystem.Forget(nodes[i], 1);
        }
    }
}
