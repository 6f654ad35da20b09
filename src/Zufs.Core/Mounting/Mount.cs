using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Mounting;

/// <summary>
/// A FUSE mount and the connection behind it. Root (CAP_SYS_ADMIN) mounts by mount(2), others by <c>fusermount3</c>. Nobody answers requests
/// until a session reads the connection: until then, whoever touches the mount waits.
/// </summary>
/// <remarks>
/// No member ever looks at the mount itself, only at the kernel's table of mounts: a server that stats its own mount waits for itself.
/// Members may be called from any thread.
/// </remarks>
public sealed partial class Mount : IDisposable
{
    private static readonly HashSet<string> Live = [];
    private readonly int _id;
    private readonly bool _asRoot;

    private Mount(string mountPoint, SafeFileHandle connection, bool asRoot, MountEntry entry)
    {
        MountPoint = mountPoint;
        Connection = connection;
        _asRoot = asRoot;
        _id = entry.Id;
        Device = entry.DeviceMinor;
        Type = entry.Type;
        lock (Live)
            Live.Add(mountPoint);
    }

    /// <summary>The connection's file descriptor; close-on-exec. When its last copy is closed, the kernel aborts the mount.</summary>
    public SafeFileHandle Connection { get; }

    /// <summary>Where it is mounted: absolute, without symbolic links.</summary>
    public string MountPoint { get; }

    /// <summary>The minor number of its device: the connection's name under <c>/sys/fs/fuse/connections</c>.</summary>
    public uint Device { get; }

    /// <summary>Its type in the mount table: <c>fuse</c> or <c>fuse.SUBTYPE</c>.</summary>
    public string Type { get; }

    /// <summary>The user who mounted it (the mount option <c>user_id</c>).</summary>
    public uint Owner { get; } = LibC.geteuid();

    /// <summary>Whether it is still at its place in the mount table (of this process's namespace).</summary>
    public bool IsMounted => MountTable.Read().Any(e => e.Id == _id && e.DeviceMinor == Device);

    /// <summary>Mounts.</summary>
    /// <param name="mountPoint">A directory that exists.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="MountException">The mount point or an option doesn't fit, a right is missing, or the kernel has no FUSE.</exception>
    public static Mount Create(string mountPoint, MountOptions options)
    {
        options.Validate();
        // Before anything looks at the path: on a mount of our own, the look itself would wait for our answer.
        RefuseOwn(Path.GetFullPath(mountPoint), isItselfAllowed: true);
        string path = MountPointCheck.Resolve(mountPoint);
        RefuseOwn(path, isItselfAllowed: false);
        bool asRoot = HasMountRight();
        if (!asRoot)
            MountPointCheck.RefuseForeign(path, options);
        SafeFileHandle connection = asRoot ? MountByKernel(path, options) : MountByFusermount(path, options);
        MountEntry? entry = MountTable.Find(path);
        if (entry is null || !entry.IsFuse)
        {
            connection.Dispose();
            throw new MountException($"{path} was mounted, but is gone again: somebody unmounted it at the same moment. Try once more.");
        }
        return new Mount(path, connection, asRoot, entry);
    }

    /// <summary>Unmounts. Returns when nothing is mounted there any more; quietly when somebody else was first.</summary>
    /// <exception cref="MountException">Files are open on it (<see cref="MountException.IsBusy"/>), or another mount covers it.</exception>
    public void Unmount() => Unmount(lazily: false);

    /// <summary>Takes the mount out of the tree at once. Who has files open goes on with them, and the connection lives till the last is closed.</summary>
    /// <exception cref="MountException">Another mount covers it, or a right is missing.</exception>
    public void UnmountLazily() => Unmount(lazily: true);

    /// <summary>
    /// Ends the connection by fusectl: whoever waits gets ECONNABORTED, and everything after that is ENOTCONN. The mount itself stays till it is unmounted.
    /// </summary>
    /// <returns>False where fusectl isn't mounted or not permitted; closing every copy of <see cref="Connection"/> has the same effect.</returns>
    public bool TryAbort() => TryAbort(Device);

    /// <summary>As <see cref="TryAbort()"/>, for any connection.</summary>
    /// <param name="device">The minor number of the mount's device.</param>
    /// <returns>False where fusectl isn't mounted or not permitted.</returns>
    public static bool TryAbort(uint device) => LibC.WriteControl($"/sys/fs/fuse/connections/{device}/abort", "1"u8) == 0;

    /// <summary>Takes whatever FUSE mount is at a path out of the tree, lazily. Nothing happens when there is none.</summary>
    /// <param name="mountPoint">The mount point.</param>
    /// <exception cref="MountException">A right is missing.</exception>
    public static void Detach(string mountPoint)
    {
        string path = Path.GetFullPath(mountPoint);
        if (MountTable.Find(path) is { IsFuse: true })
            UnmountPath(path, lazily: true, HasMountRight());
    }

    /// <summary>Closes the connection. Where it was the last copy, the mount is dead: unmount before, or at once after.</summary>
    public void Dispose()
    {
        lock (Live)
            Live.Remove(MountPoint);
        Connection.Dispose();
    }

    /// <summary>Whether this process may call mount(2): CAP_SYS_ADMIN is effective.</summary>
    internal static bool HasMountRight()
    {
        const int capSysAdmin = 21;
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
                return (Convert.ToUInt64(line[7..].Trim(), 16) >> capSysAdmin & 1) != 0;
        }
        return false;
    }

    private static void RefuseOwn(string path, bool isItselfAllowed)
    {
        lock (Live)
        {
            if (Live.FirstOrDefault(l => MountTable.IsAtOrBelow(path, l) && !(isItselfAllowed && path == l)) is { } above)
                throw new MountException($"{path} lies on {above}, which this process serves itself: it would wait for its own answer. Mount it elsewhere.");
        }
    }

    private void Unmount(bool lazily)
    {
        IReadOnlyList<MountEntry> table = MountTable.Read();
        if (!table.Any(e => e.Id == _id && e.DeviceMinor == Device))
            return;
        if (MountTable.Find(table, MountPoint) is { } top && top.Id != _id)
        {
            throw new MountException(
                $"{MountPoint} can't be unmounted: another mount ({top.Type}) lies over it. Unmount that first: umount {MountTable.Quote(MountPoint)}", 16);
        }
        UnmountPath(MountPoint, lazily, _asRoot);
    }

    private static void UnmountPath(string path, bool lazily, bool asRoot)
    {
        if (asRoot)
            UnmountByKernel(path, lazily);
        else
            UnmountByFusermount(path, lazily);
    }
}
