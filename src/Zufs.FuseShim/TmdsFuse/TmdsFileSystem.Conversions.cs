using Tmds.Linux;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <content>Between Tmds's types and those of the path contract.</content>
internal sealed partial class TmdsFileSystem
{
    private static Errno ToErrno(int result) => result switch
    {
        0 => Errno.Success,
        < 0 and >= -MaxError => (Errno)(-result),
        _ => Errno.EIO,
    };

    private static FuseFileInfo ToFileInfo(in PathFile file) => new()
    {
        flags = (int)file.Flags,
        fh = file.Handle,
        lock_owner = file.LockOwner,
        poll_events = file.PollEvents,
        writepage = file.IsWritePage,
    };

    // What an open gives back.
    private static void Keep(in FuseFileInfo fi, ref PathFile file)
    {
        file.Handle = fi.fh;
        if (fi.direct_io)
            file.Options |= OpenOptions.DirectIo;
        if (fi.keep_cache)
            file.Options |= OpenOptions.KeepCache;
    }

    private static mode_t ToMode(uint mode) => (ushort)mode;

    private static Timestamp ToTimestamp(in timespec time) => new(time.tv_sec, (uint)(int)time.tv_nsec);

    private static timespec ToTimespec(Timestamp time) => new() { tv_sec = time.Seconds, tv_nsec = (int)time.Nanoseconds };

    private static void Copy(in stat from, ref Attributes to)
    {
        to.Ino = from.st_ino;
        to.Mode = (ushort)from.st_mode;
        to.Nlink = (uint)from.st_nlink;
        to.Uid = from.st_uid;
        to.Gid = from.st_gid;
        to.Rdev = (uint)from.st_rdev;
        to.Size = (ulong)(long)from.st_size;
        to.Blocks = (ulong)(long)from.st_blocks;
        to.BlockSize = (uint)(long)from.st_blksize;
        to.Atime = ToTimestamp(from.st_atim);
        to.Mtime = ToTimestamp(from.st_mtim);
        to.Ctime = ToTimestamp(from.st_ctim);
    }

    private static void Copy(in statvfs from, ref StatFs to)
    {
        to.BlockSize = (uint)from.f_bsize;
        to.FragmentSize = (uint)from.f_frsize;
        to.Blocks = from.f_blocks;
        to.FreeBlocks = from.f_bfree;
        to.AvailableBlocks = from.f_bavail;
        to.Files = from.f_files;
        to.FreeFiles = from.f_ffree;
        to.NameLength = (uint)from.f_namemax;
    }
}
