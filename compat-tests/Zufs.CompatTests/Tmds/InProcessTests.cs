using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Fuse;
using Tmds.Linux;
using Xunit;
using static Tmds.Linux.LibC;

namespace Zufs.CompatTests.Tmds;

/// <summary>The contract of Fuse.Mount and of the operations, on real mounts in this process.</summary>
public class InProcessTests
{
    public static TheoryData<string> Channels => ["fuse", "uring"];

    [Theory]
    [MemberData(nameof(Channels))]
    public void What_a_hello_leaves_out_fails_as_it_did_on_libfuse(string channel)
    {
        using var mount = new ScratchMount(channel, new HelloFileSystem());
        Assert.Equal("Hello, world!\n", File.ReadAllText(mount["hello"]));
        Assert.Equal(EACCES, SystemCalls.OpenToWrite(mount["hello"]));
        Assert.Equal(ENOENT, SystemCalls.OpenToRead(mount["missing"]));
        Assert.Equal(ENOSYS, SystemCalls.MkDir(mount["directory"]));
        Assert.Equal(ENOSYS, SystemCalls.StatVfs(mount.MountPoint));
        Assert.Equal(0, SystemCalls.Access(mount["hello"]));
        Assert.Equal(ENOSYS, SystemCalls.SymLink(mount["link"]));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void An_exception_is_EIO_and_the_file_system_goes_on(string channel)
    {
        using var mount = new ScratchMount(channel, new Throwing());
        Assert.Equal(EIO, SystemCalls.MkDir(mount["a"]));
        Assert.Equal(EIO, SystemCalls.MkDir(mount["b"]));
        // A name of 1025 bytes throws inside the listing.
        Assert.Throws<IOException>(() => Directory.GetFileSystemEntries(mount.MountPoint));
        Assert.True(Directory.Exists(mount.MountPoint));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void The_byte_behind_a_path_and_behind_a_name_of_an_attribute_is_NUL(string channel)
    {
        var probe = new NulProbe();
        using var mount = new ScratchMount(channel, probe);
        string name = new('n', 255);
        SystemCalls.Unlink(mount[name]);
        SystemCalls.Unlink(mount["n"]);
        Assert.Equal(["/" + name, "/n"], probe.Seen);
        Assert.True(probe.AllTerminated);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_long_directory_is_listed_whole_though_the_file_system_is_asked_once(string channel)
    {
        var fileSystem = new LongDirectory(5000);
        using var mount = new ScratchMount(channel, fileSystem);
        Assert.Equal(5000, Directory.EnumerateFileSystemEntries(mount.MountPoint).Distinct().Count());
        Assert.Equal(1, fileSystem.Listings);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Unmounting_waits_for_open_files_as_long_as_it_was_told(string channel)
    {
        var fileSystem = new Counted();
        using var mount = new ScratchMount(channel, fileSystem);
        SafeFileHandle open = File.OpenHandle(mount["hello"]);
        var clock = Stopwatch.StartNew();
        Assert.False(await mount.Fuse.UnmountAsync(1000));
        Assert.True(clock.ElapsedMilliseconds >= 990);
        Assert.False(mount.IsMounted);
        Assert.False(await mount.Fuse.UnmountAsync(0));
        Assert.Equal(0, fileSystem.Disposals);
        open.Dispose();
        Assert.True(await mount.Fuse.UnmountAsync(10_000));
        Assert.True(mount.Fuse.WaitForUnmountAsync().IsCompletedSuccessfully);
        Assert.Equal(1, fileSystem.Disposals);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Forcing_ends_it_though_a_file_is_open(string channel)
    {
        var fileSystem = new Counted();
        using var mount = new ScratchMount(channel, fileSystem);
        using SafeFileHandle open = File.OpenHandle(mount["hello"]);
        Assert.True(await mount.Fuse.UnmountAsync(10_000, force: true));
        Assert.Equal(1, fileSystem.Disposals);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Unmounting_from_outside_ends_it(string channel)
    {
        var fileSystem = new Counted();
        using var mount = new ScratchMount(channel, fileSystem);
        Fuse.LazyUnmount(mount.MountPoint);
        await mount.Fuse.WaitForUnmountAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, fileSystem.Disposals);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task A_file_system_that_does_not_bear_more_gets_one_operation_at_a_time(string channel)
    {
        var serial = new Overlaps(supportsMultiThreading: false);
        using (var mount = new ScratchMount(channel, serial))
            await MakeMany(mount);
        Assert.Equal(1, serial.Most);

        var parallel = new Overlaps(supportsMultiThreading: true);
        using (var mount = new ScratchMount(channel, parallel))
            await MakeMany(mount);
        Assert.True(parallel.Most > 1);

        var single = new Overlaps(supportsMultiThreading: true);
        using (var mount = new ScratchMount(channel, single, new MountOptions { SingleThread = true }))
            await MakeMany(mount);
        Assert.Equal(1, single.Most);
    }

    [Fact]
    public void Options_reach_the_mount()
    {
        using var mount = new ScratchMount("auto", new Samples.OperationsFileSystem(), new MountOptions { Options = "ro,fsname=x y" });
        Zufs.Mounting.MountEntry entry = Zufs.Mounting.MountTable.Find(mount.MountPoint)!;
        Assert.Equal("x y", entry.Source);
        Assert.Equal(EROFS, SystemCalls.MkDir(mount["d"]));
    }

    [Fact]
    public void A_mount_looks_in_the_table_as_libfuses_did()
    {
        using var mount = new ScratchMount("auto", new HelloFileSystem());
        Zufs.Mounting.MountEntry entry = Zufs.Mounting.MountTable.Find(mount.MountPoint)!;
        Assert.Equal(("fuse", "/dev/fuse"), (entry.Type, entry.Source));
    }

    [Theory]
    [InlineData("auto", "/nowhere/at/all", null)]
    [InlineData("nosuch", "/tmp", null)]
    [InlineData("auto", "/tmp", "no_such_option")]
    public void What_can_not_be_mounted_is_a_FuseException_and_the_file_system_is_disposed(string channel, string mountPoint, string? options)
    {
        var fileSystem = new Counted();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("zufs-tmds-");
        string path = mountPoint == "/tmp" ? directory.FullName : mountPoint;
        try
        {
            var failure = Assert.Throws<FuseException>(() => FuseMount.Start(path, fileSystem, new MountOptions { Options = options }, channel));
            Assert.NotEmpty(failure.Message);
            Assert.Equal(1, fileSystem.Disposals);
            Assert.Null(Zufs.Mounting.MountTable.Find(path));
        }
        finally
        {
            directory.Delete();
        }
    }

    [Fact]
    public void Unmounting_what_is_no_mount_is_silent()
    {
        Fuse.LazyUnmount("/tmp");
        Fuse.LazyUnmount("/nowhere/at/all");
        Assert.True(Directory.Exists("/tmp"));
    }

    [Fact]
    public void This_machine_has_what_it_needs() => Assert.True(Fuse.CheckDependencies());

    private static Task MakeMany(ScratchMount mount) => Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
        () => SystemCalls.OpenToRead(mount[$"f{i}"]), TaskCreationOptions.LongRunning)));

    private class Root : FuseFileSystemBase
    {
        public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef)
        {
            bool isRoot = path.SequenceEqual(RootPath);
            if (!isRoot && IsMissing(path))
                return -ENOENT;
            stat.st_mode = isRoot ? S_IFDIR | 0b111_101_101 : S_IFREG | 0b110_100_100;
            stat.st_nlink = 1;
            return 0;
        }

        protected virtual bool IsMissing(ReadOnlySpan<byte> path) => false;
    }

    private sealed class Throwing : Root
    {
        public override int MkDir(ReadOnlySpan<byte> path, mode_t mode) => throw new InvalidOperationException("broken");

        public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
        {
            content.AddEntry(new string('x', 1025));
            return 0;
        }

        protected override bool IsMissing(ReadOnlySpan<byte> path) => true;
    }

    private sealed class NulProbe : Root
    {
        public List<string> Seen { get; } = [];

        public bool AllTerminated { get; private set; } = true;

        public override unsafe int Unlink(ReadOnlySpan<byte> path)
        {
            Seen.Add(Encoding.UTF8.GetString(path));
            // SAFETY: the byte behind the span is promised to be there.
            fixed (byte* p = path)
                AllTerminated &= p[path.Length] == 0;
            return 0;
        }
    }

    private sealed class LongDirectory(int count) : Root
    {
        private int _listings;

        public int Listings => _listings;

        public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
        {
            _listings++;
            content.AddEntry(".");
            content.AddEntry("..");
            for (int i = 0; i < count; i++)
                content.AddEntry($"a-file-with-a-name-of-some-length-{i}");
            return 0;
        }
    }

    private sealed class Counted : Root
    {
        private int _disposals;

        public int Disposals => _disposals;

        public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => 0;

        public override void Dispose() => Interlocked.Increment(ref _disposals);
    }

    private sealed class Overlaps(bool supportsMultiThreading) : Root
    {
        private int _now;
        private int _most;

        public int Most => _most;

        public override bool SupportsMultiThreading => supportsMultiThreading;

        // The kernel itself lets only one at a time unlink in a directory; opening is free.
        public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
        {
            int now = Interlocked.Increment(ref _now);
            for (int most = _most; now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = _most)
            {
            }
            Thread.Sleep(50);
            Interlocked.Decrement(ref _now);
            return 0;
        }
    }
}
