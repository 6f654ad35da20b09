using System.Globalization;
using System.Text;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>What can be checked without changing anything. On a tree that holds nothing, less is seen, and both mounts see the same.</summary>
internal static class Looking
{
    /// <summary>Enough of any tree to tell two of them apart, and to end in a second.</summary>
    private const int MostEntries = 2000, MostFiles = 100, MostBytes = 4 << 20;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("look-root", "The root is a directory that can be opened, listed and searched.", ReadOnly, Root),
        new("look-statfs", "The numbers of statfs make sense together.", ReadOnly, StatFs),
        new("look-names", "Every listed name can be found; each is listed once.", ReadOnly, NamesOfAll),
        new("look-attributes", "Kind, mode, owner, links and size of everything.", ReadOnly, AttributesOfAll),
        new("look-times", "mtime of every file and symlink.", ReadOnly, TimesOfAll),
        new("look-data", "Content of the files; as long as their size says.", ReadOnly, Data),
        new("look-data-sizes", "Reads of 1 byte, 4 KiB, 128 KiB and 1 MiB give the same data.", ReadOnly, ReadSizes),
        new("look-data-random", "Reads at seeded offsets give what a whole read gives.", ReadOnly, RandomReads),
        new("look-data-beyond", "Reading at and beyond the end is 0 bytes.", ReadOnly, Beyond),
        new("look-mmap", "A mapping shows what read shows.", ReadOnly, Mapped),
        new("look-symlinks", "Every symlink's target; its size is the target's length.", ReadOnly, Symlinks),
        new("look-xattrs", "Names of the extended attributes that users see.", ReadOnly, XAttrsOfAll),
        new("look-missing", "Names that aren't there are ENOENT, too long ones ENAMETOOLONG.", ReadOnly, Missing),
        new("look-wrong-kind", "A file isn't a directory, a directory isn't a file.", ReadOnly, WrongKind),
        new("look-list-again", "A rewound listing is the same again; so is one from each position.", ReadOnly, ListAgain),
        new("look-dots", "'.' and '..' are listed in every directory and lead where they should.", ReadOnly, DotsOfAll),
        new("look-twice", "A second look finds the same inodes.", ReadOnly, Twice),
        new("look-open-many", "200 descriptors of one file at a time.", ReadOnly, OpenMany),
        new("look-parallel", "Four threads read the same files and see the same.", ReadOnly, Parallel),
    ];

    private readonly record struct Item(Name Path, FileStatus Status);

    private static List<Item> Walk(CheckContext c)
    {
        var found = new List<Item>();
        var waiting = new Queue<Name>(["."]);
        while (waiting.Count > 0 && found.Count < MostEntries)
        {
            var directory = waiting.Dequeue();
            if (c.Access(directory, R_OK | X_OK).Failed) continue;
            foreach (var item in c.List(directory).Where(i => !i.IsDot).OrderBy(i => i.Name.ToString(), StringComparer.Ordinal))
            {
                if (item.Name.Bytes.StartsWith(".zufs-check-"u8)) continue;
                var path = directory.Slash(item.Name);
                if (c.LStat(path, out var status).Failed) continue;
                found.Add(new Item(path, status));
                if (status.Kind == "directory") waiting.Enqueue(path);
                if (found.Count == MostEntries) break;
            }
        }

        return found;
    }

    private static List<Item> Readable(CheckContext c) =>
        [.. Walk(c).Where(i => i.Status.Kind == "file" && i.Status.Size <= MostBytes && !c.Access(i.Path, R_OK).Failed).Take(MostFiles)];

    private static void Root(CheckContext c)
    {
        c.Is("kind", "directory", c.Status(".").Kind);
        c.Holds("links", c.Status(".").Links >= 1);
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        c.Holds("fstat is stat", c.Status(fd).Inode == c.Status(".").Inode);

        // Before the listing: behind it the position may be a number that read(2) refuses with EINVAL.
        c.Fails("read", Sys.Read(fd, new byte[10]), Errno.EISDIR);
        c.Works("list", Sys.List(fd, new byte[4096], []));
        c.Fails("open to write", c.Open(".", O_WRONLY), Errno.EISDIR, Errno.EROFS);
        c.Note("mode", c.Status(".").PermissionText);
    }

    private static void StatFs(CheckContext c)
    {
        int fd = c.Works("open", c.Open(".", O_RDONLY | O_DIRECTORY));
        c.Works("statfs", Sys.FileSystem(fd, out var status));
        c.Holds("free blocks are not more than there are", status.FreeBlocks <= status.Blocks && status.AvailableBlocks <= status.Blocks);
        c.Holds("free inodes are not more than there are", status.FreeFiles <= status.Files);
        c.Holds("a block size", status.BlockSize > 0);
        c.Note("longest name", status.NameLength);
        c.Holds("which is at least 255", status.NameLength >= 255);
    }

    private static void NamesOfAll(CheckContext c)
    {
        var all = Walk(c);
        c.Note("names", all.Count);
        c.Is("different ones", all.Count, all.Select(i => i.Path.ToString()).Distinct(StringComparer.Ordinal).Count());
        c.Note("digest of the paths", Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', all.Select(i => i.Path.ToString())))));
        foreach (var item in all.Take(100)) c.Note($"path {item.Path}", item.Status.Kind);
    }

    private static void AttributesOfAll(CheckContext c)
    {
        foreach (var (path, s) in Walk(c))
        {
            // The size and links of a directory are the file system's own affair.
            bool own = s.Kind == "directory";
            c.Note($"{path}", $"{s.Kind} {s.PermissionText} {s.User}:{s.Group}" + (own ? "" : $" links {s.Links} size {s.Size}"));
        }
    }

    private static void TimesOfAll(CheckContext c)
    {
        foreach (var (path, s) in Walk(c).Where(i => i.Status.Kind is "file" or "symlink"))
        {
            // Of what was made just now, two mounts can't agree on the time.
            bool fresh = ((TimeValue)s.Modified).Seconds >= DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600;
            c.Note($"mtime of {path}", fresh ? "within the last hour" : ((TimeValue)s.Modified).ToString());
        }
    }

    private static void Data(CheckContext c)
    {
        foreach (var (path, status) in Readable(c))
        {
            int fd = c.Ready($"open {path}", c.Open(path, O_RDONLY));
            byte[] data = c.ReadAt(fd, 0, MostBytes + 1);
            c.Note($"data of {path}", Digest.Of(data));
            c.Is($"length of {path}", status.Size, data.Length);
            c.Ready("close", c.Close(fd));
        }
    }

    private static void ReadSizes(CheckContext c)
    {
        foreach (var item in Readable(c).Where(i => i.Status.Size > 0).Take(5))
        {
            int fd = c.Ready("open", c.Open(item.Path, O_RDONLY));
            byte[] whole = c.ReadAt(fd, 0, MostBytes);
            foreach (int size in (int[])[1, 4096, 131_072, 1 << 20])
            {
                // By single bytes only a start: the rest is the same again.
                int limit = size == 1 ? Math.Min(whole.Length, 5000) : whole.Length;
                byte[] data = new byte[limit];
                for (int at = 0; at < limit;)
                {
                    int read = c.Ready("read", Sys.PRead(fd, data.AsSpan(at, Math.Min(size, limit - at)), at));
                    if (read == 0) break;
                    at += read;
                }

                c.Holds($"{item.Path} by {size}", data.AsSpan().SequenceEqual(whole.AsSpan(0, limit)));
            }
        }
    }

    private static void RandomReads(CheckContext c)
    {
        foreach (var item in Readable(c).Where(i => i.Status.Size > 100).Take(10))
        {
            int fd = c.Ready("open", c.Open(item.Path, O_RDONLY));
            byte[] whole = c.ReadAt(fd, 0, MostBytes);
            Sys.DropCache(fd);
            int wrong = 0;
            for (int i = 0; i < 50; i++)
            {
                int offset = c.Random.Next(whole.Length), length = Math.Min(1 + c.Random.Next(20_000), whole.Length - offset);
                if (!c.ReadAt(fd, offset, length).AsSpan().SequenceEqual(whole.AsSpan(offset, length))) wrong++;
            }

            c.Is($"wrong reads of {item.Path}", 0, wrong);
        }
    }

    private static void Beyond(CheckContext c)
    {
        foreach (var item in Readable(c).Take(20))
        {
            int fd = c.Ready("open", c.Open(item.Path, O_RDONLY));
            c.Gives($"at the end of {item.Path}", 0, Sys.PRead(fd, new byte[100], item.Status.Size));
            c.Gives($"beyond the end of {item.Path}", 0, Sys.PRead(fd, new byte[100], item.Status.Size + 1_000_000));
            c.Gives($"SEEK_END of {item.Path}", item.Status.Size, Sys.Seek(fd, 0, SEEK_END));
        }
    }

    private static void Mapped(CheckContext c)
    {
        foreach (var item in Readable(c).Where(i => i.Status.Size > 0).Take(20))
        {
            int fd = c.Ready("open", c.Open(item.Path, O_RDONLY));
            var outcome = MappedFile.Create(fd, 0, (int)item.Status.Size, PROT_READ, MAP_SHARED, out var mapping);
            if (!c.MayWork($"map {item.Path}", outcome, Errno.ENODEV)) continue;
            using (mapping) c.SameData($"data of {item.Path}", c.ReadAt(fd, 0, MostBytes), mapping!.Bytes);
        }
    }

    private static void Symlinks(CheckContext c)
    {
        byte[] buffer = new byte[5000];
        foreach (var (path, status) in Walk(c).Where(i => i.Status.Kind == "symlink").Take(200))
        {
            int length = c.Ready($"readlink {path}", c.ReadLink(path, buffer));
            c.Note($"target of {path}", Name.Of(buffer.AsSpan(0, length)));
            c.Is($"size of {path}", status.Size, (long)length);
            c.Note($"{path} leads to", c.Stat(path, out var target).Failed ? "nothing" : target.Kind);
        }
    }

    private static void XAttrsOfAll(CheckContext c)
    {
        byte[] buffer = new byte[65_536];
        foreach (var item in Walk(c).Take(200))
        {
            var listed = c.ListXAttr(item.Path, buffer);
            if (!c.MayWork($"list of {item.Path}", listed, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
            var names = Encoding.Latin1.GetString(buffer, 0, (int)listed.Value).Split('\0').Where(n => n.StartsWith("user.", StringComparison.Ordinal));
            c.Note($"names of {item.Path}", string.Join(' ', names.Order(StringComparer.Ordinal)));
        }
    }

    private static void Missing(CheckContext c)
    {
        foreach (var directory in Directories(c).Take(20))
        {
            c.Fails($"missing in {directory}", c.Stat(directory.Slash("zufs no such name"), out _), Errno.ENOENT);
            c.Fails($"not UTF-8 in {directory}", c.Stat(directory.Slash((byte[])[0xff, 0xfe]), out _), Errno.ENOENT);
            c.Fails($"255 bytes in {directory}", c.Stat(directory.Slash(new string('z', 255)), out _), Errno.ENOENT);
            c.Fails($"256 bytes in {directory}", c.Stat(directory.Slash(new string('z', 256)), out _), Errno.ENAMETOOLONG);
        }
    }

    private static IEnumerable<Name> Directories(CheckContext c) =>
        Walk(c).Where(i => i.Status.Kind == "directory" && !c.Access(i.Path, R_OK | X_OK).Failed).Select(i => i.Path).Prepend(".");

    private static void WrongKind(CheckContext c)
    {
        foreach (var item in Readable(c).Take(20))
        {
            c.Fails($"{item.Path} as a directory", c.Open(item.Path, O_RDONLY | O_DIRECTORY), Errno.ENOTDIR);
            c.Fails($"below {item.Path}", c.Stat(item.Path.Slash("x"), out _), Errno.ENOTDIR);
            c.Fails($"readlink {item.Path}", c.ReadLink(item.Path, new byte[10]), Errno.EINVAL);
        }

        foreach (var directory in Directories(c).Take(20)) c.Fails($"{directory} to write", c.Open(directory, O_RDWR), Errno.EISDIR, Errno.EROFS);
    }

    private static void ListAgain(CheckContext c)
    {
        foreach (var directory in Directories(c).Take(20))
        {
            int fd = c.Ready("open", c.Open(directory, O_RDONLY | O_DIRECTORY));
            var all = c.Rest(fd);
            c.Gives($"rewind {directory}", 0, Sys.Seek(fd, 0, SEEK_SET));
            string first = string.Join('\n', CheckContext.Sorted(all));
            c.Holds($"the same names in {directory}", first == string.Join('\n', CheckContext.Sorted(c.Rest(fd, 1024))));
            var middle = all[all.Count / 2];
            if (Sys.Seek(fd, middle.Next, SEEK_SET).Failed) continue;
            c.Is($"names behind the middle of {directory}", all.Count - (all.Count / 2) - 1, c.Rest(fd, 1024).Count);
        }
    }

    private static void DotsOfAll(CheckContext c)
    {
        foreach (var directory in Directories(c).Take(50))
        {
            var items = c.List(directory);
            c.Note($"dots in {directory}", items.Count(i => i.IsDot));
            c.Holds($"'.' of {directory}", c.Status(directory.Slash(".")).Inode == c.Status(directory).Inode);
        }
    }

    private static void Twice(CheckContext c)
    {
        List<Item> first = Walk(c), second = Walk(c);
        c.Is("names", first.Count, second.Count);
        int same = first.Zip(second).Count(p => p.First.Status.Inode == p.Second.Status.Inode && p.First.Path.Bytes.SequenceEqual(p.Second.Path.Bytes));
        c.Is("same inode", first.Count, same);
    }

    private static void OpenMany(CheckContext c)
    {
        foreach (var item in Readable(c).Take(1))
        {
            int[] all = [.. Enumerable.Range(0, 200).Select(_ => c.Ready("open", c.Open(item.Path, O_RDONLY)))];
            byte[] right = c.ReadAt(all[0], 0, 4096);
            c.Is("that read the same", 200, all.Count(fd => c.ReadAt(fd, 0, 4096).AsSpan().SequenceEqual(right)));
            foreach (int fd in all) c.Ready("close", c.Close(fd));
        }
    }

    private static void Parallel(CheckContext c)
    {
        var files = Readable(c).Take(30).ToList();
        string[] digests = new string[4];
        CheckContext.Together(4, t =>
        {
            var text = new StringBuilder();
            byte[] buffer = new byte[MostBytes];
            foreach (var file in files)
            {
                var opened = c.Open(file.Path, O_RDONLY);
                if (opened.Failed)
                {
                    text.Append(opened.Error);
                    continue;
                }

                long filled = 0;
                for (Outcome read; (read = Sys.PRead((int)opened.Value, buffer.AsSpan((int)filled), filled)).Value > 0;) filled += read.Value;
                text.Append(CultureInfo.InvariantCulture, $"{Digest.Of(buffer.AsSpan(0, (int)filled))};");
                _ = c.Close((int)opened.Value);
            }

            digests[t] = text.ToString();
        });
        c.Is("different results", 1, digests.Distinct(StringComparer.Ordinal).Count());
    }
}
