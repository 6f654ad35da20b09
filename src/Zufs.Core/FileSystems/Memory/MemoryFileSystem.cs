using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// A file system in memory, complete enough to live in. It behaves as tmpfs does; all its data and metadata are in the mount's arena, so a
/// successor worker goes on with them.
/// </summary>
/// <remarks>
/// <para>Locks, in the order they are taken: one for renames; one a directory for its names; one an inode for its contents and attributes.
/// The latter two are striped and spin, live in this process and are never held across anything that waits.</para>
/// <para>Each operation happens wholly or not at all, also when the worker dies in it: changes of names are taken back by a successor (<see cref="UndoJournal"/>),
/// bytes are written again by the request that comes again, and counts are counted anew. At worst a block of the arena is lost.</para>
/// <para>Permissions are the kernel's to check (<see cref="FileSystemTraits.DefaultPermissions"/>), POSIX ACLs with them.</para>
/// </remarks>
public sealed partial class MemoryFileSystem : FileSystemBase
{
    private const int NameMax = 255;
    private const uint LinkMax = int.MaxValue;

    private readonly MemoryOptions _options;
    private readonly LockTable _names = new();
    private readonly LockTable _contents = new();
    private LockTable.Stripe _renaming;

    private InodeTable _inodes = null!;
    private BlockStore _store = null!;
    private FileData _data = null!;
    private UserQuota _quota = null!;
    private DirectoryIndex _directories = null!;
    private XAttrList _xattrs;
    private UndoJournal _undo = null!;

    /// <summary>An empty file system; its memory comes with <see cref="Start"/>.</summary>
    /// <param name="options">How it is made; null for the defaults.</param>
    public MemoryFileSystem(MemoryOptions? options = null) => _options = options ?? new MemoryOptions();

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "memory",
        Concurrency = Concurrency.Parallel,
        Recovery = RecoveryClass.Stateless,
        Features = FileSystemFeatures.ReadDirPlus | FileSystemFeatures.ParallelDirectoryOperations | FileSystemFeatures.AtomicOpenTruncate
            | FileSystemFeatures.CacheSymlinks | FileSystemFeatures.KillPrivileges
            // A default ACL takes the umask's place, so the umask can't have been applied before.
            | FileSystemFeatures.PosixAcl | FileSystemFeatures.OwnUmask | FileSystemFeatures.Export,
        // Nothing changes behind the kernel's back.
        EntryTimeout = CacheTimeout.Unlimited,
        AttrTimeout = CacheTimeout.Unlimited,
        DefaultPermissions = true,
    };

    /// <summary>Begins with what the arena holds, or makes an empty file system in it.</summary>
    /// <param name="mount">The mount.</param>
    /// <exception cref="InvalidDataException">The arena holds a memory file system of another version of Zufs.</exception>
    /// <exception cref="InsufficientMemoryException">The arena is too small for an empty file system.</exception>
    public override void Start(MountContext mount)
    {
        Arena arena = mount.Arena;
        long superblock = arena.Root(ArenaRoot.MemoryFileSystem);
        bool isNew = superblock == 0;
        if (isNew)
            superblock = Format(arena);
        Superblock super = arena.At<Superblock>(superblock);
        if (super.Version != Superblock.CurrentVersion)
            throw new InvalidDataException("The memory file system in this arena is of another version of Zufs. Unmount it and mount it anew.");
        _inodes = new InodeTable(arena, superblock, _options.EffectiveInodes);
        _store = new BlockStore(arena, superblock, _options.EffectiveSize(arena.Size));
        _quota = new UserQuota(_options.UserSize / BlockStore.PageSize, _options.UserInodes);
        _data = new FileData(_store, _quota);
        _directories = new DirectoryIndex(arena, super.HashSeed);
        _xattrs = new XAttrList(_store);
        _undo = new UndoJournal(arena, super.Undo);
        if (isNew)
        {
            MakeRoot();
            Volatile.Write(ref arena.Root(ArenaRoot.MemoryFileSystem), superblock);
            return;
        }
        Recover(mount);
    }

    /// <inheritdoc/>
    public override Errno StatFs(in Request request, ulong node, ref StatFs statFs)
    {
        statFs.BlockSize = BlockStore.PageSize;
        statFs.FragmentSize = BlockStore.PageSize;
        statFs.NameLength = NameMax;
        statFs.Blocks = (ulong)(_store.Limit / BlockStore.PageSize);
        statFs.FreeBlocks = (ulong)(Math.Max(0, _store.Limit - _store.Used) / BlockStore.PageSize);
        statFs.AvailableBlocks = statFs.FreeBlocks;
        statFs.Files = (ulong)_inodes.Limit;
        statFs.FreeFiles = (ulong)Math.Max(0, _inodes.Limit - _inodes.Used);
        return Errno.Success;
    }

    private static long Format(Arena arena)
    {
        long superblock = arena.Allocate(BlockStore.PageSize);
        long chunks = arena.Allocate(InodeTable.ChunkTableSize);
        long pending = arena.Allocate(BlockStore.Stripes * sizeof(long));
        long undo = arena.Allocate(UndoJournal.Records * UndoJournal.RecordSize);
        long zeros = arena.Allocate(BlockStore.ZerosLength);
        if (superblock == 0 || chunks == 0 || pending == 0 || undo == 0 || zeros == 0)
            throw new InsufficientMemoryException("The arena is too small for a memory file system: it needs 4 MiB at least.");
        arena.At<Superblock>(superblock) = new Superblock
        {
            Version = Superblock.CurrentVersion,
            Chunks = chunks,
            Pending = pending,
            Undo = undo,
            Zeros = zeros,
            HashSeed = LibC.RandomNumber(),
        };
        return superblock;
    }

    private void MakeRoot()
    {
        if (!_inodes.Format())
            throw new InsufficientMemoryException("The arena is too small for a memory file system: it needs 4 MiB at least.");
        ref Inode root = ref _inodes.Get(InodeTable.RootSlot);
        Timestamp now = Timestamp.Now;
        root.Nlink = 2;
        root.Uid = _options.Uid ?? LibC.geteuid();
        root.Gid = _options.Gid ?? LibC.getegid();
        root.Parent = InodeTable.RootSlot;
        root.Atime = root.Mtime = root.Ctime = root.Btime = now;
        root.Mode = FileMode.S_IFDIR | (_options.Mode & FileMode.Permissions);
    }
}
