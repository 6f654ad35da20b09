using System.Runtime.CompilerServices;
using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.FuseShim.Paths;

/// <content>From node, name and handle to path and open file; and what is checked of a file system's answers.</content>
public sealed partial class PathFileSystem
{
    // The longest name that the kernel sends (FUSE_NAME_MAX in fs/fuse/fuse_i.h).
    private const int MaxName = 1024;

    // Opening again must not make, refuse or empty the file (O_CREAT, O_EXCL, O_TRUNC; the same on x86-64 and arm64).
    private const uint OnlyAtFirstOpen = 0x40 | 0x80 | 0x200;

    // Linux's own errors end here; what lies above is the kernel's, and it takes none of it from a file system.
    private const int ErrnoEnd = 512;

    private static ReadOnlySpan<byte> NoPath => "\0"u8[..0];

    /// <summary>Checks a name that came from the kernel.</summary>
    private static Errno CheckName(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxName)
            return Errno.ENAMETOOLONG;
        if (name.IsEmpty || name.IndexOfAny((byte)'/', (byte)0) >= 0 || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            return Errno.EINVAL;
        return Errno.Success;
    }

    /// <summary>An error of the file system, or EIO when Linux has no such error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Errno Checked(Errno error) => (uint)error < ErrnoEnd ? error : Errno.EIO;

    /// <summary>Attributes that the kernel would refuse are EIO.</summary>
    private static Errno Checked(in Attributes attributes)
    {
        bool hasType = (attributes.Mode & FileMode.S_IFMT) is FileMode.S_IFREG or FileMode.S_IFDIR or FileMode.S_IFLNK
            or FileMode.S_IFCHR or FileMode.S_IFBLK or FileMode.S_IFIFO or FileMode.S_IFSOCK;
        return hasType && attributes.Size <= long.MaxValue ? Errno.Success : Errno.EIO;
    }

    /// <summary>Uses the path of a node, and the open file behind a handle.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="node">The node's id.</param>
    /// <param name="handle">A handle, or 0.</param>
    /// <param name="operation">ENOSYS when the file system doesn't implement it.</param>
    /// <param name="takesFile">Whether the operation can do with an open file alone, when the node has no name any more.</param>
    private PathUse UseNode(scoped in Request request, ulong node, ulong handle, PathOperations operation, bool takesFile)
    {
        if (!_traits.Implements(operation))
            return new PathUse(Errno.ENOSYS);
        NodeTable nodes = Nodes;
        uint slot = nodes.SlotOf(node);
        if (slot == 0)
            return new PathUse(Errno.ESTALE);
        if (handle != 0 && !Files.IsValid(handle, node))
            return new PathUse(Errno.EBADF);
        PathThread thread = CurrentThread;
        if (handle != 0 && takesFile && _traits.OpenFilesNeedNoPath && Files.At((long)handle).Epoch == nodes.Epoch)
            return new PathUse(null, thread, slot, NoPath, FileOf((long)handle));
        Tree.EnterShared(thread, slot);
        return FinishUse(request, thread, slot, handle, takesFile);
    }

    /// <summary>Builds the path of a node that is held already, or gives it free when that fails.</summary>
    private PathUse FinishUse(scoped in Request request, PathThread thread, uint slot, ulong handle, bool takesFile)
    {
        Errno error = Errno.EIO;
        try
        {
            error = Resolve(request, slot, handle, takesFile, thread.First, out ReadOnlySpan<byte> path, out PathFile file);
            if (error == Errno.Success)
                return new PathUse(Tree, thread, slot, path, file);
        }
        finally
        {
            if (error != Errno.Success)
                Tree.LeaveShared(thread);
        }
        return new PathUse(error);
    }

    /// <summary>The path of a node that is held, and its open file.</summary>
    private Errno Resolve(scoped in Request request, uint slot, ulong handle, bool takesFile, byte[] buffer, out ReadOnlySpan<byte> path, out PathFile file)
    {
        file = default;
        bool isOurs = handle != 0 && Files.At((long)handle).Epoch == Nodes.Epoch;
        Errno error = Nodes.PathOf(slot, default, buffer, out path);
        if (error == Errno.Success)
        {
            if (handle != 0 && !isOurs)
                error = Reopen(request, (long)handle, path);
            if (handle != 0)
                file = FileOf((long)handle);
            return error;
        }
        if (error != Errno.ESTALE || !takesFile)
            return error;
        // An unlinked file lives on through whoever has it open; fstat(2) comes without a handle even so.
        long open = handle != 0 ? (long)handle : Nodes.FirstOpenOf(slot);
        if (open == 0 || Files.At(open).Epoch != Nodes.Epoch)
            return error;
        file = FileOf(open);
        path = NoPath;
        return Errno.Success;
    }

    /// <summary>Uses the path of a name in a directory.</summary>
    private PathUse UseName(ulong parent, ReadOnlySpan<byte> name, PathOperations operation)
    {
        if (!_traits.Implements(operation))
            return new PathUse(Errno.ENOSYS);
        Errno error = CheckName(name);
        if (error != Errno.Success)
            return new PathUse(error);
        uint slot = Nodes.SlotOf(parent);
        if (slot == 0)
            return new PathUse(Errno.ESTALE);
        PathThread thread = CurrentThread;
        Tree.EnterShared(thread, slot);
        error = Nodes.PathOf(slot, name, thread.First, out ReadOnlySpan<byte> path);
        if (error == Errno.Success)
            return new PathUse(Tree, thread, slot, path, default);
        Tree.LeaveShared(thread);
        return new PathUse(error);
    }

    private PathFile FileOf(long handle)
    {
        ref OpenRecord record = ref Files.At(handle);
        return new PathFile { IsOpen = true, Handle = record.Handle, Flags = record.Flags };
    }

    /// <summary>The worker that opened the file is dead: its successor opens it by path when it is first used.</summary>
    private Errno Reopen(scoped in Request request, long handle, ReadOnlySpan<byte> path)
    {
        ref OpenRecord record = ref Files.At(handle);
        OpenFiles.Lock(ref record);
        try
        {
            if (record.Epoch == Nodes.Epoch)
                return Errno.Success;
            var file = new PathFile { IsOpen = true, Flags = record.Flags & ~OnlyAtFirstOpen };
            Errno error = Errno.Success;
            if (_traits.Implements(record.IsDirectory ? PathOperations.OpenDir : PathOperations.Open))
                error = Checked(record.IsDirectory ? _target.OpenDir(request, path, ref file) : _target.Open(request, path, ref file));
            if (error != Errno.Success)
                return error == Errno.ENOENT ? Errno.ESTALE : error;
            record.Handle = file.Handle;
            record.Epoch = Nodes.Epoch;
            return Errno.Success;
        }
        finally
        {
            OpenFiles.Unlock(ref record);
        }
    }

    /// <summary>Counts a lookup of a name whose attributes are known, and makes an entry of it.</summary>
    private Errno FillEntry(uint parent, ReadOnlySpan<byte> name, in Attributes attributes, ref Entry entry)
    {
        Errno error = Checked(attributes);
        if (error != Errno.Success)
            return error;
        uint slot = Nodes.Lookup(parent, name);
        if (slot == 0)
            return Errno.ENOMEM;
        entry.Attributes = attributes;
        entry.Node = Nodes.IdOf(slot);
        entry.Generation = Nodes.GenerationOf(slot);
        _options.Limit(ref entry.AttrTimeout);
        Show(slot, ref entry.Attributes);
        return Errno.Success;
    }

    /// <summary>Asks for the attributes of a name and makes an entry of it: at a lookup, and after whatever made the name.</summary>
    private Errno Enlist(in Request request, in PathUse use, ReadOnlySpan<byte> name, ref PathFile file, ref Entry entry)
    {
        if (!_traits.Implements(PathOperations.GetAttr))
            return Errno.ENOSYS;
        var attributes = default(Attributes);
        Errno error = Checked(_target.GetAttr(request, use.Path, ref file, ref attributes));
        return error != Errno.Success ? error : FillEntry(use.Slot, name, attributes, ref entry);
    }

    /// <summary>What applications see: the library's inode number, unless the file system has its own; and what the mount's options say.</summary>
    private void Show(uint slot, ref Attributes attributes)
    {
        _options.Show(ref attributes);
        if (!_traits.UsesOwnInodeNumbers || attributes.Ino == 0)
            attributes.Ino = slot;
    }
}
