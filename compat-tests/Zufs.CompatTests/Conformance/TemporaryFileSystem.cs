using System.Diagnostics;

namespace Zufs.CompatTests.Conformance;

/// <summary>A tmpfs of its own, mounted under a directory of its own; both go with it.</summary>
internal sealed class TemporaryFileSystem : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-control-");

    public TemporaryFileSystem(string options = "size=2g")
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", options, "zufs-control", _directory.FullName);
        }
        catch
        {
            _directory.Delete();
            throw;
        }
    }

    public string MountPoint => _directory.FullName;

    /// <summary>Changes the mount's options while it is mounted.</summary>
    public void Remount(string options) => Run("mount", "-o", "remount," + options, MountPoint);

    public void Dispose()
    {
        Run("umount", "-l", MountPoint);
        _directory.Delete();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }
}
