using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Diagnostics;
using Zufs.FileSystems;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <content>From a connection to running threads.</content>
public sealed partial class Session
{
    /// <summary>
    /// Takes a mounted connection: reads INIT, agrees, answers, and starts the server threads. Returns when requests flow. On a connection whose INIT an
    /// earlier worker answered (the arena says so), goes on where that one stopped.
    /// </summary>
    /// <param name="connection">The connection's fd, as mounted.</param>
    /// <param name="fileSystem">What is served; owned from here on.</param>
    /// <param name="arena">The mount's arena. Not owned: it must outlive <see cref="Ended"/>.</param>
    /// <param name="options">How.</param>
    /// <exception cref="SessionException">An asked-for channel isn't usable, the kernel is too old, the connection has ended, or the file system can't start.</exception>
    public static Session Start(SafeFileHandle connection, IFileSystem fileSystem, Arena arena, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentNullException.ThrowIfNull(options);
        Session? session = null;
        try
        {
            Negotiation? recorded = NegotiationRecord.Load(arena);
            bool isSuccessor = recorded is not null;
            ChannelChoice choice = isSuccessor
                ? GoOn(recorded!, arena, fileSystem.Traits, options.Channel)
                : ChannelChoice.Make(options.Channel, fileSystem.Traits.Concurrency, ChannelProbes.All(), options.Survives);
            Negotiation agreed = recorded ?? Agree(connection, fileSystem, arena, options, ref choice);
            if (isSuccessor)
            {
                CounterBlocks.Disown(arena);
                AnswerAgain(connection, arena, agreed);
            }
            session = new Session(connection, fileSystem, arena, options, agreed, choice.Notes);
            session.Begin(session.Transports(choice, isSuccessor), isSuccessor);
            return session;
        }
        catch when (session is null)
        {
            fileSystem.Dispose();
            throw;
        }
    }

    /// <summary>Serves on the calling thread until the session ends: for a file system that says <see cref="Concurrency.CallerThread"/>.</summary>
    /// <returns>The reason that was recorded.</returns>
    /// <exception cref="InvalidOperationException">The file system runs on the session's own threads.</exception>
    public ShutdownReason Serve()
    {
        if (_fileSystem.Traits.Concurrency != Concurrency.CallerThread)
            throw new InvalidOperationException("This file system is served on threads of its own: wait for Ended.");
        // Null when the session was stopped before, or is served by another caller.
        Interlocked.Exchange(ref _callerThread, null)?.Run();
        return Ended.GetAwaiter().GetResult();
    }

    /// <summary>A session without a kernel, on a loopback transport.</summary>
    internal static Session StartLoopback(LoopbackTransport transport, IFileSystem fileSystem, Arena arena, SessionOptions options)
    {
        var everything = new FuseInitIn { Major = 7, Minor = FuseConstants.KernelMinorVersion, Flags = uint.MaxValue, Flags2 = uint.MaxValue };
        Negotiation agreed = Negotiation.Decide(everything, fileSystem.Traits.Features | options.AdditionalFeatures, isUring: false, options.MaxWrite, FuseLimits.MaxPages);
        NegotiationRecord.Save(arena, agreed, unique: 0);
        var session = new Session(null, fileSystem, arena, options, agreed, []);
        session.Begin([transport], isSuccessor: false);
        return session;
    }

    private static ChannelChoice GoOn(Negotiation recorded, Arena arena, FileSystemTraits traits, string asked)
    {
        bool isUring = recorded.Agreed.HasFlag(InitFlags.OverIoUring) || NegotiationRecord.IsLateUring(arena);
        if (isUring && traits.Concurrency == Concurrency.CallerThread)
            throw new SessionException("The mount runs on the uring channel, and this file system on its caller's thread.");
        // INIT agrees on nothing for zufs: it can be attached to whatever goes by fuse.
        if (!isUring && asked is "auto" or "zufs" && traits.Concurrency != Concurrency.CallerThread && ChannelProbes.Zufs().IsUsable)
            return new ChannelChoice("zufs", false, []);
        return new ChannelChoice(isUring ? "uring" : "fuse", false, ["The channel is the one that the worker before this agreed on."]);
    }

    private static Negotiation Agree(SafeFileHandle connection, IFileSystem fileSystem, Arena arena, SessionOptions options, ref ChannelChoice choice)
    {
        FuseInitIn init = Handshake.ReadInit(connection, out ulong unique);
        bool isOffered = ((InitFlags)init.Flags).HasFlag(InitFlags.InitExt) && ((InitFlags)((ulong)init.Flags2 << 32)).HasFlag(InitFlags.OverIoUring);
        if (choice.IsUring && !isOffered)
        {
            const string Why = "The kernel didn't offer io_uring on this connection.";
            if (choice.IsAskedFor)
            {
                Handshake.Refuse(connection, unique, LibC.ENOSYS);
                throw new SessionException($"The uring channel can't be used. {Why}", "echo Y | sudo tee /sys/module/fuse/parameters/enable_uring");
            }
            choice = choice.WithoutUring("uring: " + Why);
        }
        // What the kernel sends asynchronously never comes by zufs: with this flag, no direct read or write would.
        if (choice.IsZufs)
            init.Flags &= ~(uint)InitFlags.AsyncDio;
        int maxWrite = options.MaxWrite;
        fileSystem.Offered(Negotiation.FeaturesOf(init), ref maxWrite);
        Negotiation agreed = Negotiation.Decide(init, fileSystem.Traits.Features | options.AdditionalFeatures, choice.IsUring, maxWrite, FuseLimits.MaxPages);
        NegotiationRecord.Save(arena, agreed, unique);
        Handshake.Reply(connection, unique, agreed.ToReply());
        NegotiationRecord.MarkAnswered(arena);
        return agreed;
    }

    // The worker before died between reading INIT and answering it, or shortly after: a second answer finds no request, which is as well.
    private static void AnswerAgain(SafeFileHandle connection, Arena arena, Negotiation agreed)
    {
        ulong unique = NegotiationRecord.Unanswered(arena);
        if (unique == 0)
            return;
        Handshake.TryReply(connection, unique, agreed.ToReply());
        NegotiationRecord.MarkAnswered(arena);
    }

    // Before this worker reads anything: what it had read already would come a second time. A connection that has ended says so to the first read.
    private void AskAgain()
    {
        if (!_agreed.Agreed.HasFlag(InitFlags.HasResend) || _connection is null)
            return;
        int sent = LibC.Write(_connection, Notifier.ResendMessage);
        if (sent == -LibC.EINVAL)
            throw new SessionException("The kernel offered to send unanswered requests again, and refuses to.");
    }

    // The channel of requests first; fuse runs beside it: FORGET and INTERRUPT come there, and everything when the better channel is refused.
    private List<Transport> Transports(ChannelChoice choice, bool isSuccessor)
    {
        Concurrency concurrency = _fileSystem.Traits.Concurrency;
        bool hasSetxattrExt = _agreed.Agreed.HasFlag(InitFlags.SetxattrExt);
        int fuseThreads = choice.IsUring || concurrency == Concurrency.CallerThread ? 1 : FuseThreads(concurrency);
        // Should the ring be refused, more threads are needed here than beside it.
        int maxFuseThreads = concurrency switch
        {
            Concurrency.CallerThread => 1,
            Concurrency.Blocking => Math.Max(FuseThreads(concurrency), _options.MaxThreadsPerQueue),
            _ => FuseThreads(concurrency),
        };
        var fuse = new FuseTransport(_connection!, fuseThreads, _agreed.MaxWrite, maxFuseThreads) { HasSetxattrExt = hasSetxattrExt };
        if (choice.IsZufs && OpenZufs(choice, isSuccessor) is { } zufs)
            return [zufs, fuse];
        if (!choice.IsUring)
            return [fuse];
        return [NewUring(), fuse];
    }

    // More readers of one fd take turns and so wake each other's CPUs: as few as the file system bears.
    private int FuseThreads(Concurrency concurrency) => _options.FuseThreads > 0 ? _options.FuseThreads : concurrency switch
    {
        Concurrency.Blocking => 2,
        Concurrency.Parallel => Math.Min(2, Environment.ProcessorCount),
        _ => 1,
    };

    private void Begin(List<Transport> transports, bool isSuccessor)
    {
        Channel = transports[0].Name;
        foreach (string note in _notes)
            _options.Log(note);
        try
        {
            _fileSystem.Start(new MountContext(_arena, _notifier, _agreed.Granted, _agreed.MaxWrite, _agreed.MaxWrite, isSuccessor)
            {
                Backings = _connection is null ? null : new BackingFiles(_connection),
                OpenHandles = isSuccessor ? Dispatcher.OpenFiles.List() : null,
            });
        }
        catch (Exception e)
        {
            // INIT is answered: applications wait already, until the connection closes.
            _connection?.Dispose();
            _fileSystem.Dispose();
            throw new SessionException($"The file system '{_fileSystem.Traits.Name}' can't start: {e.Message}", null, e);
        }
        if (!OverdueRequests.Prepare(_arena))
            _options.Log("The arena is full: a request that this worker gets stuck in would be served again.");
        if (isSuccessor)
            AskAgain();
        StartThreads(transports);
        if (_startFailure is null)
            return;
        Ended.GetAwaiter().GetResult();
        throw new SessionException($"The {Channel} channel can't be served: {_startFailure.Message}", Channel == "uring" ? "--channel fuse" : null, _startFailure);
    }
}
