using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Tmds.Fuse;
using Tmds.Linux;
using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>What a Tmds file system sees of a request, and what becomes of its answer.</summary>
public class TmdsFileSystemTests
{
    [Theory]
    [InlineData(false, false, Concurrency.Serial)]
    [InlineData(true, false, Concurrency.Blocking)]
    [InlineData(true, true, Concurrency.Serial)]
    public void Only_code_that_bears_it_gets_several_operations_at_a_time(bool supports, bool singleThread, Concurrency expected)
    {
        var fs = new TmdsFileSystem(new Threads(supports), singleThread);
        Assert.Equal(expected, fs.Traits.Concurrency);
    }

    [Fact]
    public void All_thirty_operations_are_there_and_no_other()
    {
        PathOperations missing = PathOperations.MkNod | PathOperations.Lock | PathOperations.Flock | PathOperations.Bmap | PathOperations.Ioctl
            | PathOperations.Poll | PathOperations.CopyFileRange | PathOperations.LSeek;
        PathOperations operations = new TmdsFileSystem(new FuseFileSystemBase()).Traits.Operations;
        Assert.Equal(30, System.Numerics.BitOperations.PopCount((ulong)operations));
        Assert.Equal(PathOperations.None, operations & missing);
    }

    [Theory]
    [InlineData(0, Errno.Success)]
    [InlineData(-2, Errno.ENOENT)]
    [InlineData(-511, (Errno)511)]
    [InlineData(-512, Errno.EIO)]
    [InlineData(1, Errno.EIO)]
    [InlineData(int.MinValue, Errno.EIO)]
    public void A_result_that_the_kernel_would_not_take_is_EIO(int result, Errno expected) =>
        Assert.Equal(expected, new TmdsFileSystem(new Answers(result)).Unlink(Ask(), "/x"u8));

    [Fact]
    public void A_read_is_as_long_as_the_file_system_says_but_no_longer_than_asked()
    {
        Assert.Equal((Errno.Success, 3), Read(3));
        Assert.Equal((Errno.Success, 0), Read(0));
        Assert.Equal((Errno.EIO, 0), Read(9));
        Assert.Equal((Errno.EACCES, 0), Read(-LibC.EACCES));
    }

    [Fact]
    public void A_write_takes_no_more_than_it_was_given()
    {
        PathFile file = default;
        Assert.Equal(Errno.Success, new TmdsFileSystem(new Answers(2)).Write(Ask(), "/x"u8, 0, "abc"u8, ref file, out int written));
        Assert.Equal(2, written);
        Assert.Equal(Errno.EIO, new TmdsFileSystem(new Answers(4)).Write(Ask(), "/x"u8, 0, "abc"u8, ref file, out written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void What_an_open_sets_comes_back_and_reaches_the_kernel()
    {
        var recorder = new Opens();
        var fs = new TmdsFileSystem(recorder);
        var file = new PathFile { IsOpen = true, Flags = (uint)LibC.O_RDWR };
        Assert.Equal(Errno.Success, fs.Open(Ask(), "/x"u8, ref file));
        Assert.Equal(LibC.O_RDWR, recorder.Flags);
        Assert.Equal(77ul, file.Handle);
        Assert.Equal(OpenOptions.DirectIo | OpenOptions.KeepCache, file.Options);
    }

    [Fact]
    public void There_is_an_open_file_only_where_the_request_has_one()
    {
        var recorder = new Opens();
        var fs = new TmdsFileSystem(recorder);
        Attributes attributes = default;
        PathFile none = default;
        Assert.Equal(Errno.Success, fs.GetAttr(Ask(), "/x"u8, ref none, ref attributes));
        Assert.Null(recorder.Handle);
        var open = new PathFile { IsOpen = true, Handle = 5 };
        Assert.Equal(Errno.Success, fs.GetAttr(Ask(), "/x"u8, ref open, ref attributes));
        Assert.Equal(5ul, recorder.Handle);
        Assert.Equal((ulong)long.MaxValue, attributes.Size);
        Assert.Equal(0x81A4u, attributes.Mode);
        Assert.Equal(new Timestamp(-5, 6), attributes.Mtime);
    }

    [Fact]
    public void The_path_is_the_callers_own_memory_so_that_its_NUL_stays_behind_it()
    {
        var recorder = new PathKeeper();
        byte[] path = "/name\0"u8.ToArray();
        new TmdsFileSystem(recorder).Unlink(Ask(), path.AsSpan(..^1));
        Assert.True(recorder.IsSame(path));
    }

    [Fact]
    public void Times_bear_now_and_omit()
    {
        var recorder = new Opens();
        PathFile none = default;
        new TmdsFileSystem(recorder).UpdateTimes(Ask(), "/x"u8, PathTimes.Now, PathTimes.Omit, ref none);
        Assert.True(recorder.Accessed.IsNow());
        Assert.True(recorder.Modified.IsOmit());
    }

    [Fact]
    public void A_link_ends_at_its_NUL()
    {
        Span<byte> room = new byte[4096];
        Assert.Equal(Errno.Success, new TmdsFileSystem(new Opens()).ReadLink(Ask(), "/x"u8, room, out int length));
        Assert.Equal("target"u8.ToArray(), room[..length].ToArray());
    }

    [Theory]
    [InlineData(0, true, 5, Errno.Success)]
    [InlineData(16, false, 5, Errno.Success)]
    [InlineData(4, false, 5, Errno.ERANGE)]
    public void An_extended_attribute_is_sized_or_given(int room, bool isSizeQuery, int size, Errno expected)
    {
        var reply = new XAttrReply(new byte[room], isSizeQuery);
        Assert.Equal(expected, new TmdsFileSystem(new Answers(size)).GetXAttr(Ask(), "/x"u8, "user.a"u8, ref reply));
        if (expected == Errno.Success)
            Assert.Equal(size, reply.Size);
    }

    [Fact]
    public void Names_of_a_directory_come_as_strings_or_bytes_with_or_without_NUL()
    {
        var filler = new DirectoryFiller();
        filler.Begin(4096, isPlus: false);
        PathFile file = default;
        var fs = new TmdsFileSystem(new Lists(c =>
        {
            c.AddEntry("gr\u00FC\u00DFe");
            c.AddEntry("bytes"u8);
            c.AddEntry("terminated\0"u8);
        }));
        Assert.Equal(Errno.Success, fs.ReadDir(Ask(), "/"u8, 0, false, filler, ref file));
        Assert.Equal(Errno.Success, filler.Error);
        string records = Encoding.UTF8.GetString(filler.Records);
        Assert.Contains("gr\u00FC\u00DFe", records);
        Assert.Contains("bytes", records);
        Assert.Contains("terminated", records);
        Assert.False(filler.IsByOffset);
    }

    [Fact]
    public void A_name_of_no_or_too_many_bytes_throws()
    {
        Assert.Throws<ArgumentException>(() => List(c => c.AddEntry(new string('a', 1025))));
        Assert.Throws<ArgumentException>(() => List(c => c.AddEntry(Enumerable.Repeat((byte)'a', 1025).ToArray())));
        Assert.Throws<ArgumentException>(() => List(c => c.AddEntry("")));
        Assert.Throws<ArgumentException>(() => List(c => c.AddEntry(default(ReadOnlySpan<byte>))));
        Assert.Throws<ArgumentNullException>(() => List(c => c.AddEntry((string)null!)));
    }

    [Fact]
    public void The_file_system_is_disposed_once()
    {
        var disposed = new Disposed();
        var fs = new TmdsFileSystem(disposed);
        fs.Dispose();
        fs.Dispose();
        Assert.Equal(1, disposed.Count);
    }

    private static Request Ask() => new(new NoScope(), 1, 0, 0, 0);

    private static (Errno, int) Read(int answer)
    {
        PathFile file = default;
        var reply = new DataReply(new byte[8], default);
        Errno error = new TmdsFileSystem(new Answers(answer)).Read(Ask(), "/x"u8, 0, ref file, ref reply);
        return (error, reply.Length);
    }

    private static void List(Lister lister)
    {
        var filler = new DirectoryFiller();
        filler.Begin(4096, isPlus: false);
        PathFile file = default;
        new TmdsFileSystem(new Lists(lister)).ReadDir(Ask(), "/"u8, 0, false, filler, ref file);
    }

    private delegate void Lister(DirectoryContent content);

    private sealed class NoScope : RequestScope
    {
        public override bool IsResend => false;

        public override ReadOnlySpan<uint> SupplementaryGroups => default;

        public override bool IsInterrupted => false;

        public override DeferredReply? Defer() => null;
    }

    private sealed class Threads(bool supports) : FuseFileSystemBase
    {
        public override bool SupportsMultiThreading => supports;
    }

    private sealed class Disposed : FuseFileSystemBase
    {
        public int Count { get; private set; }

        public override void Dispose() => Count++;
    }

    private sealed class Lists(Lister lister) : FuseFileSystemBase
    {
        public override int ReadDir(ReadOnlySpan<byte> path, ulong offset, ReadDirFlags flags, DirectoryContent content, ref FuseFileInfo fi)
        {
            lister(content);
            return 0;
        }
    }

    private sealed class PathKeeper : FuseFileSystemBase
    {
        private nint _seen;

        public override unsafe int Unlink(ReadOnlySpan<byte> path)
        {
            _seen = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(path));
            return 0;
        }

        // Nothing is allocated in between, so nothing moved.
        public unsafe bool IsSame(byte[] path) => _seen == (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(path));
    }

    private sealed class Answers(int answer) : FuseFileSystemBase
    {
        public override int Unlink(ReadOnlySpan<byte> path) => answer;

        public override int Read(ReadOnlySpan<byte> path, ulong offset, Span<byte> buffer, ref FuseFileInfo fi) => answer;

        public override int Write(ReadOnlySpan<byte> path, ulong off, ReadOnlySpan<byte> span, ref FuseFileInfo fi) => answer;

        public override int GetXAttr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> data) => answer;
    }

    private sealed class Opens : FuseFileSystemBase
    {
        public int Flags { get; private set; }

        public ulong? Handle { get; private set; }

        public timespec Accessed { get; private set; }

        public timespec Modified { get; private set; }

        public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo fi)
        {
            Flags = fi.flags;
            fi.fh = 77;
            fi.direct_io = true;
            fi.keep_cache = true;
            return 0;
        }

        public override int GetAttr(ReadOnlySpan<byte> path, ref stat stat, FuseFileInfoRef fiRef)
        {
            Handle = fiRef.IsNull ? null : fiRef.Value.fh;
            stat.st_size = long.MaxValue;
            stat.st_mode = LibC.S_IFREG | 0b110_100_100;
            stat.st_mtim = new timespec { tv_sec = -5, tv_nsec = 6 };
            return 0;
        }

        public override int UpdateTimestamps(ReadOnlySpan<byte> path, ref timespec atime, ref timespec mtime, FuseFileInfoRef fiRef)
        {
            Accessed = atime;
            Modified = mtime;
            return 0;
        }

        public override int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer)
        {
            "target\0rest"u8.CopyTo(buffer);
            return 0;
        }
    }
}
