using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class PathFilesTests
{
    [Fact]
    public void One_setattr_becomes_chmod_chown_truncate_utimens_and_getattr()
    {
        var target = new Recorder();
        using var mount = new PathMount(target);
        var changes = new AttributeChanges
        {
            Fields = AttributeFields.Mode | AttributeFields.Gid | AttributeFields.Size | AttributeFields.Atime | AttributeFields.AtimeNow | AttributeFields.Handle,
            Mode = 0x1FF,
            Gid = 7,
            Size = 5,
        };
        Assert.Equal(Errno.Success, SetAttr(mount, changes));
        Assert.Equal(["chmod / 1ff", "chown / -1 7", "truncate / 5", "utimens now omit", "getattr /"], target.Calls);
        target.Calls.Clear();
        changes.Fields = AttributeFields.Mtime;
        changes.Mtime = new Timestamp(-3, 5);
        Assert.Equal(Errno.Success, SetAttr(mount, changes));
        Assert.Equal(["utimens omit -3.5", "getattr /"], target.Calls);
    }

    [Fact]
    public void The_first_error_of_a_setattr_ends_it()
    {
        var target = new Recorder { ChownError = Errno.EPERM };
        using var mount = new PathMount(target);
        Assert.Equal(Errno.EPERM, SetAttr(mount, new AttributeChanges { Fields = AttributeFields.Uid | AttributeFields.Size, Size = 1 }));
        Assert.Equal(["chown / 0 -1"], target.Calls);
        Assert.Equal(Errno.EFBIG, SetAttr(mount, new AttributeChanges { Fields = AttributeFields.Size, Size = ulong.MaxValue }));
    }

    [Fact]
    public void Create_opens_and_a_file_whose_attributes_cannot_be_had_is_closed_again()
    {
        var tree = new TreeOfPaths();
        using var mount = new PathMount(tree);
        Assert.Equal(Errno.Success, Create(mount, "f", out Entry entry, out OpenFile file));
        Assert.Equal(Errno.Success, mount.Read(entry.Node, file.Handle, out _));
        Assert.Equal(Errno.Success, mount.Release(entry.Node, file.Handle));
        Assert.Equal(["create /f 42", "getattr /f fh=101", "read /f", "release /f fh=101"], tree.Calls);
        tree.Calls.Clear();
        tree.Fail = call => call.StartsWith("getattr", StringComparison.Ordinal) ? Errno.EACCES : Errno.Success;
        Assert.Equal(Errno.EACCES, Create(mount, "g", out _, out _));
        Assert.Equal("release /g fh=102", tree.Calls[^1]);
        Assert.Empty(tree.Opened);
        mount.FileSystem.Forget(entry.Node, 1);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void A_handle_that_is_not_the_nodes_is_a_bad_file_descriptor()
    {
        var tree = new TreeOfPaths();
        tree.Add("/a", "1");
        tree.Add("/b", "2");
        using var mount = new PathMount(tree);
        ulong a = mount.Walk("/a");
        ulong b = mount.Walk("/b");
        ulong handle = mount.Open(a);
        foreach (ulong wrong in new[] { handle + 1, 32ul, ulong.MaxValue, ulong.MaxValue - 31, handle + 64, 1ul << 62 })
            Assert.Equal(Errno.EBADF, mount.Read(a, wrong, out _));
        Assert.Equal(Errno.EBADF, mount.Read(b, handle, out _));
        Assert.Equal(Errno.Success, mount.Release(a, handle));
        Assert.Equal(Errno.EBADF, mount.Release(a, handle));
        Assert.Equal(Errno.EBADF, mount.Read(a, handle, out _));
    }

    [Fact]
    public void Counts_that_cannot_be_are_input_output_errors()
    {
        var target = new Recorder();
        using var mount = new PathMount(target);
        foreach (int count in new[] { -1, 4, int.MaxValue })
        {
            target.Count = count;
            Assert.Equal(Errno.EIO, mount.FileSystem.Write(default, 1, 0, 0, "abc"u8, WriteOptions.None, out uint written));
            Assert.Equal(0u, written);
        }
        target.Count = 2;
        Assert.Equal(Errno.Success, mount.FileSystem.Write(default, 1, 0, 0, "abc"u8, WriteOptions.None, out uint two));
        Assert.Equal(2u, two);
        target.Count = 5000;
        var link = new DataReply(new byte[8192], default);
        Assert.Equal(Errno.EIO, mount.FileSystem.ReadLink(default, 1, ref link));
        var value = new XAttrReply(new byte[10], false);
        Assert.Equal(Errno.ERANGE, mount.FileSystem.GetXAttr(default, 1, "user.x"u8, ref value));
        target.Count = -1;
        Assert.Equal(Errno.EIO, mount.FileSystem.GetXAttr(default, 1, "user.x"u8, ref value));
        ulong copied = 0;
        target.Count = 11;
        Assert.Equal(Errno.EIO, mount.FileSystem.CopyFileRange(default, new CopyRange(1, 0, 0, 1, 0, 0, 10, 0), ref copied));
    }

    [Fact]
    public void A_successor_knows_the_nodes_and_opens_files_again_without_making_or_emptying_them()
    {
        using Arena arena = Arena.Create("test", 64L << 20);
        var before = new TreeOfPaths();
        before.Add("/d");
        before.Add("/d/f", "content");
        using var first = new PathMount(before, arena);
        ulong f = first.Walk("/d/f");
        ulong handle = first.Open(f, 0x2 | 0x40 | 0x80 | 0x200);
        var after = new TreeOfPaths();
        foreach ((string path, TreeFile file) in before.Files)
            after.Files[path] = file;
        using var second = new PathMount(after, arena);
        Assert.Equal(Errno.Success, second.Read(f, handle, out string text));
        Assert.Equal("content", text);
        Assert.Equal(Errno.Success, second.Read(f, handle, out _));
        Assert.Equal(["open /d/f 2", "read /d/f", "read /d/f"], after.Calls);
        Assert.Equal(Errno.Success, second.Release(f, handle));
        Assert.Equal("release /d/f fh=101", after.Calls[^1]);
        Assert.Equal(f, second.Walk("/d/f"));
    }

    [Fact]
    public void Operations_allocate_nothing()
    {
        var target = new Quiet();
        using var mount = new PathMount(target);
        PathFileSystem fileSystem = mount.FileSystem;
        Entry entry = default;
        Attributes attributes = default;
        CacheTimeout timeout = default;
        byte[] room = new byte[4096];
        fileSystem.Lookup(default, 1, "name"u8, ref entry);
        ulong node = entry.Node;
        ulong handle = mount.Open(node);
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                fileSystem.Lookup(default, 1, "name"u8, ref entry);
                fileSystem.GetAttr(default, node, 0, ref attributes, ref timeout);
                var reply = new DataReply(room, default);
                fileSystem.Read(default, node, handle, 0, ref reply);
                fileSystem.Write(default, node, handle, 0, room, WriteOptions.None, out _);
                OpenFile file = default;
                fileSystem.Open(default, node, 0, ref file);
                fileSystem.Release(default, node, file.Handle, 0, ReleaseOptions.None, 0);
                fileSystem.OpenDir(default, 1, 0, ref file);
                var writer = new DirectoryWriter(room, false, default, default);
                fileSystem.ReadDir(default, 1, file.Handle, 0, ref writer);
                fileSystem.ReleaseDir(default, 1, file.Handle, 0);
                fileSystem.Forget(node, 1);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
        Assert.True(target.Reads > 0);
    }

    private static Errno SetAttr(PathMount mount, in AttributeChanges changes)
    {
        Attributes attributes = default;
        CacheTimeout timeout = default;
        return mount.FileSystem.SetAttr(default, 1, 0, changes, ref attributes, ref timeout);
    }

    private static Errno Create(PathMount mount, string name, out Entry entry, out OpenFile file)
    {
        entry = default;
        file = default;
        return mount.FileSystem.Create(default, 1, PathMount.Name(name).AsSpan()[..^1], FileMode.S_IFREG | 0x1A4, 0x42, 0x12, ref entry, ref file);
    }

    private sealed class Recorder : PathFileSystemBase
    {
        public override PathTraits Traits { get; } = new() { Name = "recorder" };

        public List<string> Calls { get; } = [];

        public int Count { get; set; }

        public Errno ChownError { get; init; }

        public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
        {
            Calls.Add("getattr /");
            attributes.Mode = FileMode.S_IFDIR;
            return Errno.Success;
        }

        public override Errno ChMod(in Request request, ReadOnlySpan<byte> path, uint mode, ref PathFile file)
        {
            Calls.Add($"chmod / {mode:x}");
            return Errno.Success;
        }

        public override Errno Chown(in Request request, ReadOnlySpan<byte> path, uint uid, uint gid, ref PathFile file)
        {
            Calls.Add($"chown / {(int)uid} {(int)gid}");
            return ChownError;
        }

        public override Errno Truncate(in Request request, ReadOnlySpan<byte> path, ulong length, ref PathFile file)
        {
            Calls.Add($"truncate / {length}");
            return Errno.Success;
        }

        public override Errno UpdateTimes(in Request request, ReadOnlySpan<byte> path, Timestamp atime, Timestamp mtime, ref PathFile file)
        {
            Calls.Add($"utimens {Show(atime)} {Show(mtime)}");
            return Errno.Success;
        }

        public override Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written)
        {
            written = Count;
            return Errno.Success;
        }

        public override Errno ReadLink(in Request request, ReadOnlySpan<byte> path, Span<byte> target, out int length)
        {
            length = Count;
            return Errno.Success;
        }

        public override Errno GetXAttr(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ref XAttrReply value)
        {
            value.Size = Count;
            return Errno.Success;
        }

        public override Errno CopyFileRange(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file,
            ReadOnlySpan<byte> newPath, ulong newOffset, ref PathFile newFile, ulong length, uint flags, out ulong copied)
        {
            copied = (ulong)Count;
            return Errno.Success;
        }

        private static string Show(Timestamp time) =>
            PathTimes.IsNow(time) ? "now" : PathTimes.IsOmit(time) ? "omit" : $"{time.Seconds}.{time.Nanoseconds}";
    }

    private sealed class Quiet : PathFileSystemBase
    {
        public override PathTraits Traits { get; } = new() { Name = "quiet", Concurrency = Concurrency.Parallel };

        public int Reads { get; private set; }

        public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
        {
            attributes.Mode = path.Length == 1 ? FileMode.S_IFDIR : FileMode.S_IFREG;
            return Errno.Success;
        }

        public override Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply)
        {
            Reads++;
            reply.Fill(reply.Room.Length);
            return Errno.Success;
        }

        public override Errno Write(in Request request, ReadOnlySpan<byte> path, ulong offset, ReadOnlySpan<byte> data, ref PathFile file, out int written)
        {
            written = data.Length;
            return Errno.Success;
        }

        public override Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file)
        {
            filler.Add("one"u8);
            filler.Add("two"u8);
            return Errno.Success;
        }
    }
}
