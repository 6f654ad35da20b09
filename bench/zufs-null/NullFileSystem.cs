using System.Runtime.InteropServices;
using Zufs.Arenas;
using Zufs.FileSystems;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Bench.Null;

/// <summary>
/// A file system that does next to nothing: a directory with one file of 1 GiB, <c>data</c>, whose bytes come from and go to a window of
/// 64 MiB. Nothing is cached, so that each system call is a request. <c>bench/peers/null.c</c> is the same in C.
/// </summary>
/// <param name="concurrency">What it says of itself.</param>
internal sealed class NullFileSystem(Concurrency concurrency) : FileSystemBase
{
    private const ulong FileSize = 1UL << 30;
    private const int Window = 64 << 20;
    private const int MaxTransfer = 1 << 20;
    private const ulong RootNode = 1;
    private const ulong DataNode = 2;

    private nint _window;

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "null",
        Concurrency = concurrency,
        EntryTimeout = CacheTimeout.None,
        AttrTimeout = CacheTimeout.None,
        Features = FileSystemFeatures.ParallelDirectoryOperations,
    };

    /// <inheritdoc/>
    public override unsafe void Start(MountContext mount)
    {
        // A read that begins near the window's end goes on behind it: no piece wraps.
        // SAFETY: allocated once for the life of the process, as long as every offset below can reach.
        _window = (nint)NativeMemory.AllocZeroed(Window + MaxTransfer);
        var bytes = new Span<byte>((void*)_window, Window + MaxTransfer);
        for (var i = 0; i < bytes.Length; i += 4096)
            bytes[i] = (byte)(i >> 12);
    }

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry)
    {
        if (parent != RootNode || !name.SequenceEqual("data"u8))
            return Errno.ENOENT;
        entry.Node = DataNode;
        Fill(ref entry.Attributes, DataNode);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        if (node is not (RootNode or DataNode))
            return Errno.ENOENT;
        Fill(ref attributes, node);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
    {
        file.Options = OpenOptions.DirectIo | OpenOptions.ParallelDirectWrites;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Read(in Request request, ulong node, ulong handle, ulong offset, ref DataReply reply)
    {
        if (offset >= FileSize)
            return Errno.Success;
        var length = (int)Math.Min((ulong)Math.Min(reply.Room.Length, MaxTransfer), FileSize - offset);
        reply.Lend(new UnmanagedMemory(_window + (nint)(offset % Window), length));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override unsafe Errno Write(in Request request, ulong node, ulong handle, ulong offset, ReadOnlySpan<byte> data, WriteOptions options, out uint written)
    {
        var length = Math.Min(data.Length, MaxTransfer);
        // SAFETY: the window is MaxTransfer longer than the largest offset, and length is at most MaxTransfer.
        data[..length].CopyTo(new Span<byte>((void*)(_window + (nint)(offset % Window)), length));
        written = (uint)length;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in Request request, ulong node, ulong handle, ulong offset, ref DirectoryWriter writer) => Errno.Success;

    private static void Fill(ref Attributes attributes, ulong node)
    {
        attributes.Ino = node;
        attributes.BlockSize = 4096;
        if (node == RootNode)
        {
            attributes.Mode = FileMode.S_IFDIR | 0b111_101_101;
            attributes.Nlink = 2;
            return;
        }

        attributes.Mode = FileMode.S_IFREG | 0b110_110_110;
        attributes.Nlink = 1;
        attributes.Size = FileSize;
        attributes.Blocks = FileSize / 512;
    }
}
