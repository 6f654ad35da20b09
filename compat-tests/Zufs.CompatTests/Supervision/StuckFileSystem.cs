using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.CompatTests.Supervision;

/// <summary>A file system with the files <c>good</c> and <c>stuck</c>; whoever stats the latter waits for ever. Loaded by workers.</summary>
public sealed class StuckFileSystem : FileSystemBase
{
    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new() { Name = "stuck", Concurrency = Concurrency.Parallel, Recovery = RecoveryClass.Stateless };

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        if (name.SequenceEqual("stuck"u8))
            Thread.Sleep(Timeout.Infinite);
        entry.Node = 2;
        return name.SequenceEqual("good"u8) ? GetAttr(request, 2, 0, ref entry.Attributes, ref entry.AttrTimeout) : Errno.ENOENT;
    }

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = node == 1 ? FileMode.S_IFDIR | 0x1ED : FileMode.S_IFREG | 0x124;
        attributes.Nlink = 1;
        return Errno.Success;
    }
}

/// <summary>A file system that can't be made.</summary>
public sealed class BrokenFileSystem : FileSystemBase
{
    /// <summary>Throws.</summary>
    public BrokenFileSystem() => throw new InvalidOperationException("this version is broken");

    /// <inheritdoc/>
    public override FileSystemTraits Traits => throw new InvalidOperationException();
}

/// <summary>A file system that is made, and then can't start.</summary>
public sealed class UnstartableFileSystem : FileSystemBase
{
    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new() { Name = "stuck", Concurrency = Concurrency.Parallel, Recovery = RecoveryClass.Stateless };

    /// <inheritdoc/>
    public override void Start(MountContext mount) => throw new InvalidOperationException("it finds no store");
}
