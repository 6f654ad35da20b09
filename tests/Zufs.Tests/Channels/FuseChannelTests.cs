using Xunit;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Tests.Channels;

public sealed unsafe class FuseChannelTests : IDisposable
{
    private readonly PacketConnection _connection = new();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_request_is_split_by_the_operation_table()
    {
        byte[] body = new byte[40 + 3];
        BitConverter.TryWriteBytes(body.AsSpan(16), 3);
        body[40] = 7;
        RequestFrame frame = default;
        _connection.Send(FuseOpcode.FUSE_WRITE, body);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        Assert.Equal(40, frame.FixedLength);
        Assert.Equal(3, frame.RestLength);
        Assert.Equal(7, *frame.Rest);
        Assert.Equal(0, (nint)frame.Header % 8);
        Assert.Equal(0, (nint)frame.Fixed % 8);
        Assert.Equal(0, (nint)frame.Room % 8);
        Assert.True(frame.RoomLength >= 65536);
    }

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 16)]
    public void The_fixed_part_of_setxattr_is_as_long_as_was_agreed(bool extended, int size)
    {
        _connection.Transport.HasSetxattrExt = extended;
        byte[] body = new byte[size + 2 + 4];
        BitConverter.TryWriteBytes(body.AsSpan(0), 4);
        body[size] = (byte)'n';
        RequestFrame frame = default;
        _connection.Send(FuseOpcode.FUSE_SETXATTR, body);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        Assert.Equal(size, frame.FixedLength);
        Assert.Equal((byte)'n', *frame.Rest);
    }

    public static TheoryData<string, FuseOpcode, byte[], int, int, int> Malformed => new()
    {
        // what, opcode, body, extensions, bytes that the length says more, errno
        { "length", FuseOpcode.FUSE_GETATTR, new byte[16], 0, 1, 71 },
        { "length", FuseOpcode.FUSE_GETATTR, new byte[16], 0, -1, 71 },
        { "no fixed part", FuseOpcode.FUSE_GETATTR, new byte[8], 0, 0, 71 },
        { "more than the operation has", FuseOpcode.FUSE_GETATTR, new byte[24], 0, 0, 71 },
        { "no name", FuseOpcode.FUSE_LOOKUP, [], 0, 0, 22 },
        { "an empty name", FuseOpcode.FUSE_LOOKUP, [0], 0, 0, 22 },
        { "a name without end", FuseOpcode.FUSE_LOOKUP, [65, 66], 0, 0, 22 },
        { "bytes behind the name", FuseOpcode.FUSE_LOOKUP, [65, 0, 66], 0, 0, 22 },
        { "one name of two", FuseOpcode.FUSE_SYMLINK, [65, 0], 0, 0, 22 },
        { "a second name without end", FuseOpcode.FUSE_SYMLINK, [65, 0, 66], 0, 0, 22 },
        { "extensions longer than all", FuseOpcode.FUSE_LOOKUP, [65, 0], 8, 0, 71 },
        { "data shorter than said", FuseOpcode.FUSE_WRITE, [.. Sized(16, 40, 9), 1, 2], 0, 0, 71 },
        { "a value longer than said", FuseOpcode.FUSE_SETXATTR, [.. Sized(0, 8, 1), 65, 0, 1, 2], 0, 0, 71 },
        { "ioctl data", FuseOpcode.FUSE_IOCTL, [.. Sized(24, 32, 5), 1], 0, 0, 71 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_request_that_does_not_add_up_is_refused_and_counted(string what, FuseOpcode opcode, byte[] body, int extensions, int missing, int errno)
    {
        RequestFrame frame = default;
        _connection.Send(opcode, body, unique: 8, extensions, missing);
        Assert.Equal(ExchangeOutcome.Malformed, _connection.Channel.Exchange(ref frame));
        Assert.Equal((8UL, -errno), _connection.Receive() is { } reply ? (reply.Unique, reply.Error) : throw new InvalidOperationException(what));
        Assert.Equal(1, _connection.Channel.MalformedCount);
        // The channel goes on, and says nothing more about that request.
        _connection.Send(FuseOpcode.FUSE_STATFS, []);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        Assert.Null(_connection.Receive());
    }

    [Fact]
    public void A_malformed_forget_gets_no_reply()
    {
        RequestFrame frame = default;
        _connection.Send(FuseOpcode.FUSE_BATCH_FORGET, [.. Sized(0, 8, 2), .. new byte[16]]);
        Assert.Equal(ExchangeOutcome.Malformed, _connection.Channel.Exchange(ref frame));
        Assert.Null(_connection.Receive());
        _connection.SendRaw(new byte[20]);
        Assert.Equal(ExchangeOutcome.Malformed, _connection.Channel.Exchange(ref frame));
        Assert.Equal(2, _connection.Channel.MalformedCount);
        Assert.Null(_connection.Receive());
    }

    [Fact]
    public void An_unknown_opcode_is_the_sessions_to_refuse()
    {
        RequestFrame frame = default;
        _connection.Send((FuseOpcode)4242, new byte[12]);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        Assert.Equal(0, frame.FixedLength);
        Assert.Equal(12, frame.RestLength);
    }

    [Theory]
    [InlineData(5, -5)]
    [InlineData(511, -511)]
    [InlineData(512, -5)]
    [InlineData(-1, -5)]
    public void An_errno_that_the_kernel_would_not_take_becomes_EIO(int errno, int sent)
    {
        RequestFrame frame = NextRequest();
        frame.Reply = ReplyKind.Error;
        frame.Error = errno;
        Assert.Equal(sent, ReplyTo(ref frame).Error);
    }

    [Fact]
    public void A_filled_reply_longer_than_its_room_becomes_EIO()
    {
        RequestFrame frame = NextRequest();
        frame.Reply = ReplyKind.Filled;
        frame.Length = frame.RoomLength + 1;
        (_, int error, byte[] body) = ReplyTo(ref frame);
        Assert.Equal(-5, error);
        Assert.Empty(body);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(200)]
    public void Lent_pieces_are_sent_one_behind_the_other(int count)
    {
        byte* data = stackalloc byte[count];
        UnmanagedMemory* pieces = stackalloc UnmanagedMemory[count];
        for (int i = 0; i < count; i++)
        {
            data[i] = (byte)i;
            pieces[count - 1 - i] = new UnmanagedMemory((nint)(data + i), 1);
        }
        var taken = new Taken();
        RequestFrame frame = NextRequest();
        frame.Reply = ReplyKind.Lent;
        frame.Lent = pieces;
        frame.LentCount = count;
        frame.Length = count;
        frame.LentTaken = taken;
        byte[] body = ReplyTo(ref frame).Body;
        Assert.Equal(Enumerable.Range(0, count).Select(i => (byte)(count - 1 - i)), body);
        Assert.Equal(1, taken.Times);
        Assert.Null(frame.LentTaken);
    }

    [Theory]
    [InlineData(10, 20, 31)]
    [InlineData(10, -1, 9)]
    [InlineData(int.MaxValue, int.MaxValue, -2)]
    public void Lent_pieces_that_do_not_add_up_become_EIO_and_are_given_back(int first, int second, int length)
    {
        UnmanagedMemory* pieces = stackalloc UnmanagedMemory[2];
        byte* data = stackalloc byte[64];
        pieces[0] = new UnmanagedMemory((nint)data, first);
        pieces[1] = new UnmanagedMemory((nint)data, second);
        var taken = new Taken();
        RequestFrame frame = NextRequest();
        frame.Reply = ReplyKind.Lent;
        frame.Lent = pieces;
        frame.LentCount = 2;
        frame.Length = length;
        frame.LentTaken = taken;
        Assert.Equal(-5, ReplyTo(ref frame).Error);
        Assert.Equal(1, taken.Times);
    }

    [Fact]
    public void Deferred_requests_keep_their_memory_up_to_the_bound()
    {
        var deferred = new List<DeferredFrame>();
        RequestFrame frame = default;
        for (ulong unique = 2; ; unique += 2)
        {
            _connection.Send(FuseOpcode.FUSE_READ, new byte[40], unique);
            Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
            if (!_connection.Channel.TryDefer(ref frame, out DeferredFrame taken))
                break;
            Assert.Equal(ReplyKind.Deferred, frame.Reply);
            new Span<byte>(taken.Room, 8).Fill((byte)unique);
            deferred.Add(taken);
        }
        Assert.Equal(64, deferred.Count);
        frame.Reply = ReplyKind.Error;
        frame.Error = 37;
        Assert.Equal(-37, ReplyTo(ref frame).Error);
        foreach (DeferredFrame waiting in deferred)
        {
            DeferredFrame reply = waiting;
            reply.Length = 8;
            _connection.Channel.Complete(in reply);
            (ulong unique, int error, byte[] body) = _connection.Receive()!.Value;
            Assert.Equal((waiting.Unique, 0), (unique, error));
            Assert.Equal(Enumerable.Repeat((byte)waiting.Unique, 8), body);
            Assert.Throws<InvalidOperationException>(() => _connection.Channel.Complete(in reply));
        }
    }

    [Fact]
    public void A_deferred_request_is_answered_after_the_channel_is_gone()
    {
        RequestFrame frame = NextRequest();
        Assert.True(_connection.Channel.TryDefer(ref frame, out DeferredFrame deferred));
        _connection.Channel.Dispose();
        _connection.Server.Dispose();
        *deferred.Room = 9;
        deferred.Length = 1;
        _connection.Channel.Complete(in deferred);
        Assert.Equal([9], _connection.Receive()!.Value.Body);
    }

    [Fact]
    public void Stop_wakes_a_thread_that_waits()
    {
        var outcomes = new List<ExchangeOutcome>();
        var thread = new Thread(() =>
        {
            RequestFrame frame = default;
            outcomes.Add(_connection.Channel.Exchange(ref frame));
        });
        thread.Start();
        Thread.Sleep(20);
        _connection.Channel.Stop();
        _connection.Channel.Stop();
        Assert.True(thread.Join(5000));
        Assert.Equal([ExchangeOutcome.Stopped], outcomes);
    }

    [Fact]
    public void The_end_of_the_connection_is_the_end_of_the_exchange()
    {
        _connection.Hangup();
        RequestFrame frame = default;
        Assert.Equal(ExchangeOutcome.Ended, _connection.Channel.Exchange(ref frame));
        Assert.Equal(LibC.ENODEV, _connection.Channel.EndError);
    }

    [Fact]
    public void When_its_only_thread_is_busy_the_transport_says_so_and_grows_to_its_bound()
    {
        using var connection = new PacketConnection(maxThreads: 2);
        var busy = new List<int>();
        connection.Transport.AllBusy = busy.Add;
        RequestFrame frame = default;
        connection.Send(FuseOpcode.FUSE_STATFS, []);
        Assert.Equal(ExchangeOutcome.Request, connection.Channel.Exchange(ref frame));
        Assert.Equal([0], busy);
        Assert.NotNull(connection.Transport.Grow(0));
        Assert.Null(connection.Transport.Grow(0));
    }

    private static byte[] Sized(int offset, int length, int size)
    {
        byte[] fixedPart = new byte[length];
        BitConverter.TryWriteBytes(fixedPart.AsSpan(offset), size);
        return fixedPart;
    }

    private RequestFrame NextRequest()
    {
        RequestFrame frame = default;
        _connection.Send(FuseOpcode.FUSE_READ, new byte[40]);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        return frame;
    }

    // The exchange that sends the reply waits for a next request: there is one.
    private (ulong Unique, int Error, byte[] Body) ReplyTo(ref RequestFrame frame)
    {
        _connection.Send(FuseOpcode.FUSE_STATFS, [], unique: 1000);
        Assert.Equal(ExchangeOutcome.Request, _connection.Channel.Exchange(ref frame));
        return _connection.Receive()!.Value;
    }

    private sealed class Taken : ILentReplyTaken
    {
        public int Times { get; private set; }

        public void OnTaken() => Times++;
    }
}
