using System.Text;
using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <summary>
/// A directory of another file system, passed through. What a caller makes belongs to the caller; locks stay in the kernel; nothing leads out of the
/// directory.
/// </summary>
/// <remarks>
/// <para>As root a node is a file handle (name_to_handle_at(2)), so that neither the length of paths nor the number of nodes is limited; otherwise it is
/// a descriptor, and beyond the limit of open files a name in its directory. As root, too, the directory is taken without what is mounted below it.</para>
/// <para>State is in the arena: a successor finds nodes by handle or name, and opens files again when they are used.</para>
/// <para>Files are never opened with O_APPEND: the kernel says where a write goes, which makes it repeatable. Nor with O_DIRECT, which would ask for an
/// alignment that the server's memory needn't have: such files only bypass the mount's own page cache, unless the kernel moves the data itself.</para>
/// </remarks>
public sealed partial class PassthroughFileSystem : FileSystemBase
{
    private const long MostOpenFiles = 1 << 20;

    // statfs(2)'s numbers of file systems that do nothing when a file is closed: ext2 to 4, XFS, btrfs, F2FS, tmpfs. Others, of the network above all, may.
    private static readonly long[] s_localTypes = [0xEF53, 0x58465342, 0x9123683E, 0xF2F52010, 0x01021994];

    private readonly PassthroughOptions _options;
    private readonly bool _actsAsCallers;
    private readonly bool _checks;
    private readonly bool _byHandle;
    private readonly bool _closesSilently;
    private readonly int _tree;
    private readonly int _root;
    private readonly int _noAtime;
    private readonly long _keptLimit;
    private long _kept;

    private Arena _arena = null!;
    private BackingNodes _nodes = null!;
    private IBackingFiles? _backings;
    private uint _epoch;
    private bool _isDisposed;

    /// <summary>Takes the directory; it must be there already, so that it isn't looked for on a mount that covers it.</summary>
    /// <param name="options">Which, and how.</param>
    /// <exception cref="IOException">The directory isn't there, or can't be opened.</exception>
    public PassthroughFileSystem(PassthroughOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        bool isRoot = LibC.geteuid() == 0;
        ulong capabilities = NativeIdentity.EffectiveCapabilities();
        _actsAsCallers = isRoot && (capabilities >> NativeIdentity.CAP_SETUID & 1) != 0;
        _checks = options.Permissions == PassthroughPermissions.Backing;

        byte[] path = Encoding.UTF8.GetBytes(options.Directory + "\0");
        _tree = isRoot ? NativeFile.CloneTree(path) : -1;
        // Without a mount of its own, each file is opened so.
        bool isNoAtimeTree = _tree >= 0 && options.NoAtime && NativeFile.SetNoAtime(_tree) >= 0;
        _noAtime = options.NoAtime && !isNoAtimeTree ? NativeFile.O_NOATIME : 0;
        _root = _tree >= 0
            ? NativeFile.OpenAt(_tree, "."u8, LibC.O_RDONLY | NativeFile.O_DIRECTORY)
            : NativeFile.OpenAt(NativeFile.AT_FDCWD, path, LibC.O_RDONLY | NativeFile.O_DIRECTORY);
        if (_root < 0)
            throw new IOException($"The directory {options.Directory} can't be passed through: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(-_root)}.");
        _byHandle = isRoot && CanOpenByHandle();
        _closesSilently = NativeFile.StatFileSystem(_root, out NativeStatFs stat) >= 0 && s_localTypes.Contains(stat.Type);
        _keptLimit = NativeIdentity.RaiseOpenFiles(MostOpenFiles) / 2;
        Traits = MakeTraits(isRoot);
    }

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; }

    /// <summary>Begins, or goes on with the nodes and open files that an earlier worker left in the arena.</summary>
    /// <param name="mount">The mount.</param>
    /// <exception cref="InvalidDataException">The arena holds nodes of another version of Zufs.</exception>
    /// <exception cref="InsufficientMemoryException">The arena is too small.</exception>
    public override void Start(MountContext mount)
    {
        _arena = mount.Arena;
        _nodes = new BackingNodes(_arena);
        _epoch = _nodes.Epoch;
        _nodes.Get(BackingNodes.RootSlot).Type = FileMode.S_IFDIR;
        if (mount.Granted.HasFlag(FileSystemFeatures.Passthrough))
            _backings = mount.Backings;
        // What threads make gets its caller's umask; a thread that can't have one of its own applies it by itself.
        NativeIdentity.SetUmask(0);
    }

    /// <inheritdoc/>
    public override Errno StatFs(in Request request, ulong node, ref StatFs statFs)
    {
        int result = NativeFile.StatFileSystem(_root, out NativeStatFs stat);
        if (result < 0)
            return Error(result);
        statFs.BlockSize = (uint)stat.BlockSize;
        statFs.FragmentSize = (uint)(stat.FragmentSize != 0 ? stat.FragmentSize : stat.BlockSize);
        statFs.NameLength = (uint)stat.NameLength;
        statFs.Blocks = stat.Blocks;
        statFs.FreeBlocks = stat.FreeBlocks;
        statFs.AvailableBlocks = stat.AvailableBlocks;
        statFs.Files = stat.Files;
        statFs.FreeFiles = stat.FreeFiles;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno SyncFs(in Request request, ulong node) => Error(NativeFile.SyncFileSystem(_root));

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            NativeFile.Close(_root);
            if (_tree >= 0)
                NativeFile.Close(_tree);
        }
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    // A call's result as an operation's: what isn't negative is success. The server's own limit is the system's to the caller.
    private static Errno Error(long result) => result >= 0 ? Errno.Success : result == -(long)Errno.EMFILE ? Errno.ENFILE : (Errno)(-result);

    private bool CanOpenByHandle()
    {
        Span<byte> handle = stackalloc byte[BackingNode.HandleCapacity];
        if (NativeFile.HandleOf(_root, handle) < 0)
            return false;
        int fd = NativeFile.OpenByHandle(_root, handle, NativeFile.O_PATH);
        if (fd < 0)
            return false;
        NativeFile.Close(fd);
        return true;
    }

    private FileSystemTraits MakeTraits(bool isRoot)
    {
        FileSystemFeatures features = FileSystemFeatures.ParallelDirectoryOperations | FileSystemFeatures.AtomicOpenTruncate | FileSystemFeatures.OwnUmask;
        features |= _options.Cache switch
        {
            PassthroughCache.Auto => FileSystemFeatures.AutoInvalidateData,
            PassthroughCache.Writeback => FileSystemFeatures.WritebackCache,
            _ => FileSystemFeatures.None,
        };
        // What the kernel writes itself, it also clears set-ID bits of; and of what it keeps back, only it knows who wrote it.
        // Without it moving data, its table of files still keeps those that have no name for a successor.
        bool maySeeFiles = isRoot && _options.Cache != PassthroughCache.Writeback;
        if (maySeeFiles)
            features |= FileSystemFeatures.Passthrough;
        if (_actsAsCallers && !(maySeeFiles && _options.Data == PassthroughData.Auto))
            features |= FileSystemFeatures.KillPrivileges;
        if (!_checks)
            features |= FileSystemFeatures.PosixAcl | FileSystemFeatures.ReadDirPlus;
        return new FileSystemTraits
        {
            Name = "passthrough",
            Concurrency = Concurrency.Blocking,
            Recovery = RecoveryClass.Stateless,
            Features = features,
            DefaultPermissions = !_checks,
        };
    }

    private CallerIdentity Identity => CallerIdentity.Current(_actsAsCallers);

    // Reading and changing what is there: the kernel has checked it, or the backing does.
    private Errno BecomeChecked(in Request request)
    {
        if (!_checks)
        {
            Identity.BecomeServer();
            return Errno.Success;
        }
        return BecomeCaller(request);
    }

    // As the caller, who may not keep set-ID bits of what is changed: which of them go also depends on the caller's groups (inode(7)).
    private Errno DropSetIds(in Request request)
    {
        Errno error = BecomeCaller(request);
        if (error == Errno.Success)
            Identity.KeepSetIds(false);
        return error;
    }

    private void TakeSetIdsBack()
    {
        Identity.BecomeServer();
        Identity.KeepSetIds(true);
    }

    // Making something: it belongs to the caller. Which group of the caller's a directory asks for, the kernel says.
    private Errno BecomeCaller(in Request request) =>
        Identity.Become(request.Uid, request.Gid, _checks && request.Uid != 0 && _actsAsCallers ? CallerGroups.Of(request.Pid) : request.SupplementaryGroups);
}
