using System.Diagnostics;
using Xunit.Abstractions;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>
/// A directory of its own and the mounts in it, as <c>zufs-migrate run</c> makes them. At the end everything is unmounted, what still runs is
/// killed by its pid, and the programs' log is shown, with a line that does the same by hand.
/// </summary>
public sealed class MountFixture : IDisposable
{
    private static readonly TimeSpan s_endBound = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-compat-");
    private readonly List<RunningMount> _mounts = [];
    private readonly ITestOutputHelper? _output;

    static MountFixture()
    {
        // Tests run from bin/; the programs are where `make build` puts them.
        if (Environment.GetEnvironmentVariable("ZUFS_LIB") is null && FindLibrary() is { } library)
            Environment.SetEnvironmentVariable("ZUFS_LIB", library);
    }

    /// <summary>Makes the directory.</summary>
    /// <param name="output">Where the log goes; null: nowhere.</param>
    public MountFixture(ITestOutputHelper? output = null) => _output = output;

    /// <summary>The directory: mount points and whatever a test needs beside them.</summary>
    public string Root => _directory.FullName;

    /// <summary>What the supervisors and workers said so far.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    /// <summary>Where the programs are.</summary>
    public static string Library => Environment.GetEnvironmentVariable("ZUFS_LIB")
        ?? throw new InvalidOperationException("The programs aren't built. Run scripts/publish.sh, or set ZUFS_LIB.");

    private string LogPath => Path.Combine(Root, "log");

    /// <summary>Mounts a file system on a new directory.</summary>
    /// <param name="fileSystem">As people write it: <c>memory</c>, <c>path.dll#Type</c>.</param>
    /// <param name="channel"><c>auto</c>, <c>uring</c>, <c>fuse</c>.</param>
    /// <param name="options">An <c>-o</c> list.</param>
    /// <param name="drain">How long open files are served after a stop; 1 s when null.</param>
    /// <param name="limit">How many deaths of workers the mount bears; the default when null.</param>
    /// <param name="fault">Where the first worker is to die: <c>ZUFS_FAULT</c>.</param>
    /// <param name="deadline">How long a worker may serve one request; for ever when null.</param>
    /// <param name="arguments">What the file system's constructor gets.</param>
    public RunningMount Mount(string fileSystem = "memory", string channel = "auto", string options = "", TimeSpan? drain = null, RestartLimit? limit = null,
        string? fault = null, TimeSpan? deadline = null, params string[] arguments)
    {
        string mountPoint = NewDirectory();
        string words = options.Length == 0 ? "" : $" -o {options}";
        _output?.WriteLine($"repro: artifacts/zufs-migrate run {fileSystem} {mountPoint} --channel {channel}{words}");
        RunningMount mount = MountLauncher.Start(new MountRequest
        {
            FileSystem = FileSystemSource.Parse(fileSystem, arguments),
            MountPoint = mountPoint,
            Channel = channel,
            Options = MountOptions.Parse(options),
            DrainTime = drain ?? TimeSpan.FromSeconds(1),
            Environment = fault is null ? [] : [new("ZUFS_FAULT", fault)],
            RestartLimit = limit ?? RestartLimit.Default,
            Deadline = deadline,
            LogPath = LogPath,
        });
        _mounts.Add(mount);
        return mount;
    }

    /// <summary>A new, empty directory.</summary>
    public string NewDirectory() => Directory.CreateDirectory(Path.Combine(Root, $"m{Directory.GetDirectories(Root).Length}")).FullName;

    /// <summary>Waits for a mount's end, which has a bound of its own.</summary>
    public static MountEnd WaitForEnd(RunningMount mount) =>
        mount.Ended.Wait(s_endBound) ? mount.Ended.Result : throw new TimeoutException($"The mount {mount.MountPoint} hasn't ended within {s_endBound}.");

    /// <summary>Ends everything.</summary>
    public void Dispose()
    {
        var leaks = new List<string>();
        foreach (RunningMount mount in _mounts)
        {
            mount.Stop();
            if (!mount.Ended.Wait(s_endBound))
            {
                leaks.Add($"{mount.MountPoint} didn't end");
                Kill(mount.SupervisorPid);
                Kill(mount.WorkerPid);
            }
            mount.Dispose();
        }
        foreach (MountEntry left in MountTable.Read().Where(e => e.MountPoint.StartsWith(Root + "/", StringComparison.Ordinal)))
        {
            leaks.Add($"{left.MountPoint} was left mounted");
            Zufs.Mounting.Mount.TryAbort(left.DeviceMinor);
            Zufs.Mounting.Mount.Detach(left.MountPoint);
        }
        if (Log is { Length: > 0 } log)
            _output?.WriteLine($"--- log\n{log}");
        _directory.Delete(recursive: true);
        if (leaks.Count > 0)
            throw new InvalidOperationException("Left behind: " + string.Join("; ", leaks));
    }

    private static void Kill(int pid)
    {
        try
        {
            Process.GetProcessById(pid).Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    private static string? FindLibrary()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string library = Path.Combine(at.FullName, "artifacts", "lib", "zufs");
            if (File.Exists(Path.Combine(library, "zufs-supervisor")))
                return library;
        }
        return null;
    }
}
