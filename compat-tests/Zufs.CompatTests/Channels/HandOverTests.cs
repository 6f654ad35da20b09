using System.Diagnostics;
using Xunit;
using Zufs.Channels;

namespace Zufs.CompatTests.Channels;

/// <summary>Rings that go from one owner to the next on a mount that is in use, without a session.</summary>
public class HandOverTests
{
    public static TheoryData<int, int, int> Loads => new() { { 1, 1, 1 }, { 1, 2, 1 }, { 4, 4, 1 }, { 8, 4, 1 }, { 4, 1, 4 } };

    [Theory]
    [MemberData(nameof(Loads))]
    public void Rings_are_handed_over_under_load_without_an_error(int readers, int depth, int threadsPerQueue)
    {
        using var server = new RawServer("uring", options: new UringOptions { Depth = depth, MaxThreadsPerQueue = threadsPerQueue });
        bool stop = false;
        long reads = 0;
        long bad = 0;
        long longest = 0;
        Thread[] threads = [.. Enumerable.Range(0, readers).Select(_ => new Thread(Read))];
        foreach (Thread thread in threads)
            thread.Start();
        try
        {
            for (int i = 0; i < 20; i++)
            {
                Thread.Sleep(5);
                server.HandOver();
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            server.FileSystem.Release.Set();
        }
        Assert.All(threads, t => Assert.True(t.Join(5000), "A reader hangs."));
        Assert.Equal(0, bad);
        Assert.True(reads > 100);
        Assert.Equal(0, server.IdleLost);
        Assert.InRange(Stopwatch.GetElapsedTime(0, longest).TotalMilliseconds, 0, 1000);

        void Read()
        {
            int fd = Native.Open(server["data"], write: true);
            byte[] buffer = new byte[4096];
            while (!Volatile.Read(ref stop))
            {
                long offset = Random.Shared.Next(100) * 4096;
                long begin = Stopwatch.GetTimestamp();
                bool good = Native.Read(fd, buffer, offset) == 4096 && server.FileSystem.Data.Slice((int)offset, 4096).SequenceEqual(buffer)
                    && Native.Write(fd, buffer, offset) == 4096 && Native.Stat(server[$"none{offset}"]) == 2;
                longest = Math.Max(longest, Stopwatch.GetTimestamp() - begin);
                Interlocked.Increment(ref reads);
                if (!good)
                    Interlocked.Increment(ref bad);
            }
            Native.close(fd);
        }
    }
}
