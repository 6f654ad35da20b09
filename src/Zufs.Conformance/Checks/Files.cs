using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Files come, are opened, and go; what is open lives on.</summary>
internal static class Files
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("create", "A new file is empty, has one link and the mode asked for.", Modifies, Create),
        new("create-existing", "O_CREAT opens what is there and keeps its data and mode.", Modifies, CreateExisting),
        new("create-exclusive", "O_CREAT|O_EXCL on anything that is there is EEXIST.", Modifies, CreateExclusive),
        new("create-truncating", "O_TRUNC empties the file, keeps its inode and mode.", Modifies, CreateTruncating),
        new("create-over-directory", "Opening a directory for writing or with O_CREAT is EISDIR.", Modifies, CreateOverDirectory),
        new("create-read-only-mode", "The creator of a file of mode 0400 may write to what it opened.", Modifies, CreateReadOnlyMode),
        new("create-in-removed-directory", "Nothing can be created in a directory that was removed.", Modifies, CreateInRemovedDirectory),
        new("create-through-dangling-symlink", "O_CREAT makes the target; with O_EXCL it is EEXIST.", Modifies, CreateThroughSymlink),
        new("unlink", "The name goes, the directory's times move, a second unlink is ENOENT.", Modifies, Unlink),
        new("unlink-directory", "unlink of a directory is EISDIR.", Modifies, UnlinkDirectory),
        new("unlink-open-file", "An open file that lost its last name is read, written, grown and stat'ed as before.", Modifies, UnlinkOpen),
        new("unlink-open-and-recreate", "A new file of the same name is another one.", Modifies, UnlinkAndRecreate),
        new("unlink-one-of-two-opens", "Two descriptors of one unlinked file still share it.", Modifies, UnlinkTwoOpens),
        new("reopen-unlinked", "An unlinked open file can be opened again through /proc.", Modifies, ReopenUnlinked),
        new("file-handle", "A file is found again by its handle, under another name too, and gone when it is removed (root).", Modifies, FileHandle),
        new("descriptor-wrong-way", "Reading what was opened for writing is EBADF, and the other way round.", Modifies, WrongWay),
        new("create-thousand-and-remove", "1000 files made, stat'ed and removed one by one.", Modifies, Thousand),
    ];

    private static void Create(CheckContext c)
    {
        int fd = c.Works("create", c.Open("f", O_RDWR | O_CREAT | O_EXCL, Octal(640)));
        var status = c.Status(fd);
        c.Is("kind", "file", status.Kind);
        c.Is("mode", "0640", status.PermissionText);
        c.Is("links", 1u, status.Links);
        c.Is("size", 0L, status.Size);
        c.Is("blocks", 0UL, status.Blocks);
        c.Is("owner", Sys.User, status.User);
        c.Holds("times are now", CheckContext.IsRecent(status.Modified) && CheckContext.IsRecent(status.Changed) && CheckContext.IsRecent(status.Accessed));
        c.Holds("stat of the name is the same file", c.Status("f").Inode == status.Inode);
        c.Works("close", c.Close(fd));
        c.Contains("listed", "f");
    }

    private static void CreateExisting(CheckContext c)
    {
        byte[] data = c.Data(5000);
        c.Put("f", data, 600);
        c.Works("open with O_CREAT", c.Open("f", O_RDWR | O_CREAT, Octal(777)));
        c.Is("mode", "0600", c.Status("f").PermissionText);
        c.SameData("content", data, c.Content("f"));
    }

    private static void CreateExclusive(CheckContext c)
    {
        c.Put("f", "keep"u8);
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("symlink", c.Symlink("f", "s"));
        c.Works("symlink", c.Symlink("nowhere", "dangling"));
        foreach (string name in (string[])["f", "d", "s", "dangling"])
            c.Fails($"create {name}", c.Open(name, O_RDWR | O_CREAT | O_EXCL, Octal(644)), Errno.EEXIST);
        c.SameData("content", "keep"u8, c.Content("f"));
        c.Contains("listed", "f", "d", "s", "dangling");
    }

    private static void CreateTruncating(CheckContext c)
    {
        c.Put("f", c.Data(70_000), 604);
        var before = c.Status("f");
        c.MakeOld("f");
        int fd = c.Works("open with O_TRUNC", c.Open("f", O_RDWR | O_CREAT | O_TRUNC, Octal(777)));
        var after = c.Status(fd);
        c.Is("size", 0L, after.Size);
        c.Is("mode", "0604", after.PermissionText);
        c.Holds("same inode", before.Inode == after.Inode);
        c.Holds("mtime moved", CheckContext.IsRecent(after.Modified));
        c.Gives("read", 0, Sys.Read(fd, new byte[10]));
    }

    private static void CreateOverDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Fails("open to write", c.Open("d", O_WRONLY), Errno.EISDIR);
        c.Fails("open to read and write", c.Open("d", O_RDWR), Errno.EISDIR);
        c.Fails("open with O_CREAT", c.Open("d", O_RDONLY | O_CREAT, Octal(644)), Errno.EISDIR);
        c.Fails("open with O_TRUNC", c.Open("d", O_RDONLY | O_TRUNC), Errno.EISDIR);
        int fd = c.Works("open to read", c.Open("d", O_RDONLY));
        c.Fails("read", Sys.Read(fd, new byte[10]), Errno.EISDIR);
        c.Fails("write", Sys.Write(fd, new byte[10]), Errno.EBADF);
        c.Fails("truncate", c.Truncate("d", 0), Errno.EISDIR);
    }

    private static void CreateReadOnlyMode(CheckContext c)
    {
        int fd = c.Works("create with mode 0400", c.Open("f", O_RDWR | O_CREAT | O_EXCL, Octal(400)));
        c.Gives("write", 5, Sys.Write(fd, "hello"u8));
        c.Is("mode", "0400", c.Status(fd).PermissionText);
        c.SameData("content", "hello"u8, c.Content("f"));
        int none = c.Works("create with mode 0", c.Open("g", O_RDWR | O_CREAT | O_EXCL, 0));
        c.Gives("write", 5, Sys.Write(none, "hello"u8));
    }

    private static void CreateInRemovedDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        int d = c.Works("open", c.Open("d", O_RDONLY | O_DIRECTORY));
        c.Works("rmdir", c.Rmdir("d"));
        c.Fails("create", Sys.Open(d, "f", O_RDWR | O_CREAT, Octal(644)), Errno.ENOENT);
        c.Fails("mkdir", Sys.MakeDirectory(d, "e", Octal(755)), Errno.ENOENT);
        c.Fails("symlink", Sys.Symlink("t", d, "s"), Errno.ENOENT);
        c.Fails("lookup", Sys.Status(d, "f", 0, out _), Errno.ENOENT);
        c.Is("links of what is still open", 0u, c.Status(d).Links);
    }

    private static void CreateThroughSymlink(CheckContext c)
    {
        c.Works("symlink", c.Symlink("target", "s"));
        c.Fails("exclusively", c.Open("s", O_RDWR | O_CREAT | O_EXCL, Octal(644)), Errno.EEXIST);
        c.Fails("O_NOFOLLOW", c.Open("s", O_RDWR | O_CREAT | O_NOFOLLOW, Octal(644)), Errno.ELOOP);
        int fd = c.Works("create", c.Open("s", O_RDWR | O_CREAT, Octal(644)));
        c.Gives("write", 1, Sys.Write(fd, "x"u8));
        c.Contains("listed", "s", "target");
        c.SameData("content", "x"u8, c.Content("target"));
    }

    private static void Unlink(CheckContext c)
    {
        c.Put("f", c.Data(100));
        c.Put("g");
        c.MakeOld(".");
        c.Works("unlink", c.Unlink("f"));
        c.Fails("unlink again", c.Unlink("f"), Errno.ENOENT);
        c.Fails("stat", c.Stat("f", out _), Errno.ENOENT);
        c.Contains("listed", "g");
        c.Holds("directory's mtime moved", CheckContext.IsRecent(c.Status(".").Modified));
    }

    private static void UnlinkDirectory(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Fails("unlink", c.Unlink("d"), Errno.EISDIR);
        c.Works("symlink", c.Symlink("d", "s"));
        c.Works("unlink a symlink to it", c.Unlink("s"));
        c.Contains("listed", "d");
    }

    private static void UnlinkOpen(CheckContext c)
    {
        byte[] data = c.Data(10_000);
        int fd = c.Create("f", data);
        c.Works("unlink", c.Unlink("f"));
        c.Contains("listed");
        c.SameData("read", data, c.ReadAt(fd, 0, 20_000));
        byte[] more = c.Data(6000);
        c.Gives("write beyond the end", more.Length, Sys.PWrite(fd, more, 10_000));
        c.SameData("read what was added", more, c.ReadAt(fd, 10_000, 20_000));
        var status = c.Status(fd);
        c.Is("links", 0u, status.Links);
        c.Is("size", 16_000L, status.Size);
        c.Works("fchmod", Sys.ChangeMode(fd, Octal(600)));
        c.Is("mode", "0600", c.Status(fd).PermissionText);
        c.Works("ftruncate", Sys.Truncate(fd, 10));
        c.Is("size after ftruncate", 10L, c.Status(fd).Size);
        c.Works("utimens", Sys.SetTimes(fd, new TimeValue(1, 2), new TimeValue(3, 4)));
        c.Is("mtime", new TimeValue(3, 4), c.Status(fd).Modified);
        c.Works("fsync", Sys.Sync(fd));
        c.Works("close", c.Close(fd));
    }

    private static void UnlinkAndRecreate(CheckContext c)
    {
        int old = c.Create("f", "old"u8);
        c.Works("unlink", c.Unlink("f"));
        int fresh = c.Create("f", "new one"u8);
        c.Holds("another inode", c.Status(old).Inode != c.Status(fresh).Inode);
        c.SameData("old", "old"u8, c.ReadAt(old, 0, 100));
        c.SameData("new", "new one"u8, c.ReadAt(fresh, 0, 100));
        c.SameData("by name", "new one"u8, c.Content("f"));
    }

    private static void UnlinkTwoOpens(CheckContext c)
    {
        int first = c.Create("f", "0123456789"u8);
        int second = c.Works("open again", c.Open("f", O_RDWR));
        c.Works("unlink", c.Unlink("f"));
        c.WriteAt(first, "AB"u8, 2);
        c.SameData("seen by the other", "01AB456789"u8, c.ReadAt(second, 0, 100));
        c.Works("close the first", c.Close(first));
        c.SameData("still there", "01AB456789"u8, c.ReadAt(second, 0, 100));
    }

    private static void ReopenUnlinked(CheckContext c)
    {
        byte[] data = c.Data(3000);
        int fd = c.Create("f", data);
        c.Works("unlink", c.Unlink("f"));
        var reopened = Sys.Open(LibC.AT_FDCWD, $"/proc/self/fd/{fd}", O_RDONLY, 0);
        if (!c.MayWork("open /proc/self/fd/N", reopened, Errno.ENOENT)) return;
        int again = c.Track((int)reopened.Value);
        c.SameData("content", data, c.ReadAt(again, 0, 10_000));
    }

    private static void WrongWay(CheckContext c)
    {
        c.Put("f", "x"u8);
        int reader = c.Works("open to read", c.Open("f", O_RDONLY));
        int writer = c.Works("open to write", c.Open("f", O_WRONLY));
        c.Fails("write to the reader", Sys.Write(reader, "y"u8), Errno.EBADF);
        c.Fails("ftruncate the reader", Sys.Truncate(reader, 0), Errno.EINVAL);
        c.Fails("read from the writer", Sys.Read(writer, new byte[1]), Errno.EBADF);
        c.SameData("content", "x"u8, c.Content("f"));
    }

    private static void Thousand(CheckContext c)
    {
        for (int i = 0; i < 1000; i++) c.Put($"f{i}", BitConverter.GetBytes(i));
        c.Is("listed", 1000, c.Names(".").Count);
        int right = 0;
        for (int i = 0; i < 1000; i++) right += BitConverter.ToInt32(c.Content($"f{i}")) == i ? 1 : 0;
        c.Is("with their own data", 1000, right);
        for (int i = 0; i < 1000; i++) c.Ready("unlink", c.Unlink($"f{i}"));
        c.Contains("left");
    }

    private static void FileHandle(CheckContext c)
    {
        CheckContext.NeedsRoot();
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("d/f", "content"u8);
        if (!c.MayWork("name_to_handle_at", Sys.HandleOf(c.Directory, "d/f", out byte[] handle))) return;
        int fd = c.Track(c.Works("open by handle", Sys.OpenHandle(c.Directory, handle, O_RDONLY)));
        c.SameData("content", "content"u8, c.ReadAt(fd, 0, 100));
        c.Works("close", c.Close(fd));
        c.Works("rename", c.Rename("d/f", "g"));
        fd = c.Track(c.Works("open by handle, renamed", Sys.OpenHandle(c.Directory, handle, O_RDWR)));
        c.Works("close", c.Close(fd));
        c.Works("unlink", c.Unlink("g"));
        Outcome removed = Sys.OpenHandle(c.Directory, handle, O_RDONLY);
        // FUSE tells the last close in the background, and the inode lives till that is answered.
        for (int tries = 0; !removed.Failed && tries < 200; tries++)
        {
            c.Close((int)removed.Value);
            Thread.Sleep(5);
            removed = Sys.OpenHandle(c.Directory, handle, O_RDONLY);
        }
        c.Fails("open by handle, removed", removed, Errno.ESTALE);
    }
}
