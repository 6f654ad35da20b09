using System.Runtime.CompilerServices;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.FuseShim.LibFuse;

/// <summary>The operations of a libfuse program, as the veneer passes them on, on the neutral path contract.</summary>
internal sealed unsafe partial class LibFuseFileSystem : PathFileSystemBase
{
    // The largest error number that the kernel takes in a reply (fs/fuse/dev.c).
    private const int MaxError = 511;

    private readonly EngineOperations* _operations;
    private readonly void* _program;
    private readonly delegate* unmanaged<void*, uint, EngineWishes*, void> _offered;
    private PathTraits _traits;

    /// <summary>Adapts a program's operations.</summary>
    /// <param name="start">What the veneer said; its operations outlive the session.</param>
    /// <param name="name">The program's name.</param>
    public LibFuseFileSystem(EngineStart* start, string name)
    {
        // SAFETY: the veneer's structure, whose size was checked, is read while its caller waits; the table lives as long as the program's mount.
        _operations = start->Operations;
        _program = start->Program;
        _offered = start->Offered;
        _traits = new PathTraits
        {
            Name = name,
            Concurrency = start->Threads == EngineStart.CallerThread ? Concurrency.CallerThread : Concurrency.Blocking,
            Operations = (PathOperations)_operations->Present & PathOperations.All,
        };
    }

    /// <summary>The mount's notifications, for poll(2).</summary>
    public INotifications? Notifications { get; private set; }

    /// <inheritdoc/>
    public override PathTraits Traits => _traits;

    /// <inheritdoc/>
    public override PathOptions? Offered(FileSystemFeatures offered, ref int maxWrite)
    {
        var wishes = new EngineWishes { StructureSize = (uint)sizeof(EngineWishes), MaxWrite = (uint)maxWrite };
        // SAFETY: the veneer fills the structure, whose size it is told, before it returns.
        _offered(_program, (uint)offered, &wishes);
        if (wishes.MaxWrite is >= 4096 and <= int.MaxValue)
            maxWrite = (int)wishes.MaxWrite;
        EngineWishBits bits = wishes.Bits;
        _traits = _traits with
        {
            Features = (FileSystemFeatures)wishes.Features,
            EntryTimeout = Seconds(wishes.EntryTimeout),
            AttrTimeout = Seconds(wishes.AttrTimeout),
            NegativeTimeout = Seconds(wishes.NegativeTimeout),
            OpenFilesNeedNoPath = bits.HasFlag(EngineWishBits.NoPath),
        };
        return new PathOptions
        {
            HardRemove = bits.HasFlag(EngineWishBits.HardRemove),
            UseIno = bits.HasFlag(EngineWishBits.UseIno),
            DirectIo = bits.HasFlag(EngineWishBits.DirectIo),
            KernelCache = bits.HasFlag(EngineWishBits.KernelCache),
            AutoCache = bits.HasFlag(EngineWishBits.AutoCache),
            NoReadOnlyFlush = bits.HasFlag(EngineWishBits.NoReadOnlyFlush),
            AutoCacheTimeout = bits.HasFlag(EngineWishBits.AutoCacheTimeout) ? Seconds(wishes.AutoCacheTimeout) : null,
            Uid = bits.HasFlag(EngineWishBits.Uid) ? wishes.Uid : null,
            Gid = bits.HasFlag(EngineWishBits.Gid) ? wishes.Gid : null,
            Umask = bits.HasFlag(EngineWishBits.Umask) ? wishes.Umask : null,
        };
    }

    /// <inheritdoc/>
    public override void Start(MountContext mount) => Notifications = mount.Notifications;

    // A program may set anything; what is no time is none.
    private static CacheTimeout Seconds(double seconds) => seconds > 0 ? CacheTimeout.FromSeconds(seconds) : CacheTimeout.None;

    private static Errno ToErrno(long result) => result switch
    {
        0 => Errno.Success,
        < 0 and >= -MaxError => (Errno)(-result),
        _ => Errno.EIO,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static EngineCaller CallerOf(in Request request, uint umask = 0) => new() { Uid = request.Uid, Gid = request.Gid, Pid = request.Pid, Umask = umask };

    private static EngineFile ToFile(in PathFile file)
    {
        EngineFileBits bits = file.IsOpen ? EngineFileBits.Open : EngineFileBits.None;
        if (file.IsWritePage)
            bits |= EngineFileBits.WritePage;
        if (file.IsFlush)
            bits |= EngineFileBits.Flush;
        if (file.ReleasesFlock)
            bits |= EngineFileBits.FlockRelease;
        return new EngineFile { Handle = file.Handle, LockOwner = file.LockOwner, Flags = file.Flags, PollEvents = file.PollEvents, Bits = bits };
    }

    // What an open gives back.
    private static void Keep(in EngineFile from, ref PathFile to)
    {
        to.Handle = from.Handle;
        to.Options |= (OpenOptions)from.Options & ~OpenOptions.Passthrough;
    }

    private static void Copy(in EngineAttributes from, ref Attributes to)
    {
        to.Ino = from.Ino;
        to.Size = from.Size;
        to.Blocks = from.Blocks;
        to.Atime = new Timestamp(from.Atime, from.AtimeNsec);
        to.Mtime = new Timestamp(from.Mtime, from.MtimeNsec);
        to.Ctime = new Timestamp(from.Ctime, from.CtimeNsec);
        to.Mode = from.Mode;
        to.Nlink = from.Nlink;
        to.Uid = from.Uid;
        to.Gid = from.Gid;
        to.Rdev = from.Rdev;
        to.BlockSize = from.BlockSize;
    }
}
