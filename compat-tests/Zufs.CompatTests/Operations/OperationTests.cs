using Xunit;
using Zufs.Arenas;
using Zufs.CompatTests.Channels;
using Zufs.CompatTests.Notifications;
using Zufs.Conformance;
using Zufs.Conformance.Interop;
using Zufs.FileSystems.Memory;
using Zufs.Mounting;
using Zufs.Protocol;
using Zufs.Sessions;

namespace Zufs.CompatTests.Operations;

/// <summary>
/// The whole operation table on real mounts: what Linux sends at all comes, by each channel, and is answered as it should be. What it doesn't send is
/// <c>UnsentOperationTests</c>'.
/// </summary>
public sealed class OperationTests : IDisposable
{
    private const int Soon = 20_000;

    // What the memory file system serves, by checks that make the kernel ask for it.
    private static readonly string[] s_checks =
    [
        "create", "create-truncating", "unlink-open-file", "create-thousand-and-remove", "rename", "rename-noreplace", "link", "symlink", "mkdir", "rmdir-not-empty", "mknod-file",
        "truncate-up", "chmod", "fsync", "seek", "xattr", "xattr-many", "hole-seek", "fallocate", "copy-file-range", "open-tmpfile", "birth-time", "look-statfs", "readdir-1000",
    ];

    // Operations that other tests show, on mounts made for them.
    private static readonly Dictionary<FuseOpcode, string> s_elsewhere = new()
    {
        [FuseOpcode.FUSE_INIT] = nameof(Sessions.SessionMountTests.Files_are_written_and_read_and_the_unmount_is_the_reason),
        [FuseOpcode.FUSE_NOTIFY_REPLY] = nameof(NotificationTests.Data_that_are_stored_are_read_without_asking_and_can_be_retrieved),
    };

    private readonly List<(Mount Mount, Session Session, Arena Arena)> _running = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-operations-");

    public static TheoryData<string> Channels => ["fuse", "uring"];

    public void Dispose()
    {
        bool ended = true;
        foreach ((Mount mount, Session session, Arena arena) in _running)
        {
            Mount.Detach(mount.MountPoint);
            ended &= session.Ended.Wait(Soon);
            mount.Dispose();
            if (session.Ended.IsCompleted)
                arena.Dispose();
        }
        _directory.Delete(recursive: true);
        Assert.True(ended, "A session never ended.");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Every_operation_that_Linux_sends_comes_from_a_mount(string channel)
    {
        (string top, Session memory) = Start(channel, new MemoryFileSystem(), "default_permissions,allow_other");
        var runner = new CheckRunner(top);
        foreach (string name in s_checks)
        {
            CheckResult result = runner.Run(CheckCatalogue.Find(name)!);
            Assert.True(result.Passed, result.Explain());
        }
        int directory = Native.Open(top);
        Assert.False(Sys.Sync(directory).Failed);
        Native.close(directory);
        var device = new DeviceFileSystem();
        (string deviceTop, Session devices) = Start(channel, device, "allow_other");
        await UseDevice(device, deviceTop);
        var changing = new ChangingFileSystem();
        (string changingTop, Session changes) = Start(channel, changing, "allow_other");
        ForgetMany(changing, changingTop, changes);

        Session[] all = [memory, devices, changes];
        var missing = OperationTable.Rows.Where(r => r.SentByLinux && !s_elsewhere.ContainsKey(r.Opcode) && all.All(s => s.Counters.OperationsOf(r.Opcode) == 0));
        Assert.Equal([], missing.Select(r => r.Name));
        Assert.All(all, s => Assert.Equal((0, 0, 0), (s.Counters.Malformed, s.Counters.BrokenReplies, s.Counters.Exceptions)));
        Assert.All(OperationTable.Rows.Where(r => !r.SentByLinux), r => Assert.All(all, s => Assert.Equal(0, s.Counters.OperationsOf(r.Opcode))));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task A_wait_for_a_lock_of_the_file_systems_own_ends_by_a_signal_and_takes_nothing(string channel)
    {
        var device = new DeviceFileSystem();
        (string top, _) = Start(channel, device, "allow_other");
        int first = Native.Open(top + "/f", write: true), second = Native.Open(top + "/f", write: true), third = Native.Open(top + "/f", write: true);
        int interrupted = 0;
        foreach (Func<int, bool, Outcome> take in (Func<int, bool, Outcome>[])[Record, Flock])
        {
            Assert.False(take(first, false).Failed);
            // On a thread of its own: the signal is for it alone.
            Outcome waited = await Task.Factory.StartNew(() => Sys.Signalled(() => take(second, true)), TaskCreationOptions.LongRunning).WaitAsync(TimeSpan.FromMilliseconds(Soon));
            Assert.Equal((true, Errno.EINTR), (waited.Failed, waited.Error));
            Assert.True(SpinWait.SpinUntil(() => device.Interrupted > interrupted, Soon), "No INTERRUPT came.");
            interrupted = device.Interrupted;
            Assert.Equal(0, device.Waiting);
            Assert.Equal(Errno.EAGAIN, take(second, false).Error);
            Assert.False(Release(take, first).Failed);
            Assert.False(take(third, false).Failed);
            Assert.Equal(Errno.EAGAIN, take(second, false).Error);
            Assert.False(Release(take, third).Failed);
        }
        foreach (int fd in (int[])[first, second, third])
            Native.close(fd);
    }

    private static async Task UseDevice(DeviceFileSystem device, string top)
    {
        int first = Native.Open(top + "/f", write: true), second = Native.Open(top + "/f", write: true);
        Assert.False(Record(first, false).Failed);
        short type = Flags.F_WRLCK;
        Assert.False(Sys.Lock(second, Flags.F_OFD_GETLK, ref type, 0, 0).Failed);
        Assert.Equal(Flags.F_WRLCK, type);
        Assert.Equal(Errno.EAGAIN, Record(second, false).Error);
        Task<Outcome> waits = Task.Factory.StartNew(() => Record(second, true), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => device.Waiting == 1, Soon), "Nobody waits.");
        Assert.False(Release(Record, first).Failed);
        Assert.False((await waits.WaitAsync(TimeSpan.FromMilliseconds(Soon))).Failed);
        Assert.Equal(0, DeviceCalls.Access(top + "/f", 4));
        Assert.Equal(13, DeviceCalls.Access(top + "/f", 2));
        // _IOWR('z', 1, int): in and out of 4 bytes.
        byte[] data = [1, 2, 3, 4];
        Assert.Equal(7, DeviceCalls.Control(first, 0xC0047A01, data));
        Assert.Equal([4, 3, 2, 1], data);
        Assert.Equal(1, SystemView.Poll(first, 1, Soon));
        // The kernel asks for the 64-bit form, then for the old one, then copies by itself.
        _ = DeviceCalls.Copy(first, second, 2048, 100);
        Assert.Equal(Errno.EINTR, Sys.Signalled(() => Record(first, true)).Error);
        Native.close(first);
        Native.close(second);
    }

    // A FORGET of one comes alone, and of many together when they are more than the server takes at a time.
    private static void ForgetMany(ChangingFileSystem changing, string top, Session session)
    {
        const int Many = 500;
        for (int round = 0; round < 20 && session.Counters.OperationsOf(FuseOpcode.FUSE_BATCH_FORGET) == 0; round++)
        {
            var nodes = new ulong[Many];
            for (int i = 0; i < Many; i++)
            {
                nodes[i] = changing.Put($"f{i}", "x");
                Assert.Equal(nodes[i], SystemView.Status($"{top}/f{i}").Inode);
                changing.Remove($"f{i}");
            }
            int forgotten = changing.Forgotten.Count;
            changing.Notifications.Prune(nodes);
            Assert.True(SpinWait.SpinUntil(() => changing.Forgotten.Count >= forgotten + Many, Soon), "The kernel kept nodes.");
        }
    }

    private static Outcome Record(int fd, bool wait)
    {
        short type = Flags.F_WRLCK;
        return Sys.Lock(fd, wait ? Flags.F_OFD_SETLKW : Flags.F_OFD_SETLK, ref type, 0, 0);
    }

    private static Outcome Flock(int fd, bool wait) => Sys.FLock(fd, Flags.LOCK_EX | (wait ? 0 : Flags.LOCK_NB));

    private static Outcome Release(Func<int, bool, Outcome> kind, int fd)
    {
        short type = Flags.F_UNLCK;
        return kind == Record ? Sys.Lock(fd, Flags.F_OFD_SETLK, ref type, 0, 0) : Sys.FLock(fd, Flags.LOCK_UN);
    }

    private (string Top, Session Session) Start(string channel, Zufs.FileSystems.IFileSystem files, string options)
    {
        string top = _directory.CreateSubdirectory($"m{_running.Count}").FullName;
        Mount mount = Mount.Create(top, MountOptions.Parse("subtype=operations," + options));
        var arena = Arena.Create("zufs-operations", 1L << 30);
        Session session = Session.Start(mount.Connection, files, arena, new SessionOptions { Channel = channel, MaxWrite = 128 << 10 });
        _running.Add((mount, session, arena));
        Assert.Equal(channel, session.Channel);
        return (top, session);
    }
}
