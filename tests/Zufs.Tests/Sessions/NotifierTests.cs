using System.Runtime.InteropServices;
using Xunit;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseNotifyCode;

namespace Zufs.Tests.Sessions;

public sealed class NotifierTests : IDisposable
{
    private readonly LoopbackFixture _loop = new();
    private readonly List<byte[]> _sent = [];
    private int _answer;

    public NotifierTests() =>
        _loop.Session.Notified = bytes =>
        {
            _sent.Add(bytes.ToArray());
            return _answer;
        };

    private INotifications Notifications => _loop.FileSystem.Mount!.Notifications;

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Each_notification_has_the_bytes_that_the_kernel_expects()
    {
        Expect(FUSE_NOTIFY_INVAL_INODE, done => Notifications.InvalidateNode(5, -1, 9, done), Bytes(new FuseNotifyInvalInodeOut { Ino = 5, Off = -1, Len = 9 }));
        Expect(FUSE_NOTIFY_INVAL_ENTRY, done => Notifications.InvalidateEntry(1, "gone"u8, true, done),
            [.. Bytes(new FuseNotifyInvalEntryOut { Parent = 1, NameLength = 4, Flags = 1 }), .. "gone\0"u8]);
        Expect(FUSE_NOTIFY_DELETE, done => Notifications.Delete(1, 5, "gone"u8, done),
            [.. Bytes(new FuseNotifyDeleteOut { Parent = 1, Child = 5, NameLength = 4 }), .. "gone\0"u8]);
        Expect(FUSE_NOTIFY_STORE, done => Notifications.Store(5, 4096, "data"u8, done),
            [.. Bytes(new FuseNotifyStoreOut { NodeId = 5, Offset = 4096, Size = 4 }), .. "data"u8]);
        Expect(FUSE_NOTIFY_POLL, done => Notifications.PollWakeup(77, done), Bytes(new FuseNotifyPollWakeupOut { Kh = 77 }));
        Expect(FUSE_NOTIFY_PRUNE, done => Notifications.Prune([5, 6], done), [.. Bytes(new FuseNotifyPruneOut { Count = 2 }), .. Bytes(5ul), .. Bytes(6ul)]);
        Expect(FUSE_NOTIFY_INC_EPOCH, Notifications.IncrementEpoch, []);
        Expect(FUSE_NOTIFY_RESEND, Notifications.Resend, []);
    }

    [Fact]
    public void Retrieved_data_comes_back_with_the_cookie()
    {
        Assert.Equal(Errno.Success, Ask(done => Notifications.Retrieve(1234, 5, 0, 100, done)));
        ulong unique = Wire.Body<FuseNotifyRetrieveOut>(_sent[0]).NotifyUnique;
        Assert.True(_loop.Session.Call(Wire.Request(FuseOpcode.FUSE_NOTIFY_REPLY, 5, new FuseNotifyRetrieveIn { Offset = 8, Size = 3 }, "abc"u8, unique)).IsEmpty);
        Assert.Equal(["retrieved 1234 5 8 3"], _loop.FileSystem.Calls);
    }

    [Fact]
    public void What_the_kernel_says_is_told()
    {
        _answer = -2;
        Assert.Equal(Errno.ENOENT, Ask(done => Notifications.InvalidateNode(5, 0, 0, done)));
        _answer = -22;
        Assert.Equal(Errno.ENOSYS, Ask(Notifications.IncrementEpoch));
        Assert.Equal(Errno.EINVAL, Ask(done => Notifications.InvalidateNode(5, 0, 0, done)));
        _answer = -19;
        Assert.Equal(Errno.ENOTCONN, Ask(done => Notifications.InvalidateNode(5, 0, 0, done)));
    }

    [Fact]
    public void A_bad_name_is_refused_at_once()
    {
        Assert.Equal(Errno.EINVAL, Ask(done => Notifications.InvalidateEntry(1, "a/b"u8, false, done)));
        Assert.Equal(Errno.EINVAL, Ask(done => Notifications.Delete(1, 5, "a\0b"u8, done)));
        Assert.Equal(Errno.ENAMETOOLONG, Ask(done => Notifications.Delete(1, 5, new byte[2000].Select(_ => (byte)'x').ToArray(), done)));
        Assert.Empty(_sent);
    }

    [Fact]
    public void A_listener_that_throws_does_not_stop_the_next()
    {
        Notifications.InvalidateNode(5, 0, 0, _ => throw new InvalidOperationException());
        Assert.Equal(Errno.Success, Ask(done => Notifications.InvalidateNode(5, 0, 0, done)));
    }

    [Fact]
    public void A_notification_inside_an_operation_does_not_wait_for_it()
    {
        using var answered = new ManualResetEventSlim();
        _loop.Session.Notified = _ =>
        {
            // As the kernel does: the invalidation waits until the operation on the inode is over.
            Assert.True(answered.Wait(TimeSpan.FromSeconds(10)));
            return 0;
        };
        var told = new TaskCompletionSource<Errno>();
        _loop.FileSystem.OnAccess = (in _, node) =>
        {
            Notifications.InvalidateNode(node, 0, 0, told.SetResult);
            return Errno.Success;
        };
        _loop.Session.Call(Wire.Request(FuseOpcode.FUSE_ACCESS, 5, new FuseAccessIn()));
        answered.Set();
        Assert.True(SpinWait.SpinUntil(() => told.Task.IsCompleted, TimeSpan.FromSeconds(10)));
    }

    private void Expect(FuseNotifyCode code, Action<Action<Errno>> notify, byte[] body)
    {
        _sent.Clear();
        Assert.Equal(Errno.Success, Ask(notify));
        byte[] bytes = Assert.Single(_sent);
        FuseOutHeader header = Wire.Header(bytes);
        Assert.Equal(((uint)bytes.Length, (int)code, 0ul), (header.Len, header.Error, header.Unique));
        Assert.Equal(body, bytes[16..]);
        Assert.InRange(body.Length, NotificationTable.Get(code).StructSize, int.MaxValue);
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static Errno Ask(Action<Action<Errno>> notify)
    {
        var told = new TaskCompletionSource<Errno>(TaskCreationOptions.RunContinuationsAsynchronously);
        notify(told.SetResult);
        Assert.True(told.Task.Wait(TimeSpan.FromSeconds(10)), "The notification was never told about.");
        return told.Task.Result;
    }
}
