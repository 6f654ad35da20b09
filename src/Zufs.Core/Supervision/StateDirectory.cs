using System.Text.Json;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>
/// Where mounts are registered: <c>/run/zufs</c> for root, <c>$XDG_RUNTIME_DIR/zufs</c> for others, 0700; below it a folder
/// <c>mounts/ID</c> per mount with its socket and its state.json.
/// </summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int FileTypeMask = 0xF000;
    private const int DirectoryType = 0x4000;

    private readonly string _root;

    private StateDirectory(string root) => _root = root;

    /// <summary>Where the mounts' folders are.</summary>
    public string Mounts => Path.Combine(_root, "mounts");

    /// <summary>Opens it, and makes it when it isn't there.</summary>
    /// <exception cref="SupervisionException">It belongs to somebody else, or can't be made.</exception>
    public static StateDirectory Open() => Open(DefaultRoot());

    /// <summary>As <see cref="Open()"/>, at a place of the caller's choice.</summary>
    public static StateDirectory Open(string root)
    {
        var directory = new StateDirectory(root);
        try
        {
            Directory.CreateDirectory(root, OwnerOnly);
            Directory.CreateDirectory(directory.Mounts, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SupervisionException($"The state directory {root} can't be made: {e.Message} Set XDG_RUNTIME_DIR to a directory of your own.");
        }
        // In /tmp anybody may have been first; whoever owns the directory could take over the sockets in it.
        if (LibC.Stat(root, out LibC.StatxBuffer stat) != 0 || (stat.Mode & FileTypeMask) != DirectoryType || stat.UserId != LibC.geteuid()
            || (stat.Mode & 0x3F) != 0)
            throw new SupervisionException($"The state directory {root} isn't yours alone. Remove it, or set XDG_RUNTIME_DIR to a directory of your own.");
        return directory;
    }

    /// <summary>Makes the folder of a new mount.</summary>
    public MountFolder Create()
    {
        for (; ; )
        {
            string path = Path.Combine(Mounts, $"{(uint)LibC.RandomNumber():x8}");
            if (Directory.Exists(path))
                continue;
            Directory.CreateDirectory(path, OwnerOnly);
            return new MountFolder(path);
        }
    }

    /// <summary>The folders of all mounts, also of those whose supervisor has died.</summary>
    public IReadOnlyList<MountFolder> List() => [.. Directory.EnumerateDirectories(Mounts).Order(StringComparer.Ordinal).Select(p => new MountFolder(p))];

    /// <summary>The log of a daemon's mount. Kept after its end, so that its reason can be read.</summary>
    /// <param name="name">The file system's name.</param>
    public string LogOf(string name)
    {
        string logs = Path.Combine(_root, "logs");
        Directory.CreateDirectory(logs, OwnerOnly);
        return Path.Combine(logs, $"{name}.log");
    }

    private static string DefaultRoot()
    {
        uint user = LibC.geteuid();
        if (user == 0)
            return "/run/zufs";
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime) ? Path.Combine(Path.GetTempPath(), $"zufs-{user}") : Path.Combine(runtime, "zufs");
    }
}

/// <summary>The folder of one mount.</summary>
internal sealed class MountFolder(string path)
{
    /// <summary>Its name.</summary>
    public string Id => System.IO.Path.GetFileName(path);

    /// <summary>The supervisor's socket.</summary>
    public string SocketPath => System.IO.Path.Combine(path, "socket");

    /// <summary>Whether it was made a moment ago, and its supervisor may not listen yet.</summary>
    public bool IsNew => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) < TimeSpan.FromSeconds(2);

    private string StatePath => System.IO.Path.Combine(path, "state.json");

    /// <summary>Writes the state so that a reader sees the old or the new one, never half of it.</summary>
    public void Write(MountStatus status)
    {
        string fresh = StatePath + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(fresh, options))
            JsonSerializer.Serialize(file, status, ControlJson.Default.MountStatus);
        File.Move(fresh, StatePath, overwrite: true);
    }

    /// <summary>Reads the state.</summary>
    /// <returns>The state as it was last written; null when there is none that can be read.</returns>
    public MountStatus? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StatePath), ControlJson.Default.MountStatus);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the folder with what is in it.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody who cleans up was first.
        }
    }
}
