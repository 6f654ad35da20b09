using System.Diagnostics;
using Zufs.Mounting;

namespace Zufs.Migrate.Compare;

/// <summary>
/// Directories for the mounts that a comparison starts: for each a mount point and an empty backing. A directory that people name is refused
/// when it isn't empty or another comparison uses it. All is removed at the end.
/// </summary>
internal sealed class ScratchSpace : IDisposable
{
    private const string LockName = ".zufs-compare.lock";
    private readonly string _root;
    private readonly bool _own;
    private readonly FileStream _lock;

    private ScratchSpace(string root, bool own, FileStream held)
    {
        _root = root;
        _own = own;
        _lock = held;
    }

    /// <summary>Takes a directory, or makes one.</summary>
    /// <param name="directory">The directory that was named; null: a new one under the temporary files.</param>
    /// <exception cref="CompareException">It isn't there, isn't empty, or is in use.</exception>
    public static ScratchSpace Take(string? directory)
    {
        bool own = directory is null;
        string root = own ? Directory.CreateTempSubdirectory("zufs-compare-").FullName : Path.GetFullPath(directory!);
        if (!Directory.Exists(root)) throw new CompareException($"There is no directory {root}. Make it: mkdir {CompareRequest.Quote(root)}");
        string path = Path.Combine(root, LockName);
        if (!own)
        {
            var entries = Directory.EnumerateFileSystemEntries(root).Where(e => e != path).Take(3).Select(Path.GetFileName).ToList();
            if (entries.Count > 0 && File.Exists(path) && IsHeld(path)) throw InUse(root);
            if (entries.Count > 0)
            {
                throw new CompareException(
                    $"{root} is not empty ({string.Join(", ", entries)}): a comparison would write there. Name an empty directory with --scratch, or none.");
            }
        }

        try
        {
            return new ScratchSpace(root, own, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException)
        {
            throw InUse(root);
        }
    }

    /// <summary>A new directory for a purpose.</summary>
    public string Make(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>Removes what was made. Never goes into something that is still mounted there.</summary>
    public void Dispose()
    {
        foreach (string directory in Directory.EnumerateDirectories(_root))
        {
            foreach (var mount in MountsBelow(directory)) Unmount(mount.MountPoint);

            // A mount that stays has files of its own, which aren't ours to remove.
            if (MountsBelow(directory).Count == 0) Directory.Delete(directory, recursive: true);
        }

        _lock.Dispose();
        if (_own && !Directory.EnumerateFileSystemEntries(_root).Any()) Directory.Delete(_root);
    }

    /// <summary>Takes a mount of any kind out of the tree, by the command that a person would use: it may be set-user-id.</summary>
    public static void Unmount(string mountPoint)
    {
        using var command = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec 1>&2; exec " + MountTable.RemovalCommand(mountPoint)]))!;
        command.WaitForExit();
    }

    private static List<MountEntry> MountsBelow(string directory) =>
        [.. MountTable.Read().Where(m => m.MountPoint == directory || m.MountPoint.StartsWith(directory + "/", StringComparison.Ordinal)).OrderByDescending(m => m.MountPoint.Length)];

    private static bool IsHeld(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static CompareException InUse(string root) =>
        new($"{root} is in use by another comparison. Wait until it has ended, or name another directory with --scratch.");
}
