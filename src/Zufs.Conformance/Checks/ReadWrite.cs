using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Reading and writing at every size and place.</summary>
internal static class ReadWrite
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("read-empty", "Reading an empty file gives 0 at every offset.", Modifies, ReadEmpty),
        new("read-past-end", "A read ends at the end of the file; beyond it is 0.", Modifies, ReadPastEnd),
        new("read-and-write-nothing", "Reads and writes of 0 bytes are 0 and change nothing.", Modifies, Nothing),
        new("io-4k", "4 KiB written and read in one call.", Modifies, c => OneCall(c, 4096)),
        new("io-128k", "128 KiB written and read in one call.", Modifies, c => OneCall(c, 131_072)),
        new("io-1m", "1 MiB written and read in one call.", Modifies, c => OneCall(c, 1_048_576)),
        new("io-1m-and-one", "1 MiB and one byte.", Modifies, c => OneCall(c, 1_048_577)),
        new("io-8m", "8 MiB, more than any channel carries in one request.", Modifies, c => OneCall(c, 8 * 1_048_576)),
        new("io-unaligned", "Sizes and offsets around page boundaries.", Modifies, Unaligned),
        new("io-random", "300 seeded writes, reads and truncations against a model in memory.", Modifies, RandomSteps),
        new("io-sequential-small", "A file written by 7 bytes and read by 13.", Modifies, SmallSteps),
        new("io-vectors", "preadv and pwritev scatter and gather.", Modifies, Vectors),
        new("io-overwrite-middle", "A write in the middle leaves both sides.", Modifies, OverwriteMiddle),
        new("io-negative-offset", "pread, pwrite and lseek before the start are EINVAL.", Modifies, NegativeOffset),
        new("io-two-descriptors", "What one descriptor wrote the other reads at once.", Modifies, TwoDescriptors),
        new("io-persists-over-open", "Data is there after close, dropped cache and open.", Modifies, Persists),
        new("seek", "SEEK_SET, SEEK_CUR, SEEK_END; beyond the end is allowed, before the start is not.", Modifies, Seek),
        new("fsync", "fsync and fdatasync of a file, fsync of a directory.", Modifies, Sync),
        new("sendfile", "sendfile from one file into another.", Modifies, SendFile),
        new("copy-file-range", "Copies a range, also unaligned; beyond the end it is 0.", Modifies, CopyRange),
        new("copy-file-range-overlap", "Overlapping ranges of one file are EINVAL, others work.", Modifies, CopyOverlap),
        new("io-large-offset", "Data beyond 4 GiB stays apart from data below.", Modifies, LargeOffset),
    ];

    private static void ReadEmpty(CheckContext c)
    {
        int fd = c.Create("f");
        byte[] buffer = new byte[4096];
        c.Gives("read", 0, Sys.Read(fd, buffer));
        c.Gives("pread at 0", 0, Sys.PRead(fd, buffer, 0));
        c.Gives("pread at 1 MiB", 0, Sys.PRead(fd, buffer, 1 << 20));
    }

    private static void ReadPastEnd(CheckContext c)
    {
        byte[] data = c.Data(5000);
        int fd = c.Create("f", data);
        byte[] buffer = new byte[8192];
        c.Gives("more than there is", 5000, Sys.PRead(fd, buffer, 0));
        c.SameData("what it read", data, buffer.AsSpan(0, 5000));
        c.Gives("over the end", 1000, Sys.PRead(fd, buffer, 4000));
        c.SameData("what it read over the end", data.AsSpan(4000), buffer.AsSpan(0, 1000));
        c.Gives("the last byte", 1, Sys.PRead(fd, buffer, 4999));
        c.Gives("at the end", 0, Sys.PRead(fd, buffer, 5000));
        c.Gives("far beyond", 0, Sys.PRead(fd, buffer, 1L << 40));
    }

    private static void Nothing(CheckContext c)
    {
        int fd = c.Create("f", "data"u8);
        c.MakeOld("f");
        c.Gives("write", 0, Sys.Write(fd, default));
        c.Gives("pwrite beyond the end", 0, Sys.PWrite(fd, default, 1000));
        c.Gives("read", 0, Sys.Read(fd, default));
        c.Is("size", 4L, c.Status(fd).Size);
        c.Holds("mtime untouched", !CheckContext.IsRecent(c.Status(fd).Modified));
    }

    private static void OneCall(CheckContext c, int size)
    {
        byte[] data = c.Data(size);
        int fd = c.Create("f");
        c.Gives("write", size, Sys.Write(fd, data));
        c.Is("size", (long)size, c.Status(fd).Size);
        byte[] buffer = new byte[size];
        c.Gives("read from the cache", size, Sys.PRead(fd, buffer, 0));
        c.SameData("content", data, buffer);
        c.Works("fsync", Sys.Sync(fd));
        Sys.DropCache(fd);
        Array.Clear(buffer);
        c.Gives("read again", size, Sys.PRead(fd, buffer, 0));
        c.SameData("content again", data, buffer);
    }

    private static void Unaligned(CheckContext c)
    {
        int fd = c.Create("f");
        byte[] model = new byte[40_000];
        int end = 0;
        foreach (int offset in (int[])[0, 1, 511, 4095, 4096, 4097, 8191, 12_288, 20_000])
        {
            foreach (int size in (int[])[1, 2, 4095, 4096, 4097, 9000])
            {
                byte[] data = c.Data(size);
                data.CopyTo(model, offset);
                end = Math.Max(end, offset + size);
                c.WriteAt(fd, data, offset);
            }

            c.SameData($"content after writes at {offset}", model.AsSpan(0, end), c.ReadAt(fd, 0, 50_000));
        }
    }

    private static void RandomSteps(CheckContext c)
    {
        const int Limit = 600_000;
        int fd = c.Create("f");
        byte[] model = new byte[Limit];
        int size = 0, wrong = 0;
        for (int step = 0; step < 300; step++)
        {
            int offset = c.Random.Next(Limit / 2), length = 1 + c.Random.Next(c.Random.Next(4) == 0 ? Limit / 2 : 9000);
            switch (c.Random.Next(8))
            {
                case 0:
                    if (offset < size) model.AsSpan(offset, size - offset).Clear();
                    size = offset;
                    c.Ready("ftruncate", Sys.Truncate(fd, size));
                    break;
                case <= 4:
                    byte[] data = c.Data(length);
                    data.CopyTo(model, offset);
                    size = Math.Max(size, offset + length);
                    c.WriteAt(fd, data, offset);
                    break;
                case 5:
                    c.Ready("fsync", Sys.Sync(fd));
                    Sys.DropCache(fd);
                    break;
                default:
                    int right = Math.Clamp(size - offset, 0, length);
                    if (!c.ReadAt(fd, offset, length).AsSpan().SequenceEqual(model.AsSpan(Math.Min(offset, size), right))) wrong++;
                    break;
            }
        }

        c.Is("reads that were wrong", 0, wrong);
        c.SameData("content", model.AsSpan(0, size), c.ReadAt(fd, 0, Limit + 1));
    }

    private static void SmallSteps(CheckContext c)
    {
        byte[] data = c.Data(20_000);
        int fd = c.Create("f");
        for (int i = 0; i < data.Length; i += 7) c.Ready("write", Sys.Write(fd, data.AsSpan(i, Math.Min(7, data.Length - i))));
        c.Gives("offset", data.Length, Sys.Seek(fd, 0, SEEK_CUR));
        c.Gives("rewind", 0, Sys.Seek(fd, 0, SEEK_SET));
        var all = new List<byte>();
        byte[] buffer = new byte[13];
        for (int read; (read = c.Ready("read", Sys.Read(fd, buffer))) > 0;) all.AddRange(buffer[..read]);
        c.SameData("content", data, all.ToArray());
    }

    private static void Vectors(CheckContext c)
    {
        int[] lengths = [1, 0, 4096, 10, 70_000, 3];
        byte[] data = c.Data(lengths.Sum());
        int fd = c.Create("f");
        c.Gives("pwritev", data.Length, Sys.PWriteV(fd, data, lengths, 100));
        byte[] buffer = new byte[data.Length];
        c.Gives("preadv", data.Length, Sys.PReadV(fd, buffer, [5000, 7, data.Length - 5007], 100));
        c.SameData("content", data, buffer);
        c.Gives("preadv over the end", 50, Sys.PReadV(fd, buffer, [20, 20, 4096], 100 + data.Length - 50));
    }

    private static void OverwriteMiddle(CheckContext c)
    {
        byte[] data = c.Data(30_000), patch = c.Data(5000);
        int fd = c.Create("f", data);
        c.Gives("pwrite", patch.Length, Sys.PWrite(fd, patch, 10_001));
        patch.CopyTo(data, 10_001);
        c.SameData("content", data, c.Content("f"));
        c.Is("size", 30_000L, c.Status("f").Size);
    }

    private static void NegativeOffset(CheckContext c)
    {
        int fd = c.Create("f", "data"u8);
        c.Fails("pread", Sys.PRead(fd, new byte[1], -1), Errno.EINVAL);
        c.Fails("pwrite", Sys.PWrite(fd, new byte[1], -1), Errno.EINVAL);
        c.Fails("lseek", Sys.Seek(fd, -1, SEEK_SET), Errno.EINVAL);
        c.Fails("lseek before the start from the end", Sys.Seek(fd, -5, SEEK_END), Errno.EINVAL);
        c.Fails("lseek with an unknown whence", Sys.Seek(fd, 0, 99), Errno.EINVAL);
    }

    private static void TwoDescriptors(CheckContext c)
    {
        int writer = c.Create("f");
        int reader = c.Works("open to read", c.Open("f", O_RDONLY));
        for (int i = 0; i < 5; i++)
        {
            byte[] data = c.Data(3000);
            c.WriteAt(writer, data, i * 3000);
            c.SameData("read at once", data, c.ReadAt(reader, i * 3000, 4000));
        }

        c.Is("size", 15_000L, c.Status(reader).Size);
    }

    private static void Persists(CheckContext c)
    {
        byte[] data = c.Data(200_000);
        c.Put("f", data);
        int fd = c.Works("open", c.Open("f", O_RDWR));
        c.Works("fsync", Sys.Sync(fd));
        Sys.DropCache(fd);
        c.Works("close", c.Close(fd));
        c.SameData("content", data, c.Content("f"));
    }

    private static void Seek(CheckContext c)
    {
        int fd = c.Create("f", "0123456789"u8);
        c.Gives("SEEK_SET", 3, Sys.Seek(fd, 3, SEEK_SET));
        c.Gives("SEEK_CUR", 5, Sys.Seek(fd, 2, SEEK_CUR));
        c.Gives("SEEK_END", 8, Sys.Seek(fd, -2, SEEK_END));
        byte[] two = new byte[5];
        c.Gives("read", 2, Sys.Read(fd, two));
        c.SameData("what it read", "89"u8, two.AsSpan(0, 2));
        c.Gives("beyond the end", 100, Sys.Seek(fd, 90, SEEK_END));
        c.Gives("read there", 0, Sys.Read(fd, two));
        c.Gives("write there", 1, Sys.Write(fd, "x"u8));
        c.Is("size", 101L, c.Status(fd).Size);
    }

    private static void Sync(CheckContext c)
    {
        int fd = c.Create("f", c.Data(50_000));
        c.Works("fsync", Sys.Sync(fd));
        c.Works("fdatasync", Sys.SyncData(fd));
        int reader = c.Works("open to read", c.Open("f", O_RDONLY));
        c.Works("fsync of a reader", Sys.Sync(reader));
        c.Works("mkdir", c.Mkdir("d"));
        int directory = c.Works("open directory", c.Open("d", O_RDONLY | O_DIRECTORY));
        c.Works("fsync of a directory", Sys.Sync(directory));
        c.Works("syncfs", Sys.SyncFileSystem(fd));
        c.Fails("fsync of a closed descriptor", Sys.Sync(-1), Errno.EBADF);
    }

    private static void SendFile(CheckContext c)
    {
        byte[] data = c.Data(300_000);
        int from = c.Create("from", data), to = c.Create("to");
        long sent = 0;
        while (sent < data.Length - 1000)
        {
            int step = c.Ready("sendfile", Sys.SendFile(to, from, 1000 + sent, data.Length - 1000 - sent));
            if (step == 0) break;
            sent += step;
        }

        c.SameData("content", data.AsSpan(1000), c.Content("to"));
    }

    private static void CopyRange(CheckContext c)
    {
        byte[] data = c.Data(100_000);
        int from = c.Create("from", data), to = c.Create("to");
        c.Gives("whole", data.Length, Sys.CopyRange(from, 0, to, 0, data.Length));
        c.SameData("content", data, c.Content("to"));
        c.Gives("unaligned", 5001, Sys.CopyRange(from, 77, to, 1234, 5001));
        data.AsSpan(77, 5001).ToArray().CopyTo(data, 1234);
        c.SameData("content after it", data, c.Content("to"));
        c.Gives("over the end of the source", 10, Sys.CopyRange(from, 99_990, to, 0, 100));
        c.Gives("beyond the end of the source", 0, Sys.CopyRange(from, 200_000, to, 0, 100));
        c.Gives("beyond the end of the target", 10, Sys.CopyRange(from, 0, to, 150_000, 10));
        c.Is("size", 150_010L, c.Status(to).Size);
        int reader = c.Works("open to read", c.Open("to", O_RDONLY));
        c.Fails("into a reader", Sys.CopyRange(from, 0, reader, 0, 10), Errno.EBADF);
    }

    private static void CopyOverlap(CheckContext c)
    {
        byte[] data = c.Data(20_000);
        int fd = c.Create("f", data);
        c.Fails("overlapping", Sys.CopyRange(fd, 0, fd, 100, 1000), Errno.EINVAL);
        c.Gives("apart", 5000, Sys.CopyRange(fd, 0, fd, 10_000, 5000));
        data.AsSpan(0, 5000).ToArray().CopyTo(data, 10_000);
        c.SameData("content", data, c.Content("f"));
    }

    private static void LargeOffset(CheckContext c)
    {
        const long Far = (1L << 33) + 5;
        int fd = c.Create("f", "near"u8);
        byte[] far = c.Data(5000);
        if (!c.MayWork("write beyond 8 GiB", Sys.PWrite(fd, far, Far), Errno.EFBIG, Errno.ENOSPC)) return;
        c.Is("size", Far + 5000, c.Status(fd).Size);
        c.SameData("far", far, c.ReadAt(fd, Far, 10_000));
        c.SameData("near", "near\0\0"u8, c.ReadAt(fd, 0, 6));
        c.SameData("in between", new byte[10], c.ReadAt(fd, 1L << 32, 10));
        c.Gives("SEEK_END", Far + 5000, Sys.Seek(fd, 0, SEEK_END));
        c.Works("shrink", Sys.Truncate(fd, 4));
        c.SameData("after shrinking", "near"u8, c.ReadAt(fd, 0, 100));
    }
}
