using Xunit;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;
using Zufs.Sessions;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Tests.Sessions;

public sealed class SessionTests : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private readonly Arena _arena = Arena.Create("zufs-test", 64 << 20);

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void A_session_ends_when_its_connection_does()
    {
        var fileSystem = new ScriptedFileSystem();
        var transport = new LoopbackTransport(threads: 3);
        Session session = Start(transport, fileSystem);
        Assert.Equal(0, Wire.Header(Call(transport).Reply).Error);
        transport.End();
        Assert.Equal(ShutdownReason.Unmounted, Ended(session));
        Assert.Equal((1, 1), (fileSystem.Destroyed, fileSystem.Disposed));
        Assert.Equal(1, session.Counters.Operations);
    }

    [Theory]
    [InlineData(Errno.ENODEV, ShutdownReason.Unmounted)]
    [InlineData(Errno.ECONNABORTED, ShutdownReason.Aborted)]
    public void The_channel_says_how_the_connection_ended(Errno end, ShutdownReason reason)
    {
        var fileSystem = new ScriptedFileSystem();
        var transport = new LoopbackTransport(threads: 2);
        Session session = Start(transport, fileSystem);
        transport.End((int)end);
        Assert.Equal(reason, Ended(session));
        // Destroyed at every end.
        Assert.Equal((1, 1), (fileSystem.Destroyed, fileSystem.Disposed));
    }

    [Fact]
    public void The_first_reason_is_the_one_that_is_recorded()
    {
        var fileSystem = new ScriptedFileSystem();
        Session session = Start(new LoopbackTransport(threads: 2), fileSystem);
        session.Stop(ShutdownReason.HandOver);
        session.Stop(ShutdownReason.StopRequested);
        Assert.Equal(ShutdownReason.HandOver, Ended(session));
        // The mount goes on, by a successor.
        Assert.Equal((0, 1), (fileSystem.Destroyed, fileSystem.Disposed));
    }

    [Fact]
    public void A_session_can_be_stopped_from_inside_an_operation()
    {
        var fileSystem = new ScriptedFileSystem();
        var transport = new LoopbackTransport();
        Session session = Start(transport, fileSystem);
        fileSystem.OnAccess = (in _, _) =>
        {
            session.Stop(ShutdownReason.StopRequested);
            return Errno.Success;
        };
        Assert.Equal(0, Wire.Header(Call(transport).Reply).Error);
        Assert.Equal(ShutdownReason.StopRequested, Ended(session));
    }

    [Fact]
    public void Nobody_waits_for_a_deferred_reply_after_the_end()
    {
        var fileSystem = new ScriptedFileSystem();
        var transport = new LoopbackTransport();
        Session session = Start(transport, fileSystem);
        var tokens = new List<DeferredReply>();
        fileSystem.OnAccess = (in request, _) =>
        {
            DeferredReply token = request.Defer()!;
            tokens.Add(token);
            if (tokens.Count == 1)
                token.Interrupted.Register(() => token.Complete(Errno.EINTR));
            return Errno.Success;
        };
        LoopbackCall listening = transport.Send(Access());
        LoopbackCall deaf = transport.Send(Access());
        SpinWait.SpinUntil(() => session.Counters.Deferred == 2, s_soon);
        session.Stop(ShutdownReason.StopRequested);
        Ended(session);
        Assert.True(listening.Wait(s_soon) && deaf.Wait(s_soon));
        Assert.Equal(-(int)Errno.EINTR, Wire.Header(listening.Reply).Error);
        Assert.Equal(-(int)Errno.ENOTCONN, Wire.Header(deaf.Reply).Error);
        // Too late, and harmless.
        tokens[1].Complete(Errno.Success);
    }

    [Fact]
    public void Operations_of_a_serial_file_system_never_overlap()
    {
        int inside = 0;
        bool overlapped = false;
        var fileSystem = new ScriptedFileSystem(concurrency: Concurrency.Serial)
        {
            OnAccess = (in _, _) =>
            {
                overlapped |= Interlocked.Increment(ref inside) != 1;
                Thread.Sleep(1);
                Interlocked.Decrement(ref inside);
                return Errno.Success;
            },
        };
        var transport = new LoopbackTransport(threads: 4);
        Session session = Start(transport, fileSystem);
        LoopbackCall[] calls = [.. Enumerable.Range(0, 40).Select(_ => transport.Send(Access()))];
        Assert.All(calls, call => Assert.True(call.Wait(s_soon)));
        Assert.False(overlapped);
        transport.End();
        Ended(session);
    }

    [Fact]
    public void An_interrupt_reaches_a_serial_file_system_inside_its_operation()
    {
        var fileSystem = new ScriptedFileSystem(concurrency: Concurrency.Serial)
        {
            OnAccess = (in request, _) =>
            {
                long end = Environment.TickCount64 + 10_000;
                while (!request.IsInterrupted && Environment.TickCount64 < end)
                    Thread.Sleep(1);
                return request.IsInterrupted ? Errno.EINTR : Errno.ETIMEDOUT;
            },
        };
        var transport = new LoopbackTransport(threads: 2);
        Session session = Start(transport, fileSystem);
        LoopbackCall slow = transport.Send(Access(unique: 30));
        LoopbackCall interrupt = transport.Send(Wire.Request(FUSE_INTERRUPT, 0, new FuseInterruptIn { Unique = 30 }, unique: 31));
        Assert.True(interrupt.Wait(s_soon) && slow.Wait(s_soon));
        Assert.Equal(-(int)Errno.EINTR, Wire.Header(slow.Reply).Error);
        transport.End();
        Ended(session);
    }

    [Fact]
    public void A_blocking_file_system_gets_more_threads_when_all_wait()
    {
        using var together = new Barrier(6);
        var fileSystem = new ScriptedFileSystem(concurrency: Concurrency.Blocking)
        {
            // Only six at a time get through.
            OnAccess = (in _, _) => together.SignalAndWait(s_soon) ? Errno.Success : Errno.ETIMEDOUT,
        };
        var transport = new LoopbackTransport(threads: 1, maxThreads: 8);
        Session session = Start(transport, fileSystem);
        LoopbackCall[] calls = [.. Enumerable.Range(0, 6).Select(_ => transport.Send(Access()))];
        Assert.All(calls, call => Assert.True(call.Wait(s_soon)));
        Assert.All(calls, call => Assert.Equal(0, Wire.Header(call.Reply).Error));
        transport.End();
        Ended(session);
    }

    [Fact]
    public void A_file_system_that_wants_its_callers_thread_runs_there()
    {
        int served = 0;
        var fileSystem = new ScriptedFileSystem(concurrency: Concurrency.CallerThread)
        {
            OnAccess = (in _, _) =>
            {
                served = Environment.CurrentManagedThreadId;
                return Errno.Success;
            },
        };
        var transport = new LoopbackTransport();
        Session session = Start(transport, fileSystem);
        LoopbackCall call = transport.Send(Access());
        var ender = new Thread(() =>
        {
            call.Wait(s_soon);
            transport.End();
        });
        ender.Start();
        Assert.Equal(ShutdownReason.Unmounted, session.Serve());
        Assert.Equal(Environment.CurrentManagedThreadId, served);
        ender.Join();
    }

    [Fact]
    public void A_file_system_that_cannot_start_is_disposed_and_named()
    {
        var fileSystem = new BrokenFileSystem();
        SessionException e = Assert.Throws<SessionException>(() => Start(new LoopbackTransport(), fileSystem));
        Assert.Contains("no disk", e.Message);
        Assert.Equal(1, fileSystem.Disposed);
    }

    private static byte[] Access(ulong unique = 2) => Wire.Request(FUSE_ACCESS, 5, new FuseAccessIn { Mask = 4 }, unique: unique);

    private static LoopbackCall Call(LoopbackTransport transport)
    {
        LoopbackCall call = transport.Send(Access());
        Assert.True(call.Wait(s_soon), "The request was never answered.");
        return call;
    }

    private static ShutdownReason Ended(Session session)
    {
        Assert.True(session.Ended.Wait(s_soon), "The session never ended.");
        return session.Ended.Result;
    }

    private Session Start(LoopbackTransport transport, IFileSystem fileSystem) =>
        Session.StartLoopback(transport, fileSystem, _arena, new SessionOptions());

    private sealed class BrokenFileSystem : FileSystemBase
    {
        public override FileSystemTraits Traits { get; } = new() { Name = "broken" };

        public int Disposed { get; private set; }

        public override void Start(MountContext mount) => throw new IOException("no disk");

        public override void Dispose()
        {
            Disposed++;
            base.Dispose();
        }
    }
}
