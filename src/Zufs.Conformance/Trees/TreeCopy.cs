using Zufs.Conformance.Interop;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Trees;

/// <summary>
/// Copies a real tree (files, directories, symlinks; their modes and mtimes) into a directory of its own on a mount, reads it back from the
/// file system rather than from the cache, and compares. The copy is removed at the end, also when it is given up. What the source has of other kinds, and
/// what can't be read there, is left out.
/// </summary>
public sealed partial class TreeCopy
{
    private const int Chunk = 128 * 1024;
    private const int MostDifferences = 100;
    private readonly string _source;
    private readonly int _limit;

    /// <summary>For one source.</summary>
    /// <param name="source">The directory to copy.</param>
    /// <param name="fileLimit">At most so many regular files.</param>
    public TreeCopy(string source, int fileLimit = 20_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fileLimit);
        _source = Path.GetFullPath(source);
        _limit = fileLimit;
    }

    /// <summary>Copies to one mount, and reads back.</summary>
    /// <param name="mountPoint">The mount point.</param>
    /// <param name="progress">Told of the files done so far, now and then; may be null.</param>
    /// <param name="cancellation">Gives up; the copy is removed all the same.</param>
    /// <exception cref="IOException">The source can't be opened, or the mount takes no directory.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public TreeReport Run(string mountPoint, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        int source = Open(LibC.AT_FDCWD, _source);
        int root = -1, copy = -1;
        Name name = $".zufs-tree-{Environment.ProcessId}";
        try
        {
            root = Open(LibC.AT_FDCWD, Path.GetFullPath(mountPoint));
            var made = Sys.MakeDirectory(root, name, Octal(755));
            if (made.Failed) throw new IOException($"Can't make a directory for the tree in {mountPoint}: {made}.");
            copy = Open(root, name);
            return new Work(source, copy, _limit, progress, cancellation).Run();
        }
        finally
        {
            if (copy >= 0)
            {
                _ = Sys.Close(copy);
                _ = TreeRemoval.Remove(root, name);
            }

            if (root >= 0) _ = Sys.Close(root);
            _ = Sys.Close(source);
        }
    }

    private static int Open(int directory, Name path)
    {
        var opened = Sys.Open(directory, path, O_RDONLY | O_DIRECTORY, 0);
        if (opened.Failed) throw new IOException($"Can't open the directory {path}: {opened}.");
        return (int)opened.Value;
    }
}
