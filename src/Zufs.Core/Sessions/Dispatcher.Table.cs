using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Sessions;

/// <content>Which handler serves which operation: one row for each of the operation table.</content>
internal sealed partial class Dispatcher
{
    private Handler?[] Handlers()
    {
        var table = new Handler?[Protocol.OperationTable.Size];

        // Dispatcher.Lookup.cs
        table[(int)FUSE_LOOKUP] = Lookup;
        table[(int)FUSE_FORGET] = Forget;
        table[(int)FUSE_BATCH_FORGET] = BatchForget;

        // Dispatcher.Names.cs
        table[(int)FUSE_MKNOD] = MkNod;
        table[(int)FUSE_MKDIR] = MkDir;
        table[(int)FUSE_SYMLINK] = SymLink;
        table[(int)FUSE_LINK] = Link;
        table[(int)FUSE_READLINK] = ReadLink;
        table[(int)FUSE_UNLINK] = Unlink;
        table[(int)FUSE_RMDIR] = RmDir;
        table[(int)FUSE_RENAME] = Rename;
        table[(int)FUSE_RENAME2] = Rename2;

        // Dispatcher.Attributes.cs
        table[(int)FUSE_GETATTR] = GetAttr;
        table[(int)FUSE_SETATTR] = SetAttr;
        table[(int)FUSE_STATX] = Statx;
        table[(int)FUSE_STATFS] = StatFs;
        table[(int)FUSE_ACCESS] = Access;

        // Dispatcher.Opens.cs
        table[(int)FUSE_OPEN] = Open;
        table[(int)FUSE_CREATE] = Create;
        table[(int)FUSE_TMPFILE] = Tmpfile;
        table[(int)FUSE_FLUSH] = Flush;
        table[(int)FUSE_RELEASE] = Release;

        // Dispatcher.Files.cs
        table[(int)FUSE_READ] = Read;
        table[(int)FUSE_WRITE] = Write;
        table[(int)FUSE_FSYNC] = FSync;
        table[(int)FUSE_FALLOCATE] = FAllocate;
        table[(int)FUSE_LSEEK] = LSeek;
        table[(int)FUSE_COPY_FILE_RANGE] = CopyFileRange;
        table[(int)FUSE_COPY_FILE_RANGE_64] = CopyFileRange64;

        // Dispatcher.Directories.cs
        table[(int)FUSE_OPENDIR] = OpenDir;
        table[(int)FUSE_READDIR] = ReadDir;
        table[(int)FUSE_READDIRPLUS] = ReadDirPlus;
        table[(int)FUSE_RELEASEDIR] = ReleaseDir;
        table[(int)FUSE_FSYNCDIR] = FSyncDir;

        // Dispatcher.XAttrs.cs
        table[(int)FUSE_SETXATTR] = SetXAttr;
        table[(int)FUSE_GETXATTR] = GetXAttr;
        table[(int)FUSE_LISTXATTR] = ListXAttr;
        table[(int)FUSE_REMOVEXATTR] = RemoveXAttr;

        // Dispatcher.Locks.cs
        table[(int)FUSE_GETLK] = GetLk;
        table[(int)FUSE_SETLK] = SetLk;
        table[(int)FUSE_SETLKW] = SetLkWait;

        // Dispatcher.Devices.cs
        table[(int)FUSE_IOCTL] = Ioctl;
        table[(int)FUSE_POLL] = Poll;
        table[(int)FUSE_BMAP] = Bmap;
        table[(int)FUSE_SYNCFS] = SyncFs;
        table[(int)FUSE_SETUPMAPPING] = SetupMapping;
        table[(int)FUSE_REMOVEMAPPING] = RemoveMapping;

        // Dispatcher.Control.cs
        table[(int)FUSE_INIT] = Init;
        table[(int)FUSE_DESTROY] = Destroy;
        table[(int)FUSE_INTERRUPT] = Interrupt;
        table[(int)FUSE_NOTIFY_REPLY] = NotifyReply;
        return table;
    }
}
