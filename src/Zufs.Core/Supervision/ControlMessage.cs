using System.Text.Json.Serialization;

namespace Zufs.Supervision;

/// <summary>
/// One line of JSON between the one who starts a mount, its supervisor, its worker, and who asks for its state. Which members are set goes by
/// <see cref="Kind"/>; see <see cref="ControlKind"/>.
/// </summary>
internal sealed record ControlMessage
{
    /// <summary>Programs of different versions don't talk to each other: they are installed together.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required string Kind { get; init; }

    public SupervisorOrder? Order { get; init; }

    public WorkerStart? Start { get; init; }

    public WorkerMount? Mounted { get; init; }

    public MountStatus? Status { get; init; }

    public WorkerChange? Change { get; init; }

    /// <summary>Mount options that the file system needs, as <see cref="Mounting.MountOptions.Parse"/> reads them.</summary>
    public string? Options { get; init; }

    /// <summary>For people: what failed, or why the mount ended.</summary>
    public string? Sentence { get; init; }

    /// <summary>The session's shutdown reason by name.</summary>
    public string? Reason { get; init; }

    public string? Channel { get; init; }

    /// <summary>The file system's recovery class, in lower case.</summary>
    public string? Recovery { get; init; }

    /// <summary>Whether the kernel sends a dead worker's requests again when it is asked to.</summary>
    public bool CanResend { get; init; }

    public IReadOnlyList<string>? Notes { get; init; }

    public int ExitCode { get; init; }

    public int Cpu { get; init; }
}

/// <summary>The kinds of <see cref="ControlMessage"/>.</summary>
internal static class ControlKind
{
    /// <summary>Starter to supervisor: mount this. Has an order.</summary>
    public const string Mount = "mount";

    /// <summary>Supervisor to worker: serve this. Has a start.</summary>
    public const string Start = "start";

    /// <summary>Worker to supervisor: the file system is loaded, mount it now (options that it needs, recovery class).</summary>
    public const string Loaded = "loaded";

    /// <summary>Supervisor to worker: it is mounted; the connection came by the hand-over socket before. Has a mount.</summary>
    public const string Mounted = "mounted";

    /// <summary>Worker to supervisor: requests flow (channel, notes). Supervisor to starter: the same, with the status.</summary>
    public const string Ready = "ready";

    /// <summary>Worker to supervisor, supervisor to starter: it can't be served. Has a sentence.</summary>
    public const string Failed = "failed";

    /// <summary>Worker to supervisor: the session is over (reason). Supervisor to starter: the mount is (sentence, exit code).</summary>
    public const string Ended = "ended";

    /// <summary>Anybody to the supervisor, supervisor to worker: end it.</summary>
    public const string Stop = "stop";

    /// <summary>Supervisor to worker: another one is ready; finish what is served, and leave the rest to it.</summary>
    public const string HandOver = "hand-over";

    /// <summary>A client to the supervisor: replace the worker (change). Answered by a status when the new one serves, or by failed.</summary>
    public const string Upgrade = "upgrade";

    /// <summary>A client to the supervisor, supervisor to worker: move the mount to another channel (channel). The client gets a status, or failed.</summary>
    public const string Switch = "switch";

    /// <summary>Worker to supervisor: the channel of now, with a sentence when it isn't the one that was asked for.</summary>
    public const string Switched = "switched";

    /// <summary>Worker to supervisor: make a request arrive on the queue of this CPU (cpu).</summary>
    public const string Kick = "kick";

    /// <summary>A client asks, the supervisor answers with the status.</summary>
    public const string Status = "status";
}

/// <summary>What a supervisor is to mount.</summary>
internal sealed record SupervisorOrder
{
    public required string MountPoint { get; init; }

    /// <summary>The file system as its worker parses it.</summary>
    public required string FileSystem { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The worker's command line; the first is the program.</summary>
    public required IReadOnlyList<string> Worker { get; init; }

    public string Channel { get; init; } = "auto";

    /// <summary>Whether <c>auto</c> is to take a channel that loses nothing when the worker dies.</summary>
    public bool Survives { get; init; }

    /// <summary>As <see cref="Mounting.MountOptions.Parse"/> reads them.</summary>
    public string Options { get; init; } = "";

    /// <summary>The options that are the file system's.</summary>
    public string FileSystemOptions { get; init; } = "";

    /// <summary>How long, in milliseconds, open files are still served after the mount was taken away.</summary>
    public int DrainMilliseconds { get; init; } = 5000;

    /// <summary>How many deaths of workers end the mount: <see cref="RestartLimit"/> as text.</summary>
    public string RestartLimit { get; init; } = Supervision.RestartLimit.Default.ToString();

    /// <summary>How long, in milliseconds, a worker may serve one request before it is replaced; 0: as long as it likes.</summary>
    public int DeadlineMilliseconds { get; init; }

    /// <summary>Whether the mount ends when its starter does (a foreground <c>run</c>).</summary>
    public bool EndsWithStarter { get; init; }
}

/// <summary>What is to be different in the next worker; null stays as it is.</summary>
internal sealed record WorkerChange
{
    public string? FileSystem { get; init; }

    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>The worker's command line; the first is the program.</summary>
    public IReadOnlyList<string>? Worker { get; init; }
}

/// <summary>What a worker is to serve.</summary>
internal sealed record WorkerStart
{
    public required string FileSystem { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public required string Channel { get; init; }

    /// <summary>As <see cref="SupervisorOrder.Survives"/>.</summary>
    public bool Survives { get; init; }

    /// <summary>The options that are the file system's.</summary>
    public string FileSystemOptions { get; init; } = "";
}

/// <summary>What a worker must know of the mount that was made for it.</summary>
internal sealed record WorkerMount
{
    public required string Options { get; init; }

    public required string MountPoint { get; init; }

    /// <summary>The mount's device, so that a worker whose supervisor died detaches this mount and no other.</summary>
    public required uint Device { get; init; }

    /// <summary>How many workers that served it have died.</summary>
    public int Deaths { get; init; }
}

/// <summary>The serializer's code, made at build time: the supervisor is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlMessage))]
[JsonSerializable(typeof(MountStatus))]
internal sealed partial class ControlJson : JsonSerializerContext;
