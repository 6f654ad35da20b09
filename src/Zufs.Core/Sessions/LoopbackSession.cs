using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Diagnostics;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>
/// A file system behind the session's dispatcher, driven by exact bytes on the caller's own thread: what a kernel would send goes in, what it
/// would get comes out. For tests of file systems and of the protocol, and for measuring without a kernel.
/// </summary>
/// <remarks>One thread at a time. Notifications go to <see cref="Notified"/>.</remarks>
public sealed class LoopbackSession : IDisposable
{
    private readonly LoopbackChannel _channel;
    private readonly LoopbackCall _call = new();
    private readonly ServerScope _scope;
    private readonly Notifier _notifier;
    private readonly IFileSystem _fileSystem;
    private readonly Arena _arena;

    /// <summary>Starts a file system as if a kernel of FUSE 7.45 had offered everything.</summary>
    /// <param name="fileSystem">The file system; owned from here on.</param>
    /// <param name="arena">Its arena; not owned.</param>
    /// <param name="options">Timeouts, sizes and log.</param>
    /// <param name="roomIsRest">Whether replies are written where the request's names stand, as on <c>uring</c>.</param>
    /// <param name="depth">Requests that can be served and deferred at a time.</param>
    public LoopbackSession(IFileSystem fileSystem, Arena arena, SessionOptions? options = null, bool roomIsRest = false, int depth = 4)
    {
        options ??= new SessionOptions();
        _fileSystem = fileSystem;
        _arena = arena;
        var everything = new FuseInitIn
        {
            Major = FuseConstants.KernelVersion,
            Minor = FuseConstants.KernelMinorVersion,
            MaxReadahead = 128 << 10,
            Flags = uint.MaxValue,
            Flags2 = uint.MaxValue,
        };
        Agreed = Negotiation.Decide(everything, fileSystem.Traits.Features | options.AdditionalFeatures, isUring: false, options.MaxWrite, FuseLimits.MaxPages);
        bool isSuccessor = NegotiationRecord.Load(arena) is not null;
        if (!isSuccessor)
            NegotiationRecord.Save(arena, Agreed, unique: 0);
        _channel = new LoopbackChannel(Agreed.MaxWrite + 4096, depth, roomIsRest);
        var inFlight = new InFlight();
        var log = new RateLimitedLog(options.Log);
        Dispatcher = new Dispatcher(fileSystem, arena, Agreed, inFlight, options);
        _scope = new ServerScope(arena, inFlight, Dispatcher.Intents, _channel, log);
        _notifier = new Notifier(Notify, options.Log);
        fileSystem.Start(new MountContext(arena, _notifier, Agreed.Granted, Agreed.MaxWrite, Agreed.MaxWrite, isSuccessor)
        {
            OpenHandles = isSuccessor ? Dispatcher.OpenFiles.List() : null,
        });
    }

    /// <summary>What INIT would have agreed on.</summary>
    public Negotiation Agreed { get; }

    /// <summary>Gets each notification as bytes, on the notifier's thread; returns 0 or more, or minus an errno.</summary>
    public Func<ReadOnlyMemory<byte>, int>? Notified { get; set; }

    /// <summary>What was counted so far.</summary>
    public SessionCounters Counters => SessionCounters.Read(_arena);

    internal Dispatcher Dispatcher { get; }

    internal ServerScope Scope => _scope;

    /// <summary>Serves one request.</summary>
    /// <param name="request">The whole request. It must stay as it is during the call.</param>
    /// <returns>The whole reply, valid until the next call; empty for what has none, and for what was deferred.</returns>
    public ReadOnlySpan<byte> Call(ReadOnlyMemory<byte> request)
    {
        _call.Request = request;
        _channel.Stage(_call);
        ServerLoop.ProcessRequests(Dispatcher, _scope);
        return _call.Reply;
    }

    /// <summary>Serves one request whose reply may come later.</summary>
    /// <param name="call">The request; it gets the reply.</param>
    public void Call(LoopbackCall call)
    {
        _channel.Stage(call);
        ServerLoop.ProcessRequests(Dispatcher, _scope);
    }

    /// <summary>Ends the file system as an unmount does.</summary>
    public void Dispose()
    {
        Dispatcher.Destroy(NoRequest.Instance);
        _notifier.Dispose();
        _fileSystem.Dispose();
        _scope.Dispose();
        _channel.Dispose();
    }

    private int Notify(ReadOnlyMemory<byte> bytes) => Notified?.Invoke(bytes) ?? 0;
}
