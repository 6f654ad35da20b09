using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Record locks (of open file descriptions, so that one process is enough) and flock.</summary>
internal static class Locks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("lock-exclusive", "A write lock keeps every other out: EAGAIN.", Modifies, Exclusive),
        new("lock-shared", "Read locks are shared and keep a write lock out.", Modifies, Shared),
        new("lock-ranges", "Locks on ranges that don't meet don't conflict; ranges are split.", Modifies, Ranges),
        new("lock-test", "F_OFD_GETLK tells what is in the way.", Modifies, Test),
        new("lock-close-releases", "Closing the description releases its locks.", Modifies, CloseReleases),
        new("lock-waits", "F_OFD_SETLKW waits until the lock is released.", Modifies, Waits),
        new("lock-interrupted", "A signal ends the wait for a lock: EINTR, and it isn't taken.", Modifies, LockInterrupted),
        new("lock-rights", "A write lock on a reader, a read lock on a writer: EBADF.", Modifies, Rights),
        new("lock-process", "Locks of one process don't conflict with each other.", Modifies, OfProcess),
        new("lock-many", "200 ranges of one owner, every second one free.", Modifies, Many),
        new("lock-downgrade", "A write lock becomes a read lock in place, and lets readers in.", Modifies, Downgrade),
        new("lock-and-flock", "Record locks and flock don't know of each other.", Modifies, BothKinds),
        new("flock-exclusive", "flock of two descriptions: EAGAIN (EWOULDBLOCK), then not.", Modifies, FlockExclusive),
        new("flock-shared-and-upgrade", "Shared locks; an upgrade waits for the others.", Modifies, FlockShared),
        new("flock-dup", "A dup'ed descriptor holds the same lock.", Modifies, FlockDup),
        new("flock-waits", "A waiting flock gets the lock when it is released.", Modifies, FlockWaits),
        new("flock-interrupted", "A signal ends the wait for a flock: EINTR, and it isn't taken.", Modifies, FlockInterrupted),
    ];

    private static (int First, int Second) TwoOpens(CheckContext c) => (c.Create("f", c.Data(1000)), c.Works("open again", c.Open("f", O_RDWR)));

    private static Outcome Set(int fd, short type, long start = 0, long length = 0) => Sys.Lock(fd, F_OFD_SETLK, ref type, start, length);

    private static void Exclusive(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        if (!c.MayWork("lock", Set(first, F_WRLCK), Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.ENOLCK)) return;
        c.Fails("write lock of another", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
        c.Fails("read lock of another", Set(second, F_RDLCK), Errno.EAGAIN, Errno.EACCES);
        c.Works("again of the same", Set(first, F_WRLCK));
        c.Works("unlock", Set(first, F_UNLCK));
        c.Works("write lock of another, then", Set(second, F_WRLCK));
    }

    private static void Shared(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("read lock", Set(first, F_RDLCK));
        c.Works("read lock of another", Set(second, F_RDLCK));
        c.Fails("upgrade", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
        c.Works("unlock", Set(first, F_UNLCK));
        c.Works("upgrade, then", Set(second, F_WRLCK));
    }

    private static void Ranges(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("0 to 99", Set(first, F_WRLCK, 0, 100));
        c.Works("100 to 199 of another", Set(second, F_WRLCK, 100, 100));
        c.Fails("99 to 99 of another", Set(second, F_WRLCK, 99, 1), Errno.EAGAIN, Errno.EACCES);
        c.Works("unlock 40 to 59", Set(first, F_UNLCK, 40, 20));
        c.Works("45 to 49 of another", Set(second, F_WRLCK, 45, 5));
        c.Fails("39 to 39 of another", Set(second, F_WRLCK, 39, 1), Errno.EAGAIN, Errno.EACCES);
        c.Works("beyond the end of the file", Set(second, F_WRLCK, 1L << 40, 10));
        c.Fails("from 200 to all that follows", Set(first, F_WRLCK, 200), Errno.EAGAIN, Errno.EACCES);
    }

    private static void Test(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        short type = F_WRLCK;
        c.Works("test of nothing", Sys.Lock(second, F_OFD_GETLK, ref type, 0, 0));
        c.Is("free", F_UNLCK, type);
        c.Works("lock", Set(first, F_RDLCK, 10, 10));
        type = F_WRLCK;
        c.Works("test", Sys.Lock(second, F_OFD_GETLK, ref type, 0, 0));
        c.Is("in the way of a write lock", F_RDLCK, type);
        type = F_RDLCK;
        c.Works("test for a read lock", Sys.Lock(second, F_OFD_GETLK, ref type, 0, 0));
        c.Is("in the way of a read lock", F_UNLCK, type);
    }

    private static void CloseReleases(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Set(first, F_WRLCK));
        int copy = c.Works("dup", c.Dup(first));
        c.Works("close one descriptor", c.Close(first));
        c.Fails("still held by the dup", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
        c.Works("close the last", c.Close(copy));
        c.Works("free", Set(second, F_WRLCK));
    }

    private static void Waits(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Set(first, F_WRLCK));
        bool released = false, early = false;
        Outcome waited = default, unlocked = default;
        CheckContext.Together(2, index =>
        {
            if (index == 0)
            {
                Thread.Sleep(100);
                Volatile.Write(ref released, true);
                unlocked = Set(first, F_UNLCK);
                return;
            }

            short type = F_WRLCK;
            waited = Sys.Lock(second, F_OFD_SETLKW, ref type, 0, 0);
            early = !Volatile.Read(ref released);
        });
        c.Works("unlock", unlocked);
        c.Works("waiting lock", waited);
        c.Holds("not before the unlock", !early);
    }

    private static void LockInterrupted(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Set(first, F_WRLCK));
        Outcome waited = Sys.Signalled(() =>
        {
            short type = F_WRLCK;
            return Sys.Lock(second, F_OFD_SETLKW, ref type, 0, 0);
        });
        c.Fails("signalled while it waits", waited, Errno.EINTR);
        c.Works("unlock", Set(first, F_UNLCK));
        int third = c.Works("open a third time", c.Open("f", O_RDWR));
        c.Works("nobody holds it", Set(third, F_WRLCK));
        c.Fails("the second, which may ask again", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
    }

    private static void Rights(CheckContext c)
    {
        c.Put("f");
        int reader = c.Works("open to read", c.Open("f", O_RDONLY)), writer = c.Works("open to write", c.Open("f", O_WRONLY));
        c.Fails("write lock on a reader", Set(reader, F_WRLCK), Errno.EBADF);
        c.Fails("read lock on a writer", Set(writer, F_RDLCK), Errno.EBADF);
    }

    private static void OfProcess(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        short type = F_WRLCK;
        c.Works("lock", Sys.Lock(first, F_SETLK, ref type, 0, 0));
        c.Works("lock by another descriptor", Sys.Lock(second, F_SETLK, ref type, 0, 0));
        c.Fails("a description's lock conflicts", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
        c.Works("close any descriptor of the file", c.Close(first));
        c.Works("releases the process's locks", Set(second, F_WRLCK));
    }

    private static void Many(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        for (int i = 0; i < 200; i++) c.Ready("lock", Set(first, F_WRLCK, i * 10, 5));
        int taken = 0, free = 0;
        for (int i = 0; i < 200; i++)
        {
            if (Set(second, F_WRLCK, i * 10, 5).Failed) taken++;
            if (!Set(second, F_WRLCK, (i * 10) + 5, 5).Failed) free++;
        }

        c.Is("taken", 200, taken);
        c.Is("free", 200, free);
        c.Works("unlock all", Set(first, F_UNLCK));
        c.Works("lock the first", Set(second, F_WRLCK, 0, 5));
    }

    private static void Downgrade(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("write lock", Set(first, F_WRLCK));
        c.Works("read lock of the middle", Set(first, F_RDLCK, 100, 100));
        c.Works("read lock of another there", Set(second, F_RDLCK, 120, 10));
        c.Fails("read lock of another before it", Set(second, F_RDLCK, 50, 10), Errno.EAGAIN, Errno.EACCES);
        c.Fails("the write lock again", Set(first, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
    }

    private static void BothKinds(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("record lock", Set(first, F_WRLCK));
        c.Works("flock of another", Sys.FLock(second, LOCK_EX | LOCK_NB));
        c.Fails("record lock of another", Set(second, F_WRLCK), Errno.EAGAIN, Errno.EACCES);
    }

    private static void FlockExclusive(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Sys.FLock(first, LOCK_EX | LOCK_NB));
        c.Fails("of another", Sys.FLock(second, LOCK_EX | LOCK_NB), Errno.EAGAIN);
        c.Fails("shared of another", Sys.FLock(second, LOCK_SH | LOCK_NB), Errno.EAGAIN);
        c.Works("unlock", Sys.FLock(first, LOCK_UN));
        c.Works("of another, then", Sys.FLock(second, LOCK_EX | LOCK_NB));
        c.Works("close it", c.Close(second));
        c.Works("free again", Sys.FLock(first, LOCK_EX | LOCK_NB));
    }

    private static void FlockShared(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("shared", Sys.FLock(first, LOCK_SH | LOCK_NB));
        c.Works("shared of another", Sys.FLock(second, LOCK_SH | LOCK_NB));
        c.Fails("upgrade", Sys.FLock(first, LOCK_EX | LOCK_NB), Errno.EAGAIN);
        c.Works("unlock the other", Sys.FLock(second, LOCK_UN));
        c.Works("upgrade, then", Sys.FLock(first, LOCK_EX | LOCK_NB));
        int directory = c.Works("open a directory", c.Open(".", O_RDONLY | O_DIRECTORY));
        c.Works("directories can be locked", Sys.FLock(directory, LOCK_EX | LOCK_NB));
    }

    private static void FlockDup(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        int copy = c.Works("dup", c.Dup(first));
        c.Works("lock", Sys.FLock(first, LOCK_EX | LOCK_NB));
        c.Works("again by the dup", Sys.FLock(copy, LOCK_EX | LOCK_NB));
        c.Works("close one", c.Close(first));
        c.Fails("still held", Sys.FLock(second, LOCK_EX | LOCK_NB), Errno.EAGAIN);
        c.Works("unlock by the dup", Sys.FLock(copy, LOCK_UN));
        c.Works("free", Sys.FLock(second, LOCK_EX | LOCK_NB));
    }

    private static void FlockWaits(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Sys.FLock(first, LOCK_EX));
        Outcome waited = default, unlocked = default;
        bool released = false, early = false;
        CheckContext.Together(2, index =>
        {
            if (index == 0)
            {
                Thread.Sleep(100);
                Volatile.Write(ref released, true);
                unlocked = Sys.FLock(first, LOCK_UN);
                return;
            }

            waited = Sys.FLock(second, LOCK_EX);
            early = !Volatile.Read(ref released);
        });
        c.Works("unlock", unlocked);
        c.Works("waiting lock", waited);
        c.Holds("not before the unlock", !early);
    }

    private static void FlockInterrupted(CheckContext c)
    {
        var (first, second) = TwoOpens(c);
        c.Works("lock", Sys.FLock(first, LOCK_EX));
        c.Fails("signalled while it waits", Sys.Signalled(() => Sys.FLock(second, LOCK_EX)), Errno.EINTR);
        c.Works("unlock", Sys.FLock(first, LOCK_UN));
        int third = c.Works("open a third time", c.Open("f", O_RDWR));
        c.Works("nobody holds it", Sys.FLock(third, LOCK_EX | LOCK_NB));
        c.Fails("the second, which may ask again", Sys.FLock(second, LOCK_EX | LOCK_NB), Errno.EAGAIN);
    }
}
