using System.Text;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class TreeLockTests
{
    [Fact]
    public async Task Renames_wait_for_operations_below_them_only()
    {
        var tree = new TreeOfPaths(new PathTraits { Name = "tree", Concurrency = Concurrency.Blocking });
        tree.Add("/a");
        tree.Add("/a/f", "x");
        tree.Add("/b", "y");
        using var mount = new PathMount(tree);
        ulong f = mount.Walk("/a/f");
        mount.Walk("/b");
        ulong handle = mount.Open(f);
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        tree.Before = call =>
        {
            if (call != "read /a/f")
                return;
            inside.Set();
            goOn.Wait();
        };
        Task<Errno> read = Start(() => mount.Read(f, handle, out _));
        inside.Wait();
        Assert.Equal(Errno.Success, await Start(() => mount.Rename(1, "b", 1, "c")));
        Task<Errno> rename = Start(() => mount.Rename(1, "a", 1, "z"));
        await Task.Delay(100);
        Assert.False(rename.IsCompleted);
        // What begins below an announced rename waits for it; what doesn't, goes on.
        Task<Errno> below = Start(() => mount.GetAttr(f, 0, out _));
        Assert.Equal(Errno.Success, await Start(() => mount.Lookup(1, "c", out _)));
        await Task.Delay(100);
        Assert.False(below.IsCompleted);
        goOn.Set();
        Assert.Equal(Errno.Success, await read);
        Assert.Equal(Errno.Success, await rename);
        Assert.Equal(Errno.Success, await below);
        int renamed = tree.Calls.IndexOf("rename /a /z 0");
        Assert.True(tree.Calls.IndexOf("read /a/f") < renamed);
        Assert.True(tree.Calls.IndexOf("getattr /z/f") > renamed);
    }

    [Fact]
    public async Task A_path_that_was_built_names_its_file_for_as_long_as_it_is_used()
    {
        using Arena arena = Arena.Create("test", 64L << 20);
        var table = new NodeTable(arena);
        var tree = new TreeLock(table, isSerial: false);
        uint a = table.Lookup(NodeTable.Root, "a"u8);
        uint b = table.Lookup(NodeTable.Root, "b"u8);
        uint c = table.Lookup(a, "c"u8);
        uint leaf = table.Lookup(c, "leaf"u8);
        // Where "c" is, as a file system would know it; each change is seen at once.
        string where = "/a/c";
        int wrong = 0;
        int paths = 0;
        bool isOver = false;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Start(() =>
        {
            PathThread thread = tree.NewThread();
            while (!Volatile.Read(ref isOver))
            {
                tree.EnterShared(thread, leaf);
                Errno error = table.PathOf(leaf, default, thread.First, out ReadOnlySpan<byte> path);
                Thread.SpinWait(20);
                if (error != Errno.Success || Encoding.UTF8.GetString(path) != Volatile.Read(ref where) + "/leaf")
                    Interlocked.Increment(ref wrong);
                tree.LeaveShared(thread);
                Interlocked.Increment(ref paths);
            }
            return 0;
        }))];
        Task[] writers = [.. Enumerable.Range(0, 2).Select(w => Start(() =>
        {
            PathThread thread = tree.NewThread();
            for (int i = 0; i < 3000; i++)
            {
                tree.EnterExclusive(thread, a, b, c, 0);
                bool isInA = table.ParentOf(c) == a;
                Volatile.Write(ref where, isInA ? "/b/c" : "/a/c");
                lock (tree.Gate)
                    table.Move(isInA ? a : b, "c"u8, isInA ? b : a, "c"u8);
                tree.LeaveExclusive(thread);
            }
            return 0;
        }))];
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, wrong);
        Assert.True(paths > 0);
    }

    // A thread of its own each: the pool would hand out waiting ones too late.
    private static Task<T> Start<T>(Func<T> body) => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
