using System.Text.Json.Serialization;

namespace Zufs.Supervision;

/// <summary>What a supervisor says of its mount.</summary>
public sealed record MountStatus
{
    /// <summary>The name of its folder below the state directory.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is mounted.</summary>
    [JsonPropertyName("mountpoint")]
    public required string MountPoint { get; init; }

    /// <summary>The minor number of its device: the connection's name under <c>/sys/fs/fuse/connections</c>.</summary>
    public required uint Device { get; init; }

    /// <summary>The file system, as it was named when it was started.</summary>
    public required string FileSystem { get; init; }

    /// <summary>The channel that requests use; empty till the worker is ready.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Why better channels were not taken; sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The process that runs the file system.</summary>
    public int WorkerPid { get; init; }

    /// <summary>The process that holds the mount.</summary>
    public required int SupervisorPid { get; init; }

    /// <summary><c>starting</c>, <c>serving</c>, <c>restarting</c> (its worker died, another one is about to go on), <c>handingover</c> (another worker is about to go on, the one that serves finishes), <c>detached</c> (taken out of the tree, open files go on), <c>unmounting</c>, <c>draining</c>, <c>aborting</c>.</summary>
    public required string State { get; init; }

    /// <summary>How many workers died and were replaced.</summary>
    public int Restarts { get; init; }

    /// <summary>How often a live worker was replaced by another one.</summary>
    public int Upgrades { get; init; }

    /// <summary>
    /// On <c>uring</c>: ring entries that were idle when their worker died, over the mount's life. Each may have cost one request ECANCELED.
    /// </summary>
    public long LostRingEntries { get; init; }

    /// <summary>What is left of the file system when its worker dies: <c>stateless</c>, <c>hook</c> or <c>none</c>; empty till it is loaded.</summary>
    public string Recovery { get; init; } = "";

    /// <summary>What applications notice when the worker dies; a sentence. Empty till the worker is ready.</summary>
    public string Promise { get; init; } = "";

    /// <summary>Requests answered since the mount began.</summary>
    public long Operations { get; init; }

    /// <summary>Requests answered with an errno other than the everyday ones (ENOENT of a LOOKUP counts as well).</summary>
    public long Errors { get; init; }

    /// <summary>How many operations took how long: the session's buckets, see <c>LatencyHistogram</c>. Empty till the worker is ready.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];
}
