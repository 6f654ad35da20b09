using Xunit;
using Zufs.Channels;

namespace Zufs.CompatTests.Channels;

/// <summary>Requests that are completed later, from other threads, and threads that wait inside an operation.</summary>
public class DeferralTests
{
    [Theory]
    [InlineData("fuse", 4)]
    [InlineData("uring", 4)]
    [InlineData("uring", 1)]
    public void A_deferred_read_is_completed_from_another_thread_while_others_go_on(string kind, int depth)
    {
        using var server = new RawServer(kind, 1, new UringOptions { Depth = depth });
        // More than the entries of all queues, so that the last of each is deferred.
        const int Count = 24;
        List<Thread> readers = StartReaders(server, Count, out long[] results);
        Assert.True(SpinWait.SpinUntil(() => server.FileSystem.Deferred.Count == Count, 10_000),
            $"{server.FileSystem.Deferred.Count} of {Count} arrived.");
        Assert.Equal(0, server.FileSystem.NotDeferred);
        Assert.Equal(0, Native.Stat(server["data"]));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(i == 0 ? Count : 0, server.FileSystem.CompleteAll());
            readers.ForEach(t => Assert.True(t.Join(5000), "A deferred reader hangs."));
        }
        Assert.All(results, r => Assert.Equal(4096, r));
    }

    [Fact]
    public void At_the_bound_nothing_more_is_deferred_and_the_mount_goes_on()
    {
        using var server = new RawServer("uring", 1, new UringOptions { Depth = 2, MaxDeferred = 2 });
        List<Thread> readers = StartReaders(server, 32, out long[] results);
        Assert.True(SpinWait.SpinUntil(() => server.FileSystem.Deferred.Count + Volatile.Read(ref server.FileSystem.NotDeferred) == 32, 10_000));
        Assert.True(server.FileSystem.NotDeferred > 0);
        Assert.Equal(0, Native.Stat(server["data"]));
        server.FileSystem.CompleteAll();
        readers.ForEach(t => Assert.True(t.Join(5000)));
        Assert.All(results, r => Assert.True(r is 4096 or -37));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_deferred_request_is_completed_once(string kind)
    {
        using var server = new RawServer(kind);
        List<Thread> readers = StartReaders(server, 1, out _);
        Assert.True(SpinWait.SpinUntil(() => server.FileSystem.Deferred.Count == 1, 10_000));
        Assert.True(server.FileSystem.Deferred.TryPeek(out var waiting));
        server.FileSystem.CompleteAll();
        Assert.Throws<InvalidOperationException>(() => waiting.Channel.Complete(waiting.Frame));
        readers.ForEach(t => Assert.True(t.Join(5000)));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Unmounting_with_deferred_requests_ends_threads_and_applications(string kind)
    {
        using var server = new RawServer(kind);
        List<Thread> readers = StartReaders(server, 8, out _);
        Assert.True(SpinWait.SpinUntil(() => server.FileSystem.Deferred.Count == 8, 10_000));
        Assert.Equal(0, server.Unmount(lazily: true));
        server.Stop();
        Assert.True(server.Join());
        // The channels are gone; completing is still safe.
        Assert.Equal(8, server.FileSystem.CompleteAll());
        server.Connection.Dispose();
        readers.ForEach(t => Assert.True(t.Join(5000), "An application hangs."));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void An_abort_ends_threads_and_applications_with_requests_in_flight(string kind)
    {
        using var server = new RawServer(kind);
        List<Thread> deferred = StartReaders(server, 8, out long[] results);
        List<Thread> busy = StartReaders(server, 2, out _, "waiting");
        Assert.True(SpinWait.SpinUntil(() => server.FileSystem.Deferred.Count == 8 && Volatile.Read(ref server.FileSystem.Waiting) > 0, 10_000));
        Native.Abort(server.MountPoint);
        deferred.ForEach(t => Assert.True(t.Join(5000), "An application hangs."));
        busy.ForEach(t => Assert.True(t.Join(5000), "An application hangs."));
        Assert.All(results, r => Assert.True(r < 0));
        // One thread still holds a request whose application is gone.
        server.FileSystem.Release.Set();
        Assert.True(server.Join());
        Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Ended, o.Outcome));
        Assert.Equal(8, server.FileSystem.CompleteAll());
        Assert.Equal(0, server.Arena.Root(Arenas.ArenaRoot.Rings));
    }

    [Fact]
    public void Threads_that_wait_in_an_operation_make_the_queue_grow()
    {
        using var server = new RawServer("uring", 1, new UringOptions { ThreadsPerQueue = 2, MaxThreadsPerQueue = 16 });
        int before = server.Threads;
        List<Thread> readers = StartReaders(server, 12, out long[] results, "waiting");
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref server.FileSystem.Waiting) == 12, 10_000),
            $"{server.FileSystem.Waiting} of 12 are served; {server.Threads} threads.");
        Assert.Equal(0, Native.Stat(server["data"]));
        Assert.True(server.Threads > before);
        server.FileSystem.Release.Set();
        readers.ForEach(t => Assert.True(t.Join(5000)));
        Assert.All(results, r => Assert.Equal(4096, r));
    }

    private static List<Thread> StartReaders(RawServer server, int count, out long[] results, string file = "deferred")
    {
        long[] read = results = new long[count];
        var readers = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            int fd = Native.TryOpen(server[file]);
            read[i] = fd < 0 ? fd : Native.Read(fd, new byte[4096], 0);
            if (fd >= 0)
                Native.close(fd);
        })
        { IsBackground = true }).ToList();
        readers.ForEach(t => t.Start());
        return readers;
    }
}
