using Zufs.Mounting;
using Zufs.Plugins;

namespace Zufs.Supervision;

/// <summary>What <see cref="MountLauncher.Start"/> is to mount.</summary>
public sealed record MountRequest
{
    /// <summary>The directory to mount on.</summary>
    public required string MountPoint { get; init; }

    /// <summary>The file system.</summary>
    public required FileSystemSource FileSystem { get; init; }

    /// <summary><c>auto</c>, <c>zufs</c>, <c>uring</c> or <c>fuse</c>; see <see cref="ChannelChoice"/>.</summary>
    public string Channel { get; init; } = ChannelChoice.Auto;

    /// <summary>The mount's options; the subtype is the file system's name when they have none.</summary>
    public MountOptions Options { get; init; } = new();

    /// <summary>What of an <c>-o</c> list is the file system's and not the mount's; its worker takes it apart. A file system that is built in takes none.</summary>
    public string FileSystemOptions { get; init; } = "";

    /// <summary>Whether the mount goes on when the process that started it ends.</summary>
    public bool IsDaemon { get; init; }

    /// <summary>How long open files are still served after a stop took the mount out of the tree.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether <c>auto</c> takes the fastest channel of those that lose nothing when the worker dies, rather than the fastest of all.</summary>
    public bool Survives { get; init; }

    /// <summary>How many deaths of workers the mount bears.</summary>
    public RestartLimit RestartLimit { get; init; } = RestartLimit.Default;

    /// <summary>
    /// How long a worker may serve one request: one that takes longer is replaced, and the request gets ETIMEDOUT. Null: as long as it likes. At least 0.5 s.
    /// Replies that the file system deferred aren't bound by it.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Changes to the programs' environment. For tests.</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>> Environment { get; init; } = [];

    /// <summary>Where the programs' standard error goes; this process's own when null. A daemon has its log in the state directory.</summary>
    public string? LogPath { get; init; }
}
