using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>mmap(2).</summary>
internal static class Mappings
{
    private const int Length = 100_000;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("mmap-read", "A mapping shows the file; behind its end the last page is zeros.", Modifies, Read),
        new("mmap-shared-write", "What a shared mapping changes is in the file.", Modifies, SharedWrite),
        new("mmap-private-write", "What a private mapping changes is not.", Modifies, PrivateWrite),
        new("mmap-sees-writes", "A mapping shows what write() changes.", Modifies, SeesWrites),
        new("mmap-two", "Two shared mappings, of two descriptors, are one.", Modifies, Two),
        new("mmap-hole", "Writing into a hole by mapping.", Modifies, Hole),
        new("mmap-after-close-and-unlink", "A mapping outlives its descriptor and the file's name.", Modifies, Outlives),
        new("mmap-rights", "Shared writing needs a descriptor open for both.", Modifies, Rights),
        new("mmap-grows", "A file grown under a mapping shows its new data.", Modifies, Grows),
        new("mmap-offset", "A mapping may start at any page.", Modifies, AtOffset),
    ];

    private static MappedFile? Map(CheckContext c, int fd, int protection, int flags, int length = Length, long offset = 0)
    {
        var outcome = MappedFile.Create(fd, offset, length, protection, flags, out var mapping);

        // ENODEV: the file system has no mappings (direct I/O in FUSE).
        c.MayWork("mmap", outcome, Errno.ENODEV);
        return mapping;
    }

    private static void Read(CheckContext c)
    {
        byte[] data = c.Data(Length);
        int fd = c.Create("f", data);
        using var mapping = Map(c, fd, PROT_READ, MAP_SHARED);
        if (mapping is null) return;
        c.SameData("content", data, mapping.Bytes);
        using var longer = Map(c, fd, PROT_READ, MAP_PRIVATE, 102_400);
        c.SameData("behind the end", new byte[2400], longer!.Bytes[Length..]);
    }

    private static void SharedWrite(CheckContext c)
    {
        byte[] data = c.Data(Length), patch = c.Data(5000);
        int fd = c.Create("f", data);
        using (var mapping = Map(c, fd, PROT_READ | PROT_WRITE, MAP_SHARED))
        {
            if (mapping is null) return;
            patch.CopyTo(mapping.Bytes[7777..]);
            patch.CopyTo(data, 7777);
            c.SameData("read before msync", data, c.ReadAt(fd, 0, 200_000));
            c.Works("msync", mapping.Flush());
        }

        c.SameData("content", data, c.Content("f"));
        c.Works("fsync", Sys.Sync(fd));
        Sys.DropCache(fd);
        c.SameData("content from the file system", data, c.Content("f"));
    }

    private static void PrivateWrite(CheckContext c)
    {
        byte[] data = c.Data(Length);
        int fd = c.Create("f", data);
        using var mapping = Map(c, fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
        if (mapping is null) return;
        mapping.Bytes.Fill(1);
        c.SameData("content", data, c.Content("f"));
    }

    private static void SeesWrites(CheckContext c)
    {
        byte[] data = c.Data(Length), patch = c.Data(6000);
        int fd = c.Create("f", data);
        using var mapping = Map(c, fd, PROT_READ, MAP_SHARED);
        if (mapping is null) return;
        c.SameData("before", data, mapping.Bytes);
        c.WriteAt(fd, patch, 12_345);
        patch.CopyTo(data, 12_345);
        c.SameData("after", data, mapping.Bytes);
    }

    private static void Two(CheckContext c)
    {
        int fd = c.Create("f", c.Data(Length));
        int other = c.Works("open again", c.Open("f", O_RDWR));
        using var first = Map(c, fd, PROT_READ | PROT_WRITE, MAP_SHARED);
        using var second = Map(c, other, PROT_READ | PROT_WRITE, MAP_SHARED);
        if (first is null || second is null) return;
        first.Bytes[5000] = 11;
        second.Bytes[6000] = 22;
        c.Is("seen by the second", (byte)11, second.Bytes[5000]);
        c.Is("seen by the first", (byte)22, first.Bytes[6000]);
    }

    private static void Hole(CheckContext c)
    {
        int fd = c.Create("f");
        c.Works("ftruncate", Sys.Truncate(fd, Length));
        using (var mapping = Map(c, fd, PROT_READ | PROT_WRITE, MAP_SHARED))
        {
            if (mapping is null) return;
            "in the hole"u8.CopyTo(mapping.Bytes[50_000..]);
            c.Works("msync", mapping.Flush());
        }

        byte[] right = new byte[Length];
        "in the hole"u8.CopyTo(right.AsSpan(50_000));
        c.SameData("content", right, c.Content("f"));
    }

    private static void Outlives(CheckContext c)
    {
        byte[] data = c.Data(Length);
        int fd = c.Create("f", data);
        using var mapping = Map(c, fd, PROT_READ | PROT_WRITE, MAP_SHARED);
        if (mapping is null) return;
        c.Works("close", c.Close(fd));
        c.Works("unlink", c.Unlink("f"));
        c.SameData("content", data, mapping.Bytes);
        mapping.Bytes[1] = 99;
        c.Is("written", (byte)99, mapping.Bytes[1]);
        c.Works("msync", mapping.Flush());
    }

    private static void Rights(CheckContext c)
    {
        c.Put("f", c.Data(Length));
        int reader = c.Works("open to read", c.Open("f", O_RDONLY)), writer = c.Works("open to write", c.Open("f", O_WRONLY));
        c.Fails("shared write of a reader", MappedFile.Create(reader, 0, Length, PROT_READ | PROT_WRITE, MAP_SHARED, out _), Errno.EACCES, Errno.ENODEV);
        c.Fails("read of a writer", MappedFile.Create(writer, 0, Length, PROT_READ, MAP_SHARED, out _), Errno.EACCES);
        using var mapping = Map(c, reader, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    }

    private static void Grows(CheckContext c)
    {
        int fd = c.Create("f", "start"u8);
        using var mapping = Map(c, fd, PROT_READ, MAP_SHARED);
        if (mapping is null) return;
        c.Is("first byte", (byte)'s', mapping.Bytes[0]);
        byte[] data = c.Data(Length - 5);
        c.WriteAt(fd, data, 5);
        c.SameData("grown", data, mapping.Bytes[5..]);
    }

    private static void AtOffset(CheckContext c)
    {
        byte[] data = c.Data(Length);
        int fd = c.Create("f", data);
        using var mapping = Map(c, fd, PROT_READ, MAP_SHARED, 8192, 65_536);
        if (mapping is null) return;
        c.SameData("content", data.AsSpan(65_536, 8192), mapping.Bytes);
        c.Fails("within a page", MappedFile.Create(fd, 100, 4096, PROT_READ, MAP_SHARED, out _), Errno.EINVAL);
    }
}
