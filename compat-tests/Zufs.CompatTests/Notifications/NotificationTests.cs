using Xunit;
using Zufs.Arenas;
using Zufs.CompatTests.Channels;
using Zufs.FileSystems;
using Zufs.Mounting;
using Zufs.Protocol;
using Zufs.Sessions;

namespace Zufs.CompatTests.Notifications;

/// <summary>
/// Every notification on a real mount, by each channel: what an application sees before and after. The file system lets the kernel trust all it
/// knows for ever.
/// </summary>
public sealed class NotificationTests : IDisposable
{
    private const int Soon = 20_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("zufs-notify-").FullName;
    private readonly Arena _arena = Arena.Create("zufs-notify", 256 << 20);
    private readonly ChangingFileSystem _files = new();
    private readonly Mount _mount;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = new();
    private Session? _session;

    public NotificationTests() => _mount = Mount.Create(_directory, MountOptions.Parse("subtype=changing,allow_other"));

    public static TheoryData<string> Channels => ["fuse", "uring"];

    public void Dispose()
    {
        while (_files.Waiting.TryDequeue(out var waiting))
            waiting.Reply.Complete(Errno.EINTR);
        Mount.Detach(_directory);
        bool ended = _session is null || _session.Ended.Wait(Soon);
        _mount.Dispose();
        Assert.True(ended, "The session never ended.");
        _arena.Dispose();
        Directory.Delete(_directory);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_stale_inode_is_read_anew(string channel)
    {
        ulong node = Start(channel, "f", "old");
        Assert.Equal("old", SystemView.Content(At("f")));
        _files.Change(node, "new and longer");
        Assert.Equal("old", SystemView.Content(At("f")));
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.InvalidateNode(node, 0, 0, done)));
        Assert.Equal(14, SystemView.Status(At("f")).Size);
        Assert.Equal("new and longer", SystemView.Content(At("f")));
        Assert.Equal(Errno.ENOENT, Ask(done => _files.Notifications.InvalidateNode(7777, 0, 0, done)));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Stale_attributes_are_asked_anew_and_the_data_are_kept(string channel)
    {
        ulong node = Start(channel, "f", "same length");
        Assert.Equal("same length", SystemView.Content(At("f")));
        int reads = _files.Reads;
        _files.Change(node, "SAME LENGTH");
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.InvalidateNode(node, -1, 0, done)));
        Assert.Equal("same length", SystemView.Content(At("f")));
        Assert.Equal(reads, _files.Reads);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_stale_name_is_looked_up_anew(string channel)
    {
        ulong old = Start(channel, "f", "old");
        Assert.Equal(old, SystemView.Status(At("f")).Inode);
        ulong other = _files.Put("f", "other");
        Assert.Equal(old, SystemView.Status(At("f")).Inode);
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.InvalidateEntry(1, "f"u8, false, done)));
        Assert.Equal(other, SystemView.Status(At("f")).Inode);
        Assert.Equal("other", SystemView.Content(At("f")));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_name_that_expires_is_looked_up_once_more_and_stays(string channel)
    {
        ulong node = Start(channel, "f", "content");
        Assert.Equal("content", SystemView.Content(At("f")));
        int lookups = _files.LookupsOf("f"), reads = _files.Reads;
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.InvalidateEntry(1, "f"u8, expireOnly: true, done)));
        Assert.Equal(node, SystemView.Status(At("f")).Inode);
        Assert.Equal(lookups + 1, _files.LookupsOf("f"));
        // The same inode, so its pages are still there.
        Assert.Equal("content", SystemView.Content(At("f")));
        Assert.Equal(reads, _files.Reads);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_name_that_was_removed_is_gone(string channel)
    {
        ulong node = Start(channel, "f", "content");
        Assert.Equal(node, SystemView.Status(At("f")).Inode);
        int fd = Native.Open(At("f"));
        _files.Remove("f");
        Assert.Equal(node, SystemView.Status(At("f")).Inode);
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.Delete(1, node, "f"u8, done)));
        Assert.Equal(default, SystemView.Status(At("f")));
        // Who has it open goes on.
        Assert.Equal(7, Native.Read(fd, new byte[100], 0));
        Native.close(fd);
        Assert.Equal(Errno.ENOENT, Ask(done => _files.Notifications.Delete(1, node, "never"u8, done)));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Data_that_are_stored_are_read_without_asking_and_can_be_retrieved(string channel)
    {
        ulong node = Start(channel, "f", "....");
        Assert.Equal(4, SystemView.Status(At("f")).Size);
        _files.Change(node, "from the server");
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.Store(node, 0, "from the server"u8, done)));
        Assert.Equal("from the server", SystemView.Content(At("f")));
        Assert.Equal(0, _files.Reads);
        // What a ring brings of a RETRIEVE is refused as malformed: docs/protocol.md says so.
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.Retrieve(4711, node, 5, 10, done)));
        Assert.True(SpinWait.SpinUntil(() => !_files.Retrieved.IsEmpty, Soon),
            $"Nothing was retrieved: {_session!.Counters.OperationsOf(FuseOpcode.FUSE_NOTIFY_REPLY)} came, {_session.Counters.Malformed} were malformed. {string.Join(' ', _log)}");
        Assert.True(_files.Retrieved.TryDequeue(out var retrieved));
        Assert.Equal((4711ul, node, 5ul, "the server"), (retrieved.Cookie, retrieved.Node, retrieved.Offset, System.Text.Encoding.UTF8.GetString(retrieved.Data)));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_new_epoch_has_every_name_looked_up_anew(string channel)
    {
        Start(channel, "f", "content");
        _files.Put("g", "content");
        Assert.NotEqual(default, SystemView.Status(At("f")));
        Assert.NotEqual(default, SystemView.Status(At("g")));
        int before = _files.LookupsOf("f") + _files.LookupsOf("g");
        Assert.NotEqual(default, SystemView.Status(At("f")));
        Assert.Equal(before, _files.LookupsOf("f") + _files.LookupsOf("g"));
        Assert.Equal(Errno.Success, Ask(_files.Notifications.IncrementEpoch));
        Assert.NotEqual(default, SystemView.Status(At("f")));
        Assert.NotEqual(default, SystemView.Status(At("g")));
        Assert.Equal(before + 2, _files.LookupsOf("f") + _files.LookupsOf("g"));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Nodes_that_are_pruned_are_forgotten(string channel)
    {
        ulong node = Start(channel, "f", "content");
        Assert.Equal(node, SystemView.Status(At("f")).Inode);
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.Prune([node], done)));
        Assert.True(SpinWait.SpinUntil(() => _files.Forgotten.Contains(node), Soon), "The kernel didn't forget the node.");
        Assert.Equal("content", SystemView.Content(At("f")));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Whoever_polls_is_woken(string channel)
    {
        Start(channel, "f", "content");
        int fd = Native.Open(At("f"));
        Task<int> poll = Task.Factory.StartNew(() => SystemView.Poll(fd, 1, Soon), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => !_files.Polls.IsEmpty, Soon), "No POLL came.");
        Assert.False(poll.IsCompleted);
        _files.Ready = 1;
        Assert.True(_files.Polls.TryPeek(out ulong handle));
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.PollWakeup(handle, done)));
        Assert.Equal(1, await poll.WaitAsync(TimeSpan.FromMilliseconds(Soon)) & 1);
        Native.close(fd);
    }

    [Fact]
    public async Task What_was_read_and_not_answered_is_sent_again()
    {
        // Requests in a ring's entries are not resent: the kernel knows only those that were read from /dev/fuse.
        Start("fuse", "f", "content");
        int fd = Native.Open(At("slow"));
        Task<long> read = Task.Factory.StartNew(() => Native.Read(fd, new byte[100], 0), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => _files.Waiting.Count == 1, Soon), "The READ never came.");
        Assert.Equal(Errno.Success, Ask(_files.Notifications.Resend));
        Assert.True(SpinWait.SpinUntil(() => _files.Waiting.Count == 2, Soon), "It wasn't sent again.");
        Assert.True(_files.Waiting.TryDequeue(out var first));
        Assert.True(_files.Waiting.TryDequeue(out var again));
        Assert.Equal((false, true, first.Unique), (first.IsResend, again.IsResend, again.Unique));
        // An answer to the one that was given up finds no request, and does no harm.
        first.Reply.CompleteData(0);
        again.Reply.Room[..5].Fill((byte)'x');
        again.Reply.CompleteData(5);
        Assert.Equal(5, await read.WaitAsync(TimeSpan.FromMilliseconds(Soon)));
        Native.close(fd);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void The_very_node_and_name_that_an_operation_works_on_can_be_invalidated_in_it(string channel)
    {
        ulong node = Start(channel, "f", new string('x', 5000));
        var told = new System.Collections.Concurrent.ConcurrentQueue<Errno>();
        // The kernel holds this inode's pages during a READ, and the directory's lock during an UNLINK, and lets the notification wait for them.
        _files.DuringRead = () => _files.Notifications.InvalidateNode(node, 0, 0, told.Enqueue);
        Assert.Equal(5000, SystemView.Content(At("f")).Length);
        _files.DuringRead = null;
        _files.DuringUnlink = () => _files.Notifications.InvalidateEntry(1, "f"u8, false, told.Enqueue);
        Assert.Equal(0, SystemView.Unlink(At("f")));
        Assert.True(SpinWait.SpinUntil(() => told.Count >= 2, Soon), $"{told.Count} of 2 or more notifications were told of.");
        Assert.All(told, e => Assert.True(e is Errno.Success or Errno.ENOENT, e.ToString()));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Any_thread_may_notify_while_others_read(string channel)
    {
        ulong node = Start(channel, "f", new string('a', 4096));
        int told = 0;
        var notifiers = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            for (int n = 0; n < 200; n++)
            {
                _files.Change(node, new string((char)('a' + n % 26), 4096));
                Action<Errno> done = _ => Interlocked.Increment(ref told);
                if (i % 2 == 0)
                    _files.Notifications.InvalidateNode(node, 0, 0, done);
                else
                    _files.Notifications.InvalidateEntry(1, "f"u8, n % 2 == 0, done);
            }
        })).ToList();
        notifiers.ForEach(t => t.Start());
        while (Volatile.Read(ref told) < 800)
        {
            string content = SystemView.Content(At("f"));
            Assert.Equal(4096, content.Length);
        }
        notifiers.ForEach(t => Assert.True(t.Join(Soon)));
        // A name that was dropped last has no inode any more.
        Assert.Equal(4096, SystemView.Content(At("f")).Length);
        _files.Change(node, "the end");
        Assert.Equal(Errno.Success, Ask(done => _files.Notifications.InvalidateNode(node, 0, 0, done)));
        Assert.Equal("the end", SystemView.Content(At("f")));
        Assert.Equal((0, 0, 0), (_session!.Counters.Malformed, _session.Counters.BrokenReplies, _session.Counters.Exceptions));
    }

    private ulong Start(string channel, string name, string content)
    {
        ulong node = _files.Put(name, content);
        _session = Session.Start(_mount.Connection, _files, _arena, new SessionOptions { Channel = channel, MaxWrite = 128 << 10, Log = _log.Enqueue });
        Assert.Equal(channel, _session.Channel);
        return node;
    }

    private string At(string name) => Path.Combine(_directory, name);

    private static Errno Ask(Action<Action<Errno>> notify)
    {
        var told = new TaskCompletionSource<Errno>(TaskCreationOptions.RunContinuationsAsynchronously);
        notify(told.SetResult);
        Assert.True(told.Task.Wait(Soon), "Nobody told how the notification went.");
        return told.Task.Result;
    }
}
