using System.Text;
using Tmds.Linux;
using Xunit;
using static Tmds.Linux.LibC;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>Each bound function once, against the files of this machine.</summary>
public sealed unsafe class LibCCallsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zufs-libc-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_written_read_and_described()
    {
        fixed (byte* path = Name("file"))
        {
            int fd = open(path, O_CREAT | O_RDWR | O_EXCL, 0b110_000_000);
            Assert.True(fd >= 0);
            fixed (byte* data = "hello"u8)
                Assert.Equal(5, (int)write(fd, data, 5));
            Assert.Equal(0, fsync(fd));
            Assert.Equal(0, fdatasync(fd));
            timespec* times = stackalloc timespec[] { new() { tv_sec = 1, tv_nsec = 2 }, new() { tv_sec = 3, tv_nsec = 4 } };
            Assert.Equal(0, futimens(fd, times));
            Assert.Equal(0, fchmod(fd, 0b110_100_000));
            Assert.Equal(0, fchown(fd, getuid(), getgid()));
            stat open_ = default, named = default;
            Assert.Equal(0, fstat(fd, &open_));
            Assert.Equal(0, stat(path, &named));
            Assert.Equal(0, close(fd));
            Assert.Equal((ulong)open_.st_ino, (ulong)named.st_ino);
            Assert.Equal(5L, (long)named.st_size);
            Assert.True(named.st_mode == (S_IFREG | 0b110_100_000));
            Assert.True(named.st_mtim == times[1] && named.st_atim == times[0]);
            Assert.True(named.st_uid == geteuid() && named.st_gid == getegid());

            fd = open(path, O_RDONLY);
            byte* buffer = stackalloc byte[16];
            Assert.Equal(5, (int)read(fd, buffer, 16));
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 5));
            Assert.Equal(0, close(fd));
            Assert.Equal(0, access(path, R_OK | W_OK));
            Assert.Equal(0, utimensat(AT_FDCWD, path, null, 0));
            Assert.Equal(0, chmod(path, 0b110_000_000));
            Assert.Equal(0, chown(path, getuid(), getgid()));
            fd = creat(path, 0b110_000_000);
            Assert.Equal(0, stat(path, &named));
            Assert.Equal(0L, (long)named.st_size);
            Assert.Equal(0, close(fd));
        }
    }

    [Fact]
    public void Names_are_made_and_removed()
    {
        fixed (byte* folder = Name("folder"), file = Name("file"), second = Name("second"), symbolic = Name("symbolic"), target = "file\0"u8)
        {
            Assert.Equal(0, mkdir(folder, 0b111_000_000));
            Assert.Equal(0, close(creat(file, 0b110_000_000)));
            Assert.Equal(0, link(file, second));
            Assert.Equal(0, symlink(target, symbolic));
            Assert.Equal(0, lchown(symbolic, getuid(), getgid()));
            byte* buffer = stackalloc byte[16];
            Assert.Equal(4, (int)readlink(symbolic, buffer, 16));
            stat own = default;
            Assert.Equal(0, lstat(symbolic, &own));
            Assert.True(S_ISLNK(own.st_mode));
            Assert.Equal(0, unlink(second));
            Assert.Equal(0, rmdir(folder));
            Assert.Equal(-1, rmdir(folder));
            Assert.Equal(ENOENT, errno);
        }
    }

    [Fact]
    public void A_file_system_is_described()
    {
        fixed (byte* path = Name(""))
        {
            statvfs named = default, opened = default;
            Assert.Equal(0, statvfs(path, &named));
            int fd = open(path, O_RDONLY | O_DIRECTORY);
            Assert.Equal(0, fstatvfs(fd, &opened));
            Assert.Equal(0, close(fd));
            Assert.Equal((ulong)named.f_blocks, (ulong)opened.f_blocks);
            Assert.True(named.f_namemax >= 255u);
        }
    }

    [Fact]
    public void The_umask_is_set_and_put_back()
    {
        mode_t old = umask(0b000_111_111);
        Assert.True(umask(old) == 0b000_111_111);
    }

    private byte[] Name(string name) => Encoding.UTF8.GetBytes(Path.Combine(_folder, name) + "\0");
}
