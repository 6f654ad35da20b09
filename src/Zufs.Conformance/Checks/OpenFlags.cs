using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>The flags of open(2), and what descriptors share.</summary>
internal static class OpenFlags
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("open-append", "Every write of an O_APPEND descriptor goes to the end, wherever it was moved to.", Modifies, Append),
        new("open-append-pwrite", "pwrite on O_APPEND appends, as Linux does (pwrite(2), BUGS).", Modifies, AppendPWrite),
        new("open-append-set-later", "O_APPEND can be set and cleared with fcntl.", Modifies, AppendSetLater),
        new("open-directory-flag", "O_DIRECTORY on anything but a directory is ENOTDIR.", Modifies, DirectoryFlag),
        new("open-nofollow", "O_NOFOLLOW on a symlink is ELOOP; below one it doesn't matter.", Modifies, NoFollow),
        new("open-path", "An O_PATH descriptor can be stat'ed, not read or changed.", Modifies, PathOnly),
        new("open-tmpfile", "O_TMPFILE has no name until linkat gives it one.", Modifies, TmpFile),
        new("open-tmpfile-exclusive", "With O_EXCL it can't be given a name.", Modifies, TmpFileExclusive),
        new("open-getfl", "F_GETFL tells the access mode and flags.", Modifies, GetFlags),
        new("open-dup-shares-offset", "A dup'ed descriptor shares the offset, a second open has its own.", Modifies, DupSharesOffset),
        new("open-truncate-read-only", "O_RDONLY|O_TRUNC, unspecified by POSIX, truncates on Linux.", Modifies, TruncateReadOnly),
        new("open-sync", "O_SYNC and O_DSYNC write through.", Modifies, Synchronous),
        new("open-direct", "O_DIRECT reads and writes whole pages.", Modifies, Direct),
        new("open-direct-and-buffered", "What goes past the cache is seen through it, and the other way round.", Modifies, DirectAndBuffered),
    ];

    private static void Append(CheckContext c)
    {
        c.Put("f", "begin-"u8);
        int fd = c.Works("open", c.Open("f", O_RDWR | O_APPEND));
        c.Gives("write", 3, Sys.Write(fd, "one"u8));
        c.Gives("seek to 0", 0, Sys.Seek(fd, 0, SEEK_SET));
        c.Gives("write", 3, Sys.Write(fd, "two"u8));
        c.Gives("offset after it", 12, Sys.Seek(fd, 0, SEEK_CUR));
        int other = c.Works("open a second", c.Open("f", O_WRONLY | O_APPEND));
        c.Gives("write by the second", 5, Sys.Write(other, "three"u8));
        c.Gives("write by the first", 4, Sys.Write(fd, "four"u8));
        c.SameData("content", "begin-onetwothreefour"u8, c.Content("f"));
    }

    private static void AppendPWrite(CheckContext c)
    {
        c.Put("f", "0123456789"u8);
        int fd = c.Works("open", c.Open("f", O_RDWR | O_APPEND));
        c.Gives("pwrite at 2", 3, Sys.PWrite(fd, "abc"u8, 2));
        c.SameData("content", "0123456789abc"u8, c.Content("f"));
    }

    private static void AppendSetLater(CheckContext c)
    {
        int fd = c.Create("f", "0123456789"u8);
        c.Works("set", Sys.SetFlags(fd, O_APPEND));
        c.Gives("write", 1, Sys.Write(fd, "a"u8));
        c.Works("clear", Sys.SetFlags(fd, 0));
        c.Gives("seek", 0, Sys.Seek(fd, 0, SEEK_SET));
        c.Gives("write", 1, Sys.Write(fd, "b"u8));
        c.SameData("content", "b123456789a"u8, c.Content("f"));
    }

    private static void DirectoryFlag(CheckContext c)
    {
        c.Put("f");
        c.Works("mkdir", c.Mkdir("d"));
        c.Works("symlink", c.Symlink("d", "s"));
        c.Works("directory", c.Open("d", O_RDONLY | O_DIRECTORY));
        c.Works("symlink to a directory", c.Open("s", O_RDONLY | O_DIRECTORY));
        c.Fails("file", c.Open("f", O_RDONLY | O_DIRECTORY), Errno.ENOTDIR);
        c.Fails("symlink to a directory, not followed", c.Open("s", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), Errno.ENOTDIR);
    }

    private static void NoFollow(CheckContext c)
    {
        c.Works("mkdir", c.Mkdir("d"));
        c.Put("d/f", "x"u8);
        c.Works("symlink", c.Symlink("d/f", "to-file"));
        c.Works("symlink", c.Symlink("d", "to-directory"));
        c.Fails("symlink", c.Open("to-file", O_RDONLY | O_NOFOLLOW), Errno.ELOOP);
        c.Works("below a symlink", c.Open("to-directory/f", O_RDONLY | O_NOFOLLOW));
        int fd = c.Works("symlink with O_PATH", c.Open("to-file", O_PATH | O_NOFOLLOW));
        c.Is("what it is", "symlink", c.Status(fd).Kind);
        byte[] target = new byte[100];
        c.Gives("readlink of it", 3, Sys.ReadLink(fd, "", target));
    }

    private static void PathOnly(CheckContext c)
    {
        c.Put("f", "data"u8);
        int fd = c.Works("open", c.Open("f", O_PATH));
        c.Is("size", 4L, c.Status(fd).Size);
        c.Fails("read", Sys.Read(fd, new byte[4]), Errno.EBADF);
        c.Fails("write", Sys.Write(fd, new byte[4]), Errno.EBADF);
        c.Fails("fchmod", Sys.ChangeMode(fd, Octal(600)), Errno.EBADF);
        c.Fails("ftruncate", Sys.Truncate(fd, 0), Errno.EBADF);
        var reopened = Sys.Open(LibC.AT_FDCWD, $"/proc/self/fd/{fd}", O_RDONLY, 0);
        int again = c.Track(c.Works("open through /proc", reopened));
        c.SameData("content", "data"u8, c.ReadAt(again, 0, 10));
    }

    private static void TmpFile(CheckContext c)
    {
        var opened = c.Open(".", O_RDWR | O_TMPFILE, Octal(640));
        if (!c.MayWork("open", opened, Errno.EOPNOTSUPP, Errno.EISDIR)) return;
        int fd = (int)opened.Value;
        byte[] data = c.Data(5000);
        c.WriteAt(fd, data, 0);
        c.Contains("no name");
        c.Is("links", 0u, c.Status(fd).Links);
        c.Works("linkat", Sys.Link(LibC.AT_FDCWD, $"/proc/self/fd/{fd}", c.Directory, "f", LibC.AT_SYMLINK_FOLLOW));
        c.Contains("named", "f");
        c.Is("links after", 1u, c.Status(fd).Links);
        c.Is("mode", "0640", c.Status("f").PermissionText);
        c.SameData("content", data, c.Content("f"));
    }

    private static void TmpFileExclusive(CheckContext c)
    {
        var opened = c.Open(".", O_RDWR | O_TMPFILE | O_EXCL, Octal(600));
        if (!c.MayWork("open", opened, Errno.EOPNOTSUPP, Errno.EISDIR)) return;
        int fd = (int)opened.Value;
        c.Fails("linkat", Sys.Link(LibC.AT_FDCWD, $"/proc/self/fd/{fd}", c.Directory, "f", LibC.AT_SYMLINK_FOLLOW), Errno.ENOENT);
        c.Contains("no name");
    }

    private static void GetFlags(CheckContext c)
    {
        c.Put("f");
        int Seen(int flags) => c.Ready("F_GETFL", Sys.GetFlags(c.Ready("open", c.Open("f", flags)))) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC);
        c.Is("O_RDONLY", O_RDONLY, Seen(O_RDONLY));
        c.Is("O_WRONLY|O_APPEND", O_WRONLY | O_APPEND, Seen(O_WRONLY | O_APPEND));
        c.Is("O_RDWR|O_NONBLOCK", O_RDWR | O_NONBLOCK, Seen(O_RDWR | O_NONBLOCK));
        c.Is("O_RDWR|O_SYNC", O_RDWR | O_SYNC, Seen(O_RDWR | O_SYNC));
        c.Is("O_CREAT|O_TRUNC are not kept", O_RDWR, Seen(O_RDWR | O_CREAT | O_TRUNC));
    }

    private static void DupSharesOffset(CheckContext c)
    {
        c.Put("f", "0123456789"u8);
        int fd = c.Works("open", c.Open("f", O_RDWR));
        int copy = c.Works("dup", c.Dup(fd));
        int other = c.Works("open again", c.Open("f", O_RDWR));
        byte[] buffer = new byte[4];
        c.Gives("read", 4, Sys.Read(fd, buffer));
        c.Gives("offset of the dup", 4, Sys.Seek(copy, 0, SEEK_CUR));
        c.Gives("offset of the other", 0, Sys.Seek(other, 0, SEEK_CUR));
        c.Works("close the first", c.Close(fd));
        c.Gives("read by the dup", 4, Sys.Read(copy, buffer));
        c.SameData("what it read", "4567"u8, buffer);
    }

    private static void TruncateReadOnly(CheckContext c)
    {
        c.Put("f", "data"u8);
        c.Works("open", c.Open("f", O_RDONLY | O_TRUNC));
        c.Is("size", 0L, c.Status("f").Size);
    }

    private static void Synchronous(CheckContext c)
    {
        byte[] data = c.Data(9000);
        foreach (int flag in (int[])[O_SYNC, O_DSYNC])
        {
            int fd = c.Works("open", c.Open("f", O_RDWR | O_CREAT | O_TRUNC | flag, Octal(644)));
            c.Gives("write", data.Length, Sys.Write(fd, data));
            c.SameData("content", data, c.Content("f"));
        }
    }

    private static void Direct(CheckContext c)
    {
        var opened = c.Open("f", O_RDWR | O_CREAT | O_DIRECT, Octal(644));
        if (!c.MayWork("open", opened, Errno.EINVAL)) return;
        int fd = (int)opened.Value;
        foreach (int size in (int[])[4096, 131_072, 1_048_576])
        {
            byte[] data = c.Data(size);
            using var buffer = new AlignedBuffer(size);
            data.CopyTo(buffer.Bytes);
            c.Gives($"pwrite {size}", size, Sys.PWrite(fd, buffer.Bytes, 8192));
            buffer.Bytes.Clear();
            c.Gives($"pread {size}", size, Sys.PRead(fd, buffer.Bytes, 8192));
            c.SameData($"content {size}", data, buffer.Bytes);
            c.Gives($"pread {size} at the end", 0, Sys.PRead(fd, buffer.Bytes, 8192 + 1_048_576));
        }
    }

    private static void DirectAndBuffered(CheckContext c)
    {
        var opened = c.Open("f", O_RDWR | O_CREAT | O_DIRECT, Octal(644));
        if (!c.MayWork("open", opened, Errno.EINVAL)) return;
        int direct = (int)opened.Value;
        int buffered = c.Works("open buffered", c.Open("f", O_RDWR));
        byte[] data = c.Data(16_384);
        using var buffer = new AlignedBuffer(data.Length);
        c.WriteAt(buffered, data, 0);
        c.Gives("read past the cache", data.Length, Sys.PRead(direct, buffer.Bytes, 0));
        c.SameData("seen", data, buffer.Bytes);
        c.Data(4096).CopyTo(buffer.Bytes[4096..]);
        c.Gives("write past the cache", 4096, Sys.PWrite(direct, buffer.Bytes.Slice(4096, 4096), 4096));
        c.SameData("seen through the cache", buffer.Bytes, c.ReadAt(buffered, 0, 20_000));
    }
}
