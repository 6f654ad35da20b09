using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

public class MemoryHotPathTests
{
    private const ulong Root = MemoryMount.Root;

    [Fact]
    public void Operations_allocate_nothing()
    {
        using var mount = new MemoryMount();
        ulong node = mount.Create(Root, "file");
        byte[] data = MemoryDataTests.Pattern(1 << 20);
        mount.Write(node, 0, data);
        byte[] room = new byte[1 << 20];
        var pieces = new UnmanagedMemory[DataReply.MaxLent];
        Errno errors = Errno.Success;
        Round();
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Errno.Success, errors);

        void Round()
        {
            Entry entry = default;
            Attributes attributes = default;
            CacheTimeout timeout = default;
            OpenFile file = default;
            Errno failed = mount.FileSystem.Lookup(mount.Request, Root, "file"u8, ref entry);
            mount.FileSystem.Forget(entry.Node, 1);
            failed |= mount.FileSystem.GetAttr(mount.Request, node, 0, ref attributes, ref timeout);
            failed |= mount.FileSystem.Write(mount.Request, node, node, 0, data.AsSpan(0, 8192), 0, out _);
            var copied = new DataReply(room.AsSpan(0, 100), pieces);
            failed |= mount.FileSystem.Read(mount.Request, node, node, 5, ref copied);
            var lent = new DataReply(room, pieces);
            failed |= mount.FileSystem.Read(mount.Request, node, node, 0, ref lent);
            lent.Lease!.Release(lent.LeaseToken);
            var writer = new DirectoryWriter(room, isPlus: false, default, default);
            failed |= mount.FileSystem.ReadDir(mount.Request, Root, 0, 0, ref writer);
            failed |= mount.FileSystem.Create(mount.Request, Root, "new"u8, 0x180, 0x80, 0, ref entry, ref file);
            failed |= mount.FileSystem.Rename(mount.Request, Root, "new"u8, Root, "newer"u8, 0);
            failed |= mount.FileSystem.Unlink(mount.Request, Root, "newer"u8);
            failed |= mount.FileSystem.Release(mount.Request, entry.Node, file.Handle, 0, 0, 0);
            mount.FileSystem.Forget(entry.Node, 1);
            errors |= failed;
        }
    }

    [Fact]
    public void Operations_of_several_threads_do_not_disturb_each_other()
    {
        using var mount = new MemoryMount();
        ulong shared = mount.MkDir(Root, "shared");
        ulong hot = mount.Create(Root, "hot");
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            try
            {
                Work(mount, shared, hot, n);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60)), "a thread hangs"));
        Assert.Empty(failures);
        Assert.Empty(mount.Names(shared));
        Assert.Equal(2u, mount.Stat(shared).Nlink);
        mount.Truncate(hot, 0);
        Assert.Equal(mount.StatFs().Blocks, mount.StatFs().FreeBlocks);
        Assert.Equal(mount.StatFs().Files - 3, mount.StatFs().FreeFiles);
    }

    private static void Work(MemoryMount mount, ulong shared, ulong hot, int number)
    {
        byte[] mine = [.. Enumerable.Repeat((byte)(number + 1), 9000)];
        for (int i = 0; i < 500; i++)
        {
            string name = $"{number}-{i}";
            ulong node = mount.Create(shared, name);
            mount.Write(node, 0, mine);
            // All write the same file at places of their own, and one cuts it off now and then.
            mount.Write(hot, (long)number << 20, mine);
            byte[] read = mount.Read(hot, (long)number << 20, mine.Length);
            if (read.AsSpan().IndexOfAnyExcept((byte)0, (byte)(number + 1)) >= 0)
                throw new InvalidDataException("Bytes of another thread.");
            if (number == 0 && i % 50 == 0)
                mount.Truncate(hot, 0);
            if (!mount.Read(node, 0, 10_000).AsSpan().SequenceEqual(mine))
                throw new InvalidDataException("A file of its own changed.");
            ulong directory = mount.MkDir(shared, name + "d");
            MemoryMount.Must(mount.Rename(shared, name, directory, "moved"), 0);
            MemoryMount.Must(mount.Rename(directory, "moved", shared, "contended"), 0);
            Errno unlinked = mount.Unlink(shared, "contended");
            if (unlinked is not (Errno.Success or Errno.ENOENT))
                throw new InvalidDataException($"unlink: {unlinked}");
            MemoryMount.Must(mount.RmDir(shared, name + "d"), 0);
            mount.List(shared);
            mount.Close(node);
            mount.FileSystem.Forget(node, 1);
            mount.FileSystem.Forget(directory, 1);
        }
    }
}
