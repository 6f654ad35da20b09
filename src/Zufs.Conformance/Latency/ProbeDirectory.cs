using System.Globalization;
using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Latency;

/// <summary>
/// Where a mount is measured: a directory of its own with a file for each thread and a hundred names to list; or, when nothing may be changed,
/// the mount's root with what is in it.
/// </summary>
internal sealed class ProbeDirectory : IDisposable
{
    private const int Listed100 = 100;
    private readonly int _root;
    private readonly Name? _name;
    private readonly (Name Path, long Size)? _found;

    private ProbeDirectory(int root, int descriptor, Name? name, (Name Path, long Size)? found)
    {
        _root = root;
        Descriptor = descriptor;
        _name = name;
        _found = found;
    }

    /// <summary>Names are below this open directory.</summary>
    public int Descriptor { get; }

    /// <summary>The directory that is listed.</summary>
    public Name Listed => _name is null ? "." : "listed";

    /// <summary>The part of the file that is gone through, in bytes.</summary>
    public int Span => _found is { } found ? (int)Math.Min(found.Size, ProbeWork.FileSize) : ProbeWork.FileSize;

    /// <exception cref="IOException">The mount can't be opened, or doesn't take the files.</exception>
    public static ProbeDirectory Open(string mountPoint, LatencyOptions options)
    {
        int root = Need($"open {mountPoint}", Sys.Open(LibC.AT_FDCWD, Path.GetFullPath(mountPoint), O_RDONLY | O_DIRECTORY, 0));
        if (options.ReadOnly) return new ProbeDirectory(root, root, null, Largest(root));
        Name name = string.Create(CultureInfo.InvariantCulture, $".zufs-speed-{Environment.ProcessId}");
        ProbeDirectory? directory = null;
        try
        {
            Need($"mkdir in {mountPoint}", Sys.MakeDirectory(root, name, Octal(755)));
            directory = new ProbeDirectory(root, Need("open the directory", Sys.Open(root, name, O_RDONLY | O_DIRECTORY, 0)), name, null);
            directory.Fill(options.Threads.Max());
            return directory;
        }
        catch
        {
            if (directory is not null) directory.Dispose();
            else _ = Sys.Close(root);
            throw;
        }
    }

    /// <summary>The file of a thread.</summary>
    /// <exception cref="ProbeException">There is none that is large enough.</exception>
    public Name File(int thread, int size = 0)
    {
        if (_name is not null) return string.Create(CultureInfo.InvariantCulture, $"file-{thread}");
        if (_found is not { } found || found.Size < size) throw new ProbeException($"there is no file of {size} bytes to read");
        return found.Path;
    }

    public void Dispose()
    {
        if (_name is { } name)
        {
            _ = Sys.Close(Descriptor);
            _ = TreeRemoval.Remove(_root, name);
        }

        _ = Sys.Close(_root);
    }

    private void Fill(int threads)
    {
        byte[] data = new SeededRandom(1).Bytes(1 << 20);
        for (int t = 0; t < threads; t++)
        {
            int fd = Need("create", Sys.Open(Descriptor, File(t), O_RDWR | O_CREAT | O_EXCL, Octal(644)));
            for (long at = 0; at < ProbeWork.FileSize;) at += Need("write", Sys.PWrite(fd, data, at));
            _ = Sys.Close(fd);
        }

        Need("mkdir", Sys.MakeDirectory(Descriptor, Listed, Octal(755)));
        for (int i = 0; i < Listed100; i++)
            Need("mknod", Sys.MakeNode(Descriptor, Listed.Slash(string.Create(CultureInfo.InvariantCulture, $"name-{i}")), S_IFREG | Octal(644), 0));
    }

    // The largest readable file in the root and the directories right below it: enough to have something to read.
    private static (Name Path, long Size)? Largest(int root)
    {
        (Name Path, long Size)? best = null;
        foreach (var directory in Directories(root).Prepend("."))
        {
            foreach (var item in List(root, directory))
            {
                var path = directory.Slash(item.Name);
                if (Sys.Status(root, path, LibC.AT_SYMLINK_NOFOLLOW, out var status).Failed || status.Kind != "file") continue;
                if (best is null || status.Size > best.Value.Size) best = (path, status.Size);
            }
        }

        return best;
    }

    private static IEnumerable<Name> Directories(int root) =>
        List(root, ".").Where(i => !Sys.Status(root, i.Name, LibC.AT_SYMLINK_NOFOLLOW, out var status).Failed && status.Kind == "directory").Select(i => i.Name);

    private static IEnumerable<DirectoryItem> List(int root, Name directory)
    {
        var items = new List<DirectoryItem>();
        var opened = Sys.Open(root, directory, O_RDONLY | O_DIRECTORY, 0);
        if (opened.Failed) return items;
        byte[] buffer = new byte[32 * 1024];
        while (Sys.List((int)opened.Value, buffer, items).Value > 0)
        {
        }

        _ = Sys.Close((int)opened.Value);
        return items.Where(i => !i.IsDot).OrderBy(i => i.Name.ToString(), StringComparer.Ordinal).Take(1000);
    }

    private static int Need(string what, Outcome outcome) =>
        outcome.Failed ? throw new IOException($"Can't measure: {what}: {outcome}.") : (int)outcome.Value;
}
