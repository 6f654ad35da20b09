using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class PathConcurrencyTests
{
    private static readonly string[] s_directories = ["d0", "d1", "d2"];

    [Fact]
    public async Task Threads_that_make_open_rename_and_unlink_in_directories_that_move_leave_nothing_behind()
    {
        var target = new Agreeable();
        using var mount = new PathMount(target);
        ulong[] directories = [.. s_directories.Select(d => mount.Walk(d))];
        bool isOver = false;
        Task[] workers = [.. Enumerable.Range(0, 3).Select(w => Start(() => Work(mount, directories, w)))];
        Task mover = Start(() =>
        {
            for (int i = 0; !Volatile.Read(ref isOver); i++)
            {
                // d1 goes below d0 and comes back.
                Assert.Equal(Errno.Success, mount.Rename(1, "d1", directories[0], "inner"));
                Assert.Equal(Errno.Success, mount.Rename(directories[0], "inner", 1, "d1"));
            }
        });
        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(60));
        Volatile.Write(ref isOver, true);
        await mover.WaitAsync(TimeSpan.FromSeconds(60));
        foreach (ulong directory in directories)
            mount.FileSystem.Forget(directory, 1);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
        Assert.Equal(0, target.Wrong);
        Assert.True(target.Hidden > 0);
        Assert.Equal(target.Hidden, target.HiddenUnlinked);
    }

    private static void Work(PathMount mount, ulong[] directories, int worker)
    {
        var random = new Random(worker);
        string name = $"file-{worker}";
        string newName = $"moved-{worker}";
        for (int i = 0; i < 2000; i++)
        {
            ulong from = directories[random.Next(directories.Length)];
            ulong to = directories[random.Next(directories.Length)];
            Assert.Equal(Errno.Success, mount.Lookup(from, name, out Entry entry));
            ulong handle = mount.Open(entry.Node);
            Assert.Equal(Errno.Success, mount.Rename(from, name, to, newName));
            Assert.Equal(Errno.Success, mount.GetAttr(entry.Node, 0, out _));
            Assert.Equal(Errno.Success, mount.Unlink(to, newName));
            Assert.Equal(Errno.Success, mount.Read(entry.Node, handle, out _));
            Assert.Equal(Errno.Success, mount.Release(entry.Node, handle));
            mount.FileSystem.Forget(entry.Node, 1);
        }
    }

    private static Task Start(Action body) => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Everything is there but hidden names, and every path is looked at.</summary>
    private sealed class Agreeable : PathFileSystemBase
    {
        private int _wrong;
        private int _hidden;
        private int _hiddenUnlinked;

        public override PathTraits Traits { get; } = new() { Name = "agreeable", Concurrency = Concurrency.Blocking };

        public int Wrong => _wrong;

        public int Hidden => _hidden;

        public int HiddenUnlinked => _hiddenUnlinked;

        public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
        {
            Look(path);
            attributes.Mode = Last(path)[0] is (byte)'f' or (byte)'m' ? FileMode.S_IFREG : FileMode.S_IFDIR;
            return IsHidden(path) ? Errno.ENOENT : Errno.Success;
        }

        public override Errno Open(in Request request, ReadOnlySpan<byte> path, ref PathFile file) => Look(path);

        public override Errno Read(in Request request, ReadOnlySpan<byte> path, ulong offset, ref PathFile file, ref DataReply reply) => Look(path);

        public override Errno Rename(in Request request, ReadOnlySpan<byte> path, ReadOnlySpan<byte> newPath, uint flags)
        {
            if (IsHidden(newPath))
                Interlocked.Increment(ref _hidden);
            return Look(path) == Errno.Success ? Look(newPath) : Errno.EIO;
        }

        public override Errno Unlink(in Request request, ReadOnlySpan<byte> path)
        {
            if (IsHidden(path))
                Interlocked.Increment(ref _hiddenUnlinked);
            return Look(path);
        }

        private static bool IsHidden(ReadOnlySpan<byte> path) => Last(path).StartsWith(".fuse_hidden"u8);

        private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

        private Errno Look(ReadOnlySpan<byte> path)
        {
            ReadOnlySpan<byte> first = path[1..];
            int end = first.IndexOf((byte)'/');
            if (end >= 0)
                first = first[..end];
            bool isRight = path[0] == (byte)'/' && (first.SequenceEqual("d0"u8) || first.SequenceEqual("d1"u8) || first.SequenceEqual("d2"u8));
            if (!isRight)
                Interlocked.Increment(ref _wrong);
            return isRight ? Errno.Success : Errno.EIO;
        }
    }
}
