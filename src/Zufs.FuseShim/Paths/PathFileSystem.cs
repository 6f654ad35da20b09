using System.Diagnostics.CodeAnalysis;
using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// Puts a path-based file system on the inode-level API: node table, open files and directory listings are kept here, in the mount's arena.
/// It behaves as libfuse's high level does, so that programs written for that find what they know.
/// </summary>
public sealed partial class PathFileSystem : FileSystemBase
{
    private readonly IPathFileSystem _target;
    // Settled before the first operation.
    private PathOptions _options;
    private PathTraits _traits;
    private FileSystemTraits _shown;
    private NodeTable? _nodes;
    private TreeLock? _tree;
    private OpenFiles? _files;
    private ThreadLocal<PathThread>? _threads;

    /// <summary>A file system over paths.</summary>
    /// <param name="target">The path-based file system; disposed with this one.</param>
    /// <param name="options">What the mount's <c>-o</c> list says of paths and caches; null: nothing.</param>
    public PathFileSystem(IPathFileSystem target, PathOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        Settle(options ?? PathOptions.None);
    }

    /// <inheritdoc/>
    public override FileSystemTraits Traits => _shown;

    /// <summary>The nodes that the kernel knows. For tests and diagnostics.</summary>
    internal NodeTable Nodes => _nodes ?? ThrowNotStarted<NodeTable>();

    private TreeLock Tree => _tree ?? ThrowNotStarted<TreeLock>();

    private OpenFiles Files => _files ?? ThrowNotStarted<OpenFiles>();

    private PathThread CurrentThread => (_threads ?? ThrowNotStarted<ThreadLocal<PathThread>>()).Value!;

    /// <inheritdoc/>
    public override void Offered(FileSystemFeatures offered, ref int maxWrite) => Settle(_target.Offered(offered, ref maxWrite) ?? _options);

    /// <inheritdoc/>
    public override void Start(MountContext mount)
    {
        _nodes = new NodeTable(mount.Arena);
        // A caller's own loop may have several threads, so only Serial is free of the lock.
        _tree = new TreeLock(_nodes, _traits.Concurrency == Concurrency.Serial);
        _files = new OpenFiles(mount.Arena, _nodes);
        if (mount.IsSuccessor)
            _files.Recover(mount.OpenHandles?.Select(open => open.Value).ToHashSet());
        _threads = new ThreadLocal<PathThread>(_tree.NewThread);
        _target.Start(mount);
    }

    /// <inheritdoc/>
    public override void Forget(ulong node, ulong lookups)
    {
        uint slot = Nodes.SlotOf(node);
        if (slot is not 0 and not NodeTable.Root)
            Nodes.Forget(slot, lookups);
    }

    /// <inheritdoc/>
    public override void Destroy(in Request request) => _target.Destroy(request);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _target.Dispose();
        _threads?.Dispose();
    }

    [MemberNotNull(nameof(_options), nameof(_traits), nameof(_shown))]
    private void Settle(PathOptions options)
    {
        _options = options;
        _traits = options.Apply(_target.Traits);
        _shown = new FileSystemTraits
        {
            Name = _traits.Name,
            Concurrency = _traits.Concurrency,
            Recovery = _traits.Recovery,
            Features = _traits.Features,
            EntryTimeout = _traits.EntryTimeout,
            AttrTimeout = _traits.AttrTimeout,
        };
    }

    [DoesNotReturn]
    private static T ThrowNotStarted<T>() => throw new InvalidOperationException("The file system isn't mounted yet: Start comes first.");
}
