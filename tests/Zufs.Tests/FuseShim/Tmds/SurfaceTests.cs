using System.Text;
using Tmds.Fuse;
using Tmds.Linux;
using Xunit;
using static Tmds.Linux.LibC;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>What sources that use the surface rely on.</summary>
public class SurfaceTests
{
    [Fact]
    public async Task Every_way_to_call_UnmountAsync_compiles_and_means_what_it_says()
    {
        var recorder = new Recorder();
        IFuseMount mount = recorder;
        await mount.UnmountAsync();
        await mount.UnmountAsync(1000);
        await mount.UnmountAsync(timeout: 5);
        await mount.UnmountAsync(force: true);
        await mount.UnmountAsync(5, true);
        await mount.UnmountAsync(timeout: 6, force: false);
        Assert.Equal([(-1, false), (1000, false), (5, false), (-1, true), (5, true), (6, false)], recorder.Calls);
    }

    [Fact]
    public void The_base_can_do_nothing_but_open_directories()
    {
        var bytes = new FuseFileSystemBase();
        var strings = new FuseFileSystemStringBase(Encoding.UTF8);
        foreach (FuseFileSystemBase fs in new[] { bytes, strings })
        {
            FuseFileInfo fi = default;
            stat stat = default;
            statvfs statvfs = default;
            Assert.False(fs.SupportsMultiThreading);
            Assert.Equal(0, fs.OpenDir("/"u8, ref fi));
            Assert.Equal(-ENOSYS, fs.GetAttr("/"u8, ref stat, default));
            Assert.Equal(-ENOSYS, fs.StatFS("/"u8, ref statvfs));
            Assert.Equal(-ENOSYS, fs.Open("/"u8, ref fi));
            Assert.Equal(-ENOSYS, fs.FSync("/"u8, true, ref fi));
            Assert.Equal(-ENOSYS, fs.ReleaseDir("/"u8, ref fi));
            Assert.Equal(-ENOSYS, fs.Write("/"u8, 0, default, ref fi));
            fs.Release("/"u8, ref fi);
            fs.Dispose();
        }
        Assert.Equal("/"u8.ToArray(), FuseFileSystemBase.RootPath.ToArray());
        Assert.Equal("/", FuseFileSystemStringBase.RootPath);
        Assert.Throws<ArgumentNullException>(() => new FuseFileSystemStringBase(null!));
    }

    [Fact]
    public void Strings_come_in_the_encoding_that_was_asked_for()
    {
        var fs = new Latin();
        fs.Rename("/gr\u00FC\u00DFe"u8, "/x"u8, 0);
        fs.RemoveXAttr("/a"u8, "user.\u00E9"u8);
        Assert.Equal(["/gr\u00C3\u00BC\u00C3\u009Fe", "/x", "/a", "user.\u00C3\u00A9"], fs.Seen);
    }

    [Fact]
    public void A_reference_to_no_open_file_says_so_and_throws()
    {
        Assert.True(default(FuseFileInfoRef).IsNull);
        Assert.Throws<NullReferenceException>(() => default(FuseFileInfoRef).Value.fh);
        var fi = new FuseFileInfo { fh = 7 };
        var reference = new FuseFileInfoRef(new Span<FuseFileInfo>(ref fi));
        reference.Value.fh++;
        Assert.False(reference.IsNull);
        Assert.Equal(8ul, fi.fh);
    }

    [Fact]
    public void FSync_is_called_whichever_of_the_four_ways_it_was_overridden()
    {
        Assert.Equal(-1, Sync(new OldSpan()));
        Assert.Equal(-2, Sync(new NewSpan()));
        Assert.Equal(-3, Sync(new OldString()));
        Assert.Equal(-4, Sync(new NewString()));
        Assert.Equal(-5, Sync(new OldSpanOfStrings()));
    }

    private static int Sync(IFuseFileSystem fs)
    {
        var fi = new FuseFileInfo { fh = 9 };
        return fs.FSync("/f"u8, true, ref fi);
    }

    private static int Checked(int result, ReadOnlySpan<byte> path, in FuseFileInfo fi) => path.SequenceEqual("/f"u8) && fi.fh == 9 ? result : 0;

    private sealed class OldSpan : FuseFileSystemBase
    {
        public override int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Checked(-1, path, fi);
    }

    private sealed class NewSpan : FuseFileSystemBase
    {
        public override int FSync(ReadOnlySpan<byte> path, bool onlyData, ref FuseFileInfo fi) => onlyData ? Checked(-2, path, fi) : 0;
    }

    private sealed class OldString() : FuseFileSystemStringBase(Encoding.UTF8)
    {
        public override int FSync(string path, ref FuseFileInfo fi) => Checked(-3, Encoding.UTF8.GetBytes(path), fi);
    }

    private sealed class NewString() : FuseFileSystemStringBase(Encoding.UTF8)
    {
        public override int FSync(string path, bool onlyData, ref FuseFileInfo fi) => onlyData ? Checked(-4, Encoding.UTF8.GetBytes(path), fi) : 0;
    }

    private sealed class OldSpanOfStrings() : FuseFileSystemStringBase(Encoding.UTF8)
    {
        public override int FSync(ReadOnlySpan<byte> path, ref FuseFileInfo fi) => Checked(-5, path, fi);
    }

    private sealed class Latin() : FuseFileSystemStringBase(Encoding.Latin1)
    {
        public List<string> Seen { get; } = [];

        public override int Rename(string path, string newPath, int flags)
        {
            Seen.AddRange([path, newPath]);
            return 0;
        }

        public override int RemoveXAttr(string path, string name)
        {
            Seen.AddRange([path, name]);
            return 0;
        }
    }

    private sealed class Recorder : IFuseMount
    {
        public List<(int Timeout, bool Force)> Calls { get; } = [];

        public void Dispose()
        {
        }

        public void LazyUnmount()
        {
        }

        public Task WaitForUnmountAsync() => Task.CompletedTask;

        public Task<bool> UnmountAsync(int timeout = -1) => UnmountAsync(timeout, false);

        public Task<bool> UnmountAsync(int timeout, bool force)
        {
            Calls.Add((timeout, force));
            return Task.FromResult(true);
        }
    }
}
