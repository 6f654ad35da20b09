using Tmds.Fuse;
using Zufs.Mounting;

namespace Zufs.CompatTests.Tmds;

/// <summary>A Tmds file system mounted in this process on a directory of its own; both go with this.</summary>
internal sealed class ScratchMount : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-tmds-");

    public ScratchMount(string channel, IFuseFileSystem fileSystem, global::Tmds.Fuse.MountOptions? options = null)
    {
        try
        {
            // By the name of the channel, not by the environment: that belongs to the whole process, and other tests mount too.
            Fuse = FuseMount.Start(MountPoint, fileSystem, options ?? new global::Tmds.Fuse.MountOptions(), channel);
        }
        catch
        {
            _directory.Delete();
            throw;
        }
    }

    public IFuseMount Fuse { get; }

    public string MountPoint => _directory.FullName;

    public bool IsMounted => MountTable.Find(MountPoint) is not null;

    public string this[string name] => Path.Combine(MountPoint, name);

    public void Dispose()
    {
        Fuse.UnmountAsync(10_000, force: true).GetAwaiter().GetResult();
        _directory.Delete();
    }
}
