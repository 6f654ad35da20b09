using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Truncation, holes and allocation.</summary>
internal static class Sizes
{
    private const int Block = 65_536;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("truncate-up", "A file grown by truncate reads zeros there.", Modifies, Up),
        new("truncate-down", "A file cut by truncate ends there.", Modifies, Down),
        new("truncate-down-and-up", "Data that was cut off never comes back.", Modifies, DownAndUp),
        new("truncate-times", "A change of size moves mtime and ctime; ftruncate to the same size too.", Modifies, Times),
        new("truncate-wrong", "Negative sizes are EINVAL, a directory EISDIR, a reader EINVAL.", Modifies, Wrong),
        new("truncate-to-nothing", "To 0 and written anew, many times.", Modifies, ToNothing),
        new("hole-reads-zeros", "What was skipped by a write reads as zeros and costs no blocks.", Modifies, HoleReadsZeros),
        new("hole-seek", "SEEK_DATA and SEEK_HOLE find data and the end; beyond it is ENXIO.", Modifies, HoleSeek),
        new("hole-seek-dense", "In a dense file the first hole is the end.", Modifies, HoleSeekDense),
        new("hole-large", "A sparse file of 1 GiB takes hardly any blocks.", Modifies, HoleLarge),
        new("fallocate", "Allocates and extends; the new part reads zeros.", Modifies, Allocate),
        new("fallocate-keep-size", "FALLOC_FL_KEEP_SIZE doesn't change the size.", Modifies, KeepSize),
        new("fallocate-punch-hole", "A punched hole reads zeros; size stays; both edges are kept.", Modifies, PunchHole),
        new("fallocate-zero-range", "A zeroed range reads zeros and may extend the file.", Modifies, ZeroRange),
        new("fallocate-collapse-and-insert", "Ranges cut out and pushed in, where the file system can.", Modifies, CollapseAndInsert),
        new("fallocate-wrong", "Empty or negative ranges are EINVAL, a reader EBADF.", Modifies, AllocateWrong),
    ];

    private static void Up(CheckContext c)
    {
        byte[] data = c.Data(5000);
        int fd = c.Create("f", data);
        c.Works("truncate by name", c.Truncate("f", 20_000));
        c.Is("size", 20_000L, c.Status("f").Size);
        c.SameData("content", (byte[])[.. data, .. new byte[15_000]], c.ReadAt(fd, 0, 30_000));
        c.Works("ftruncate", Sys.Truncate(fd, 100_001));
        c.SameData("grown again", new byte[80_001], c.ReadAt(fd, 20_000, 200_000));
    }

    private static void Down(CheckContext c)
    {
        byte[] data = c.Data(100_000);
        int fd = c.Create("f", data);
        foreach (int size in (int[])[70_001, 65_536, 4097, 4096, 1, 0])
        {
            c.Works($"ftruncate to {size}", Sys.Truncate(fd, size));
            c.SameData($"content at {size}", data.AsSpan(0, size), c.ReadAt(fd, 0, 200_000));
        }
    }

    private static void DownAndUp(CheckContext c)
    {
        foreach (int cut in (int[])[0, 1, 100, 4096, 5000])
        {
            byte[] data = c.Data(30_000);
            Name name = $"f{cut}";
            int fd = c.Create(name, data);
            c.Works("down", Sys.Truncate(fd, cut));
            c.Works("up", Sys.Truncate(fd, 30_000));
            c.SameData($"zeros behind {cut}", (byte[])[.. data[..cut], .. new byte[30_000 - cut]], c.ReadAt(fd, 0, 40_000));
            c.WriteAt(fd, "x"u8, 40_000);
            c.SameData("zeros up to a write beyond the end", new byte[10_000], c.ReadAt(fd, 30_000, 10_000));
        }
    }

    private static void Times(CheckContext c)
    {
        int fd = c.Create("f", c.Data(100));
        c.MakeOld("f");
        c.Works("ftruncate", Sys.Truncate(fd, 50));
        c.Holds("mtime moved", CheckContext.IsRecent(c.Status(fd).Modified));
        c.MakeOld("f");
        c.Works("ftruncate to the same size", Sys.Truncate(fd, 50));
        c.Holds("mtime moved again", CheckContext.IsRecent(c.Status(fd).Modified));
    }

    private static void Wrong(CheckContext c)
    {
        c.Put("f", "data"u8);
        c.Works("mkdir", c.Mkdir("d"));
        int reader = c.Works("open to read", c.Open("f", O_RDONLY));
        c.Fails("negative", c.Truncate("f", -1), Errno.EINVAL);
        c.Fails("a directory", c.Truncate("d", 0), Errno.EISDIR);
        c.Fails("a reader", Sys.Truncate(reader, 0), Errno.EINVAL);
        if (c.MayWork("2^63 - 1 bytes", c.Truncate("f", long.MaxValue), Errno.EFBIG, Errno.EINVAL)) c.Works("back to 4", c.Truncate("f", 4));
        c.SameData("content", "data"u8, c.Content("f"));
    }

    private static void ToNothing(CheckContext c)
    {
        int fd = c.Create("f");
        for (int i = 0; i < 20; i++)
        {
            byte[] data = c.Data(1 + (i * 1713));
            c.Ready("ftruncate", Sys.Truncate(fd, 0));
            c.WriteAt(fd, data, 0);
            c.SameData($"round {i}", data, c.ReadAt(fd, 0, 100_000));
        }
    }

    private static void HoleReadsZeros(CheckContext c)
    {
        byte[] data = c.Data(100);
        int fd = c.Create("f", data);
        c.WriteAt(fd, data, 1_000_000);
        c.SameData("hole", new byte[999_900], c.ReadAt(fd, 100, 999_900));
        c.SameData("behind it", data, c.ReadAt(fd, 1_000_000, 1000));
        c.Works("fsync", Sys.Sync(fd));
        c.Holds("fewer blocks than a dense file", c.Status(fd).Blocks * 512 < 500_000);
    }

    private static void HoleSeek(CheckContext c)
    {
        int fd = c.Create("f");
        c.Works("ftruncate", Sys.Truncate(fd, 4 * Block));
        c.WriteAt(fd, c.Data(Block), 2 * Block);
        c.Works("fsync", Sys.Sync(fd));
        var data = Sys.Seek(fd, 0, SEEK_DATA);
        c.Holds("data is found at or before where it is", !data.Failed && data.Value <= 2 * Block);
        c.Note("data found at", data);
        var hole = Sys.Seek(fd, 2 * Block, SEEK_HOLE);
        c.Holds("a hole behind it", !hole.Failed && hole.Value is 3 * Block or 4 * Block);
        c.Note("hole found at", hole);
        c.Note("data behind it", Sys.Seek(fd, 3 * Block, SEEK_DATA));
        c.Fails("SEEK_DATA at the end", Sys.Seek(fd, 4 * Block, SEEK_DATA), Errno.ENXIO);
        c.Fails("SEEK_HOLE beyond the end", Sys.Seek(fd, 5 * Block, SEEK_HOLE), Errno.ENXIO);
    }

    private static void HoleSeekDense(CheckContext c)
    {
        int fd = c.Create("f", c.Data(2 * Block));
        c.Works("fsync", Sys.Sync(fd));
        c.Gives("SEEK_DATA", 100, Sys.Seek(fd, 100, SEEK_DATA));
        c.Gives("SEEK_HOLE", 2 * Block, Sys.Seek(fd, 0, SEEK_HOLE));
        int empty = c.Create("empty");
        c.Fails("SEEK_DATA in an empty file", Sys.Seek(empty, 0, SEEK_DATA), Errno.ENXIO);
        c.Fails("SEEK_HOLE in an empty file", Sys.Seek(empty, 0, SEEK_HOLE), Errno.ENXIO);
    }

    private static void HoleLarge(CheckContext c)
    {
        int fd = c.Create("f");
        c.Works("ftruncate", Sys.Truncate(fd, 1 << 30));
        c.WriteAt(fd, "end"u8, (1 << 30) - 3);
        c.Works("fsync", Sys.Sync(fd));
        c.Is("size", 1L << 30, c.Status(fd).Size);
        c.Holds("less than 1 MiB in blocks", c.Status(fd).Blocks * 512 < 1 << 20);
        c.SameData("the end", "\0end"u8, c.ReadAt(fd, (1 << 30) - 4, 10));
    }

    private static void Allocate(CheckContext c)
    {
        byte[] data = c.Data(1000);
        int fd = c.Create("f", data);
        if (!c.MayWork("fallocate", Sys.Allocate(fd, 0, 0, 100_000))) return;
        c.Is("size", 100_000L, c.Status(fd).Size);
        c.SameData("content", (byte[])[.. data, .. new byte[99_000]], c.ReadAt(fd, 0, 200_000));
        c.Works("inside", Sys.Allocate(fd, 0, 10, 10));
        c.Is("size after it", 100_000L, c.Status(fd).Size);
    }

    private static void KeepSize(CheckContext c)
    {
        int fd = c.Create("f", "data"u8);
        if (!c.MayWork("fallocate", Sys.Allocate(fd, FALLOC_FL_KEEP_SIZE, 0, 1 << 20))) return;
        c.Is("size", 4L, c.Status(fd).Size);
        c.SameData("content", "data"u8, c.ReadAt(fd, 0, 100));
    }

    private static void PunchHole(CheckContext c)
    {
        byte[] data = c.Data(4 * Block);
        int fd = c.Create("f", data);
        c.Fails("without FALLOC_FL_KEEP_SIZE", Sys.Allocate(fd, FALLOC_FL_PUNCH_HOLE, 0, Block), Errno.EOPNOTSUPP);
        if (!c.MayWork("punch", Sys.Allocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, Block + 10, Block))) return;
        data.AsSpan(Block + 10, Block).Clear();
        c.SameData("content", data, c.ReadAt(fd, 0, 5 * Block));
        c.Works("punch over the end", Sys.Allocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (3 * Block) + 1, 2 * Block));
        data.AsSpan((3 * Block) + 1).Clear();
        c.SameData("content after it", data, c.ReadAt(fd, 0, 5 * Block));
        c.Is("size", 4L * Block, c.Status(fd).Size);
    }

    private static void ZeroRange(CheckContext c)
    {
        byte[] data = c.Data(2 * Block);
        int fd = c.Create("f", data);
        if (!c.MayWork("zero", Sys.Allocate(fd, FALLOC_FL_ZERO_RANGE, 100, Block))) return;
        data.AsSpan(100, Block).Clear();
        c.SameData("content", data, c.ReadAt(fd, 0, 3 * Block));
        c.Works("keeping the size", Sys.Allocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 2 * Block, Block));
        c.Is("size", 2L * Block, c.Status(fd).Size);
        c.Works("over the end", Sys.Allocate(fd, FALLOC_FL_ZERO_RANGE, 2 * Block, Block));
        c.Is("size after it", 3L * Block, c.Status(fd).Size);
    }

    private static void CollapseAndInsert(CheckContext c)
    {
        byte[] data = c.Data(4 * Block);
        int fd = c.Create("f", data);
        if (c.MayWork("collapse", Sys.Allocate(fd, FALLOC_FL_COLLAPSE_RANGE, Block, Block)))
        {
            data = [.. data[..Block], .. data[(2 * Block)..]];
            c.SameData("content", data, c.ReadAt(fd, 0, 5 * Block));
        }

        if (c.MayWork("insert", Sys.Allocate(fd, FALLOC_FL_INSERT_RANGE, Block, Block)))
        {
            data = [.. data[..Block], .. new byte[Block], .. data[Block..]];
            c.SameData("content after insert", data, c.ReadAt(fd, 0, 6 * Block));
        }
    }

    private static void AllocateWrong(CheckContext c)
    {
        int fd = c.Create("f", "data"u8);
        int reader = c.Works("open to read", c.Open("f", O_RDONLY));
        c.Fails("empty", Sys.Allocate(fd, 0, 0, 0), Errno.EINVAL);
        c.Fails("negative offset", Sys.Allocate(fd, 0, -1, 10), Errno.EINVAL);
        c.Fails("negative length", Sys.Allocate(fd, 0, 0, -1), Errno.EINVAL);
        c.Fails("a reader", Sys.Allocate(reader, 0, 0, 10), Errno.EBADF);
        c.Is("size", 4L, c.Status(fd).Size);
    }
}
