using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.Diagnostics;
using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <summary>
/// A file system served on a connection that is mounted already: INIT, channels, server threads, and the end. It never mounts or unmounts.
/// </summary>
/// <remarks>
/// <para>The connection stays the caller's: after <see cref="Ended"/> it is to be closed, or given to a successor. Only when a channel failed and requests
/// would wait for ever, the session closes it itself.</para>
/// <para>The file system is the session's from <see cref="Start"/> on, also when that throws: disposed once.</para>
/// </remarks>
public sealed partial class Session
{
    private readonly SafeFileHandle? _connection;
    private readonly IFileSystem _fileSystem;
    private readonly Arena _arena;
    private readonly SessionOptions _options;
    private readonly RateLimitedLog _log;
    private readonly InFlight _inFlight = new();
    private readonly Notifier _notifier;
    private readonly Negotiation _agreed;
    private readonly List<string> _notes;
    private readonly TaskCompletionSource<ShutdownReason> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Session(SafeFileHandle? connection, IFileSystem fileSystem, Arena arena, SessionOptions options, Negotiation agreed, IReadOnlyList<string> notes)
    {
        _connection = connection;
        _fileSystem = fileSystem;
        _arena = arena;
        _options = options;
        _agreed = agreed;
        _notes = [.. notes];
        _log = new RateLimitedLog(options.Log);
        _notifier = connection is null ? new Notifier(static _ => -Interop.LibC.ENOTCONN, _log.Write) : new Notifier(connection, _log.Write);
        Dispatcher = new Dispatcher(fileSystem, arena, agreed, _inFlight, options);
    }

    /// <summary>The channel that the mount's requests come by: <c>zufs</c>, <c>uring</c> or <c>fuse</c>.</summary>
    public string Channel { get; private set; } = "";

    /// <summary>Why better channels weren't taken, a sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock)
                return [.. _notes];
        }
    }

    /// <summary>What INIT agreed on.</summary>
    public Negotiation Agreed => _agreed;

    /// <summary>Completes when every server thread has left and the file system was disposed, with the reason that was recorded first.</summary>
    public Task<ShutdownReason> Ended => _ended.Task;

    /// <summary>What was counted so far, over the life of the mount.</summary>
    public SessionCounters Counters => SessionCounters.Read(_arena);

    internal Dispatcher Dispatcher { get; }

    internal int StackSize => _options.StackSize;

    /// <summary>
    /// Ends the session: deferred replies are cancelled, and answered when their file system doesn't; then the threads leave. Returns at once;
    /// <see cref="Ended"/> tells. Any thread, also inside an operation; later calls do nothing.
    /// </summary>
    /// <param name="reason">What is recorded, unless there is a reason already.</param>
    public void Stop(ShutdownReason reason) => RecordEnd(reason == ShutdownReason.None ? ShutdownReason.StopRequested : reason);
}
