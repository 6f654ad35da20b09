using System.Reflection;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <summary>
/// A Tmds file system on the neutral path contract. The operations are those that Tmds.Fuse has, all of them, whether overridden or not: what
/// a file system leaves out answers its own ENOSYS.
/// </summary>
internal sealed partial class TmdsFileSystem : PathFileSystemBase
{
    private const PathOperations Missing =
        PathOperations.MkNod | PathOperations.Lock | PathOperations.Flock | PathOperations.Bmap |
        PathOperations.Ioctl | PathOperations.Poll | PathOperations.CopyFileRange | PathOperations.LSeek;

    // What libfuse 3 agrees to unasked: an Open is told of O_TRUNC, and data that changed behind the kernel is read anew. It also agrees to
    // READDIRPLUS, which is left out here: AddEntry gives names only, for which libfuse too sends entries without attributes, to be looked up
    // one by one as after a READDIR; they would be six times as long for nothing.
    private const FileSystemFeatures LibFuseDefaults =
        FileSystemFeatures.AtomicOpenTruncate | FileSystemFeatures.AutoInvalidateData | FileSystemFeatures.ParallelDirectoryOperations;

    // The largest error number that the kernel takes in a reply (fs/fuse/dev.c).
    private const int MaxError = 511;

    private readonly IFuseFileSystem _fileSystem;
    private int _disposed;

    /// <summary>Adapts a file system, which is disposed with the adapter, once.</summary>
    /// <param name="fileSystem">The file system.</param>
    /// <param name="singleThread">Whether operations come one after the other even when it bears more.</param>
    public TmdsFileSystem(IFuseFileSystem fileSystem, bool singleThread = false)
    {
        _fileSystem = fileSystem;
        Traits = new PathTraits
        {
            Name = NameOf(fileSystem),
            // Code that says it is multi-threaded may still wait for disk or network: it never said it wouldn't.
            Concurrency = fileSystem.SupportsMultiThreading && !singleThread ? Concurrency.Blocking : Concurrency.Serial,
            Operations = PathOperations.All & ~Missing,
            Features = LibFuseDefaults,
            Recovery = RecoveryOf(fileSystem),
        };
    }

    /// <inheritdoc/>
    public override PathTraits Traits { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _fileSystem.Dispose();
    }

    // Tmds.Fuse has no word for this, so the assembly says it in one that needs no reference to us:
    // [assembly: AssemblyMetadata("Zufs.Recovery", "stateless")]
    private static RecoveryClass RecoveryOf(IFuseFileSystem fileSystem)
    {
        string? said = fileSystem.GetType().Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "Zufs.Recovery")?.Value;
        return said == "stateless" ? RecoveryClass.Stateless : RecoveryClass.None;
    }

    private static string NameOf(IFuseFileSystem fileSystem)
    {
        string name = fileSystem.GetType().Name;
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
    }
}
