using Xunit;
using Zufs.Arenas;
using Zufs.CompatTests.Channels;
using Zufs.CompatTests.Notifications;
using Zufs.CompatTests.Supervision;
using Zufs.Conformance;
using Zufs.FileSystems;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Protocol;
using Zufs.Sessions;
using Zufs.Supervision;

namespace Zufs.CompatTests.Features;

/// <summary>
/// Each feature of the kernel that can be had or not, shown by the requests that come with it and without it. The table in
/// <c>docs/protocol.md</c> names these tests.
/// </summary>
public sealed class KernelFeatureTests : IDisposable
{
    private const int Soon = 20_000;

    private readonly List<(Mount Mount, Session Session, Arena Arena)> _running = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-features-");

    public void Dispose()
    {
        bool ended = true;
        foreach ((Mount mount, Session session, Arena arena) in _running)
        {
            Mount.Detach(mount.MountPoint);
            ended &= session.Ended.Wait(Soon);
            mount.Dispose();
            if (session.Ended.IsCompleted)
                arena.Dispose();
        }
        _directory.Delete(recursive: true);
        Assert.True(ended, "A session never ended.");
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void The_writeback_cache_gathers_small_writes(string channel)
    {
        Assert.Equal(100, WritesOf(Start(channel, FileSystemFeatures.None), out _));
        Assert.InRange(WritesOf(Start(channel, FileSystemFeatures.None, FileSystemFeatures.WritebackCache), out byte[] content), 1, 20);
        Assert.All(content.Take(1000), b => Assert.Equal((byte)'w', b));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Pages_are_kept_over_open_only_when_the_file_system_says_so(string channel)
    {
        foreach ((OpenOptions options, bool more) in new[] { (OpenOptions.None, true), (OpenOptions.KeepCache, false) })
        {
            Running run = Start(channel, FileSystemFeatures.None);
            run.Files.Options = options;
            SystemView.Content(run.At("f"));
            long reads = run.Count(FuseOpcode.FUSE_READ);
            SystemView.Content(run.At("f"));
            Assert.Equal(more, run.Count(FuseOpcode.FUSE_READ) > reads);
        }
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_new_mtime_drops_the_pages_only_with_auto_invalidation(string channel)
    {
        foreach ((FileSystemFeatures features, byte seen) in new[] { (FileSystemFeatures.None, (byte)0), (FileSystemFeatures.AutoInvalidateData, (byte)'n') })
        {
            Running run = Start(channel, features);
            run.Files.Options = OpenOptions.KeepCache;
            Assert.Equal('\0', SystemView.Content(run.At("f"))[0]);
            byte[] changed = new byte[run.Files.Content.Length];
            changed[0] = (byte)'n';
            run.Files.Content = changed;
            run.Files.Mtime++;
            Assert.Equal((char)seen, SystemView.Content(run.At("f"))[0]);
        }
    }

    [Theory]
    [InlineData("fuse", false)]
    [InlineData("fuse", true)]
    [InlineData("uring", false)]
    [InlineData("uring", true)]
    public async Task Lookups_of_one_directory_run_side_by_side_only_with_parallel_dirops(string channel, bool parallel)
    {
        Running run = Start(channel, parallel ? FileSystemFeatures.ParallelDirectoryOperations : FileSystemFeatures.None);
        Task[] looks = [.. Enumerable.Range(0, 2).Select(i => Task.Factory.StartNew(() => SystemView.Status(run.At($"wait{i}")), TaskCreationOptions.LongRunning))];
        await Task.WhenAll(looks).WaitAsync(TimeSpan.FromMilliseconds(Soon));
        Assert.Equal(parallel ? 2 : 1, run.Files.MostLookups);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void A_file_system_without_open_is_asked_once(string channel)
    {
        Running run = Start(channel, FileSystemFeatures.None);
        run.Files.OnOpen = Errno.ENOSYS;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(8192, SystemView.Content(run.At("f")).Length);
            Assert.Single(SystemView.Names(run.Top));
        }
        Assert.Equal((1, 1), (run.Count(FuseOpcode.FUSE_OPEN), run.Count(FuseOpcode.FUSE_OPENDIR)));
        Assert.Equal((0, 0), (run.Count(FuseOpcode.FUSE_RELEASE), run.Count(FuseOpcode.FUSE_RELEASEDIR)));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Where_a_link_leads_is_asked_once_only_with_cached_symlinks(string channel)
    {
        foreach ((FileSystemFeatures features, long asked) in new[] { (FileSystemFeatures.None, 3L), (FileSystemFeatures.CacheSymlinks, 1L) })
        {
            Running run = Start(channel, features);
            for (int i = 0; i < 3; i++)
                SystemView.Content(run.At("l"));
            Assert.Equal(asked, run.Count(FuseOpcode.FUSE_READLINK));
        }
    }

    [Theory]
    [InlineData("fuse", 64 << 10, 16)]
    [InlineData("fuse", 1 << 20, 1)]
    [InlineData("uring", 64 << 10, 16)]
    [InlineData("uring", 1 << 20, 1)]
    public void A_large_write_is_one_request_as_far_as_max_write_goes(string channel, int maxWrite, int requests)
    {
        Running run = Start(channel, FileSystemFeatures.None, maxWrite: maxWrite);
        run.Files.Options = OpenOptions.DirectIo;
        int fd = Native.Open(run.At("f"), write: true);
        Assert.Equal(1 << 20, Native.Write(fd, new byte[1 << 20], 0));
        Native.close(fd);
        // A buffer that begins within a page touches one page more.
        Assert.InRange(run.Count(FuseOpcode.FUSE_WRITE), requests, requests + 1);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Files_with_direct_io_can_be_mapped(string channel)
    {
        using var fixture = new MountFixture();
        using RunningMount mount = MountLauncher.Start(new MountRequest
        {
            FileSystem = FileSystemSource.Parse(Path.Combine(AppContext.BaseDirectory, "tmds-operations.dll")),
            MountPoint = fixture.NewDirectory(),
            Channel = channel,
            FileSystemOptions = "direct_io",
        });
        foreach (string name in (string[])["mmap-read", "mmap-shared-write", "mmap-private-write"])
        {
            CheckResult result = new CheckRunner(mount.MountPoint).Run(CheckCatalogue.Find(name)!);
            Assert.True(result.Passed, result.Explain());
        }
        mount.Stop();
        MountFixture.WaitForEnd(mount);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Every_check_passes_with_the_writeback_cache(string channel)
    {
        using var fixture = new MountFixture();
        var runner = new CheckRunner(fixture.Mount("memory", channel, "allow_other,writeback_cache,max_write=262144").MountPoint);
        // What the kernel has not written back yet has no blocks, and with this cache it alone knows the size.
        foreach (Check check in CheckCatalogue.All.Where(c => c.Name != "stat-blocks"))
        {
            CheckResult result = runner.Run(check);
            Assert.True(result.Passed, result.Explain());
        }
    }

    private static long WritesOf(Running run, out byte[] content)
    {
        int fd = Native.Open(run.At("f"), write: true);
        byte[] ten = [.. Enumerable.Repeat((byte)'w', 10)];
        for (int i = 0; i < 100; i++)
            Assert.Equal(10, Native.Write(fd, ten, i * 10));
        Native.close(fd);
        // close(2) writes back, by FLUSH.
        content = run.Files.Content;
        return run.Count(FuseOpcode.FUSE_WRITE);
    }

    private Running Start(string channel, FileSystemFeatures features, FileSystemFeatures additional = FileSystemFeatures.None, int maxWrite = 128 << 10)
    {
        string top = _directory.CreateSubdirectory($"m{_running.Count}").FullName;
        var files = new FeatureFileSystem(features);
        Mount mount = Mount.Create(top, MountOptions.Parse("subtype=feature,allow_other"));
        var arena = Arena.Create("zufs-feature", 256 << 20);
        Session session = Session.Start(mount.Connection, files, arena, new SessionOptions { Channel = channel, MaxWrite = maxWrite, AdditionalFeatures = additional });
        _running.Add((mount, session, arena));
        return new Running(top, files, session);
    }

    private sealed record Running(string Top, FeatureFileSystem Files, Session Session)
    {
        public string At(string name) => $"{Top}/{name}";

        public long Count(FuseOpcode opcode) => Session.Counters.OperationsOf(opcode);
    }
}
