using Xunit;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Tests.Sessions;

public sealed class DeferralTests : IDisposable
{
    private readonly LoopbackFixture _loop = new();
    private readonly List<DeferredReply?> _tokens = [];

    public DeferralTests() =>
        _loop.FileSystem.OnAccess = (in request, _) =>
        {
            _tokens.Add(request.Defer());
            return _tokens[^1] is null ? Errno.ENOLCK : Errno.Success;
        };

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_deferred_reply_comes_when_it_is_completed()
    {
        LoopbackCall call = Access(unique: 8);
        Assert.True(call.WasDeferred);
        Assert.False(call.IsDone);
        _tokens[0]!.Complete(Errno.EACCES);
        Assert.Equal((-13, 8ul), (Wire.Header(call.Reply).Error, Wire.Header(call.Reply).Unique));
    }

    [Fact]
    public void The_last_free_place_is_never_deferred()
    {
        LoopbackCall[] calls = [.. Enumerable.Range(1, 4).Select(i => Access((ulong)i * 2))];
        Assert.Equal([true, true, true, false], calls.Select(call => call.WasDeferred));
        Assert.Equal(-(int)Errno.ENOLCK, Wire.Header(calls[3].Reply).Error);
        _tokens[1]!.Complete(Errno.Success);
        Assert.True(Access(unique: 10).WasDeferred);
    }

    [Fact]
    public void Completing_twice_is_harmless_and_counted()
    {
        LoopbackCall first = Access(unique: 2);
        DeferredReply token = _tokens[0]!;
        token.Complete(Errno.Success);
        LoopbackCall second = Access(unique: 4);
        token.Complete(Errno.EIO);
        Assert.Equal(0, Wire.Header(first.Reply).Error);
        Assert.False(second.IsDone);
        Assert.Equal(1, _loop.Session.Counters.BrokenReplies);
        Assert.Equal(2, _loop.Session.Counters.Deferred);
    }

    [Fact]
    public void A_deferred_read_is_written_into_its_room()
    {
        ulong fh = _loop.Open();
        DeferredReply? token = null;
        _loop.FileSystem.OnRead = (in request, _, _, _, ref _) =>
        {
            token = request.Defer();
            return Errno.Success;
        };
        LoopbackCall call = _loop.Start(Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = 6 }));
        Assert.Equal(6, token!.Room.Length);
        "later!"u8.CopyTo(token.Room);
        token.CompleteData(5);
        Assert.Equal("later"u8, call.Reply[16..]);
    }

    [Fact]
    public void A_deferred_lookup_is_checked_as_any_other()
    {
        DeferredReply? token = null;
        _loop.FileSystem.OnLookup = (in request, _, _, ref _) =>
        {
            token = request.Defer();
            return Errno.Success;
        };
        LoopbackCall good = _loop.Start(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8));
        token!.CompleteEntry(new Entry { Node = 9, Attributes = ScriptedFileSystem.File(9) });
        Assert.Equal(9ul, Wire.Body<FuseEntryOut>(good.Reply).NodeId);
        LoopbackCall bad = _loop.Start(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8));
        token!.CompleteEntry(new Entry { Node = 1UL << 63 });
        Assert.Equal(-(int)Errno.EIO, Wire.Header(bad.Reply).Error);
        LoopbackCall wrongKind = _loop.Start(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8));
        token!.CompleteData(3);
        Assert.Equal(-(int)Errno.EIO, Wire.Header(wrongKind.Reply).Error);
    }

    [Fact]
    public void An_interrupt_finds_the_deferred_request()
    {
        LoopbackCall call = Access(unique: 6);
        CancellationToken interrupted = _tokens[0]!.Interrupted;
        interrupted.Register(() => _tokens[0]!.Complete(Errno.EINTR));
        Assert.False(interrupted.IsCancellationRequested);
        Assert.True(Interrupt(6).IsEmpty);
        Assert.True(interrupted.IsCancellationRequested);
        Assert.Equal(-(int)Errno.EINTR, Wire.Header(call.Reply).Error);
    }

    [Fact]
    public void An_interrupt_that_overtakes_its_request_is_kept_for_it()
    {
        Assert.True(Interrupt(20).IsEmpty);
        bool seen = false;
        _loop.FileSystem.OnAccess = (in request, _) =>
        {
            seen = request.IsInterrupted;
            return Errno.EINTR;
        };
        Access(unique: 18);
        Assert.False(seen);
        Access(unique: 20);
        Assert.True(seen);
        Access(unique: 20);
        Assert.False(seen);
    }

    [Fact]
    public void Interrupts_that_cannot_be_kept_are_to_come_again()
    {
        for (ulong i = 0; i < 32; i++)
            Assert.True(Interrupt(100 + 2 * i).IsEmpty);
        Assert.Equal(-(int)Errno.EAGAIN, Wire.Header(Interrupt(200)).Error);
    }

    [Fact]
    public void An_operation_that_throws_after_deferring_gets_EIO_once()
    {
        DeferredReply? token = null;
        _loop.FileSystem.OnAccess = (in request, _) =>
        {
            token = request.Defer();
            throw new InvalidOperationException("too late");
        };
        LoopbackCall call = Access(unique: 2);
        Assert.Equal(-(int)Errno.EIO, Wire.Header(call.Reply).Error);
        token!.Complete(Errno.Success);
        Assert.Equal(-(int)Errno.EIO, Wire.Header(call.Reply).Error);
    }

    private LoopbackCall Access(ulong unique) => _loop.Start(Wire.Request(FUSE_ACCESS, 5, new FuseAccessIn { Mask = 4 }, unique: unique));

    private ReadOnlySpan<byte> Interrupt(ulong unique) =>
        _loop.Session.Call(Wire.Request(FUSE_INTERRUPT, 0, new FuseInterruptIn { Unique = unique }, unique: unique | 1));
}
