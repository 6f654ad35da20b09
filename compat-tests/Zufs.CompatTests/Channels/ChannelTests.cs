using Xunit;
using Zufs.Channels;

namespace Zufs.CompatTests.Channels;

/// <summary>Both kernel channels, without a session, on real mounts.</summary>
public class ChannelTests
{
    public static TheoryData<string> Kinds => ["fuse", "uring"];

    [Fact]
    public void This_machine_can_use_both_channels()
    {
        foreach (ChannelProbe probe in ChannelProbes.All().Where(p => p.Channel != "zufs"))
            Assert.True(probe.IsUsable, $"{probe.Channel}: {probe.Reason} {probe.Remedy}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_size_up_to_a_megabyte_reads_back_what_was_written(string kind)
    {
        using var server = new RawServer(kind);
        int fd = Native.Open(server["data"], write: true);
        byte[] written = new byte[1 << 20];
        byte[] read = new byte[1 << 20];
        new Random(1).NextBytes(written);
        foreach (int size in new[] { 1, 511, 4096, 4097, 131072, (1 << 20) - 1, 1 << 20 })
        {
            Assert.Equal(size, Native.Write(fd, written.AsSpan(0, size), 4096));
            Array.Clear(read);
            Assert.Equal(size, Native.Read(fd, read.AsSpan(0, size), 4096));
            Assert.True(written.AsSpan(0, size).SequenceEqual(read.AsSpan(0, size)));
        }
        Native.close(fd);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lent_pieces_arrive_as_one_reply(string kind)
    {
        using var server = new RawServer(kind);
        int fd = Native.Open(server["lent"]);
        byte[] read = new byte[1 << 20];
        foreach (int size in new[] { 1, 4095, 65536, 1 << 20 })
        {
            Assert.Equal(size, Native.Read(fd, read.AsSpan(0, size), 12345));
            Assert.True(server.FileSystem.Data.Slice(12345, size).SequenceEqual(read.AsSpan(0, size)));
        }
        Native.close(fd);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_exchange_allocates_nothing(string kind)
    {
        using var server = new RawServer(kind);
        int fd = Native.Open(server["lent"], write: true);
        byte[] buffer = new byte[4096];
        // Twice as many as are measured for each of the two CPUs that the test may run on.
        for (int i = 0; i < 2000 || Volatile.Read(ref server.Allocated) < 0 && i < 20_000; i++)
        {
            Assert.Equal(0, Native.Stat(fd));
            Assert.Equal(4096, Native.Read(fd, buffer, 4096));
            Assert.Equal(4096, Native.Write(fd, buffer, 0));
        }
        Native.close(fd);
        Assert.Equal(0, server.Allocated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_unmount_ends_every_thread(string kind)
    {
        using var server = new RawServer(kind);
        Assert.Equal(0, Native.Stat(server["data"]));
        Assert.Equal(0, server.Unmount());
        Assert.True(server.Join());
        Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Ended, o.Outcome));
        Assert.Equal(server.Threads, server.Outcomes.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Unmounting_under_load_fails_no_read_of_an_open_file(string kind)
    {
        using var server = new RawServer(kind);
        long errors = 0, reads = 0;
        var readers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            int fd = Native.Open(server["data"]);
            byte[] buffer = new byte[65536];
            for (int i = 0; i < 1500; i++)
            {
                if (Native.Read(fd, buffer, 0) != buffer.Length)
                    Interlocked.Increment(ref errors);
                Interlocked.Increment(ref reads);
            }
            Native.close(fd);
        })).ToList();
        readers.ForEach(t => t.Start());
        Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref reads) > 400, 10_000));
        Assert.Equal(16, server.Unmount()); // EBUSY
        Assert.Equal(0, server.Unmount(lazily: true));
        readers.ForEach(t => t.Join());
        Assert.Equal(0, errors);
        Assert.True(server.Join(), "The last close of a lazily unmounted mount ends its connection.");
        Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Ended, o.Outcome));
    }

    [Theory]
    [InlineData("fuse", 1)]
    [InlineData("fuse", 4)]
    [InlineData("uring", 1)]
    public void Stop_ends_idle_threads_without_touching_the_mount(string kind, int threads)
    {
        using var server = new RawServer(kind, threads);
        Assert.Equal(0, Native.Stat(server["data"]));
        Thread.Sleep(50);
        long began = Environment.TickCount64;
        server.Stop();
        Assert.True(server.Join(5000));
        Assert.True(Environment.TickCount64 - began < 1000);
        Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Stopped, o.Outcome));
    }

    [Fact]
    public void Stop_ends_a_thread_at_whatever_point_of_its_way_into_the_read()
    {
        for (int i = 0; i < 25; i++)
        {
            using var server = new RawServer("fuse", 1 + i % 4);
            if (i % 2 == 0)
                Native.Stat(server["data"]);
            Thread.SpinWait(i * 400);
            server.Stop();
            server.Stop();
            Assert.True(server.Join(5000));
            Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Stopped, o.Outcome));
        }
        // The signal that did it is no longer caught: whoever had it has it back.
        Assert.True(SpinWait.SpinUntil(() => !IsCaught(42), 5000));

        static bool IsCaught(int signal)
        {
            string caught = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return (Convert.ToUInt64(caught.Split('\t')[1], 16) >> signal - 1 & 1) != 0;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Stop_lets_an_operation_that_is_being_served_end_well(string kind)
    {
        using var server = new RawServer(kind);
        long read = 0;
        var reader = new Thread(() =>
        {
            int fd = Native.Open(server["waiting"]);
            read = Native.Read(fd, new byte[4096], 0);
            // The close is a request, which nobody serves any more until the connection is closed.
            server.Connection.Dispose();
            Native.close(fd);
        })
        { IsBackground = true };
        reader.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref server.FileSystem.Waiting) == 1, 10_000));
        server.Stop();
        Thread.Sleep(50);
        server.FileSystem.Release.Set();
        Assert.True(reader.Join(5000), "The application hangs.");
        Assert.Equal(4096, read);
        Assert.True(server.Join(5000));
        Assert.All(server.Outcomes, o => Assert.Equal(ExchangeOutcome.Stopped, o.Outcome));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Stop_under_load_ends_every_thread_and_the_unmount_every_application(string kind)
    {
        using var server = new RawServer(kind);
        long reads = 0;
        var readers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            int fd = Native.Open(server["data"]);
            byte[] buffer = new byte[4096];
            while (Native.Read(fd, buffer, 0) == buffer.Length)
                Interlocked.Increment(ref reads);
            Native.close(fd);
        })
        { IsBackground = true }).ToList();
        readers.ForEach(t => t.Start());
        Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref reads) > 2000, 10_000));
        server.Stop();
        Assert.True(server.Join(5000));
        server.Connection.Dispose();
        Assert.All(readers, t => Assert.True(t.Join(5000), "An application hangs."));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_idle_server_does_not_wake_up(string kind)
    {
        using var server = new RawServer(kind);
        Assert.Equal(0, Native.Stat(server["data"]));
        // Linux sends the last close and the like a little later.
        Thread.Sleep(300);
        long before = Switches();
        Thread.Sleep(1500);
        Assert.Equal(server.Threads, server.Tasks.Count);
        Assert.Equal(before, Switches());

        long Switches() => server.Tasks.Sum(task =>
            long.Parse(File.ReadLines(task + "/status").First(line => line.StartsWith("voluntary", StringComparison.Ordinal)).Split()[1]));
    }

    [Fact]
    public void A_cpu_that_the_server_may_not_run_on_is_served_by_a_thread_that_is_not_pinned()
    {
        Assert.True(Environment.ProcessorCount > 1, "This test needs two CPUs.");
        RawServer? server = null;
        var confined = new Thread(() =>
        {
            Assert.True(Cpus.TryPin(0));
            server = new RawServer("uring");
        });
        confined.Start();
        confined.Join();
        using (server)
        {
            Assert.Contains("zufs-ring-other", server!.ThreadNames);
            int errno = -1;
            var application = new Thread(() =>
            {
                Assert.True(Cpus.TryPin(1));
                for (int i = 0; i < 100; i++)
                    errno = Native.Stat(server["data"]);
            });
            application.Start();
            Assert.True(application.Join(10_000), "The application hangs.");
            Assert.Equal(0, errno);
        }
    }

    [Fact]
    public void A_ring_that_the_kernel_refuses_leaves_the_mount_to_fuse()
    {
        // Less than was agreed on: REGISTER says EINVAL.
        using var server = new RawServer("uring", 1, new UringOptions { PayloadSize = 4096 });
        int fd = Native.Open(server["data"]);
        byte[] buffer = new byte[1 << 20];
        Assert.Equal(buffer.Length, Native.Read(fd, buffer, 0));
        Native.close(fd);
        Assert.NotEmpty(server.Outcomes);
        Assert.All(server.Outcomes, o => Assert.Equal(("uring", ExchangeOutcome.Refused), o));
    }

    [Fact]
    public void Ended_rings_give_their_memory_back_to_the_arena()
    {
        using var server = new RawServer("uring");
        Assert.NotEqual(0, server.Arena.Root(Arenas.ArenaRoot.Rings));
        Assert.Equal(0, server.Unmount());
        Assert.True(server.Join());
        Assert.Equal(0, server.Arena.Root(Arenas.ArenaRoot.Rings));
    }
}
