using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <summary>Puts a path-based file system on the inode-level API.</summary>
public sealed partial class PathFileSystem : FileSystemBase
{
    private readonly IPathFileSystem _target;

    /// <summary>A file system over paths.</summary>
    /// <param name="target">The path-based file system; disposed with this one.</param>
    public PathFileSystem(IPathFileSystem target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        PathTraits traits = target.Traits;
        Traits = new FileSystemTraits
        {
            Name = traits.Name,
            Concurrency = traits.Concurrency,
            Recovery = traits.Recovery,
            Features = traits.Features,
            EntryTimeout = traits.EntryTimeout,
            AttrTimeout = traits.AttrTimeout,
        };
    }

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; }

    /// <inheritdoc/>
    public override void Start(MountContext mount) => _target.Start(mount);

    /// <inheritdoc/>
    public override void Destroy(in Request request) => _target.Destroy(request);

    /// <inheritdoc/>
    public override void Dispose() => _target.Dispose();
}
