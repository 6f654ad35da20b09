using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Arenas;

/// <summary>
/// The memory of one mount that outlives its worker: a memfd that the supervisor keeps, mapped at the same address in every worker. Records
/// are unmanaged and linked by offset; offset 0 is the header and so means "none".
/// </summary>
/// <remarks>
/// Any thread may allocate and free. The file is sparse: what was never touched costs no memory. Records are not locked by the arena; who
/// owns a record says what guards it.
/// </remarks>
public sealed unsafe partial class Arena : IDisposable
{
    /// <summary>The default size of the address range, in bytes. Only touched pages cost memory.</summary>
    public const long DefaultSize = 1L << 36;

    // Far from where the kernel and the runtime put anything by themselves, so that a successor finds the range free.
    private const long FirstAddress = 0x2000_0000_0000;
    private const long LastAddress = 0x5000_0000_0000;

    private readonly byte* _base;
    private bool _disposed;

    private Arena(SafeFileHandle file, byte* address, long size)
    {
        File = file;
        _base = address;
        Size = size;
    }

    /// <summary>The memfd behind it, to be inherited by a worker.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The address at which every process maps it.</summary>
    public nint Address => (nint)_base;

    /// <summary>The length of the address range in bytes.</summary>
    public long Size { get; }

    private ref ArenaHeader Header => ref *(ArenaHeader*)_base;

    /// <summary>Makes an arena of its own memfd.</summary>
    /// <param name="name">What <c>/proc/PID/maps</c> shows.</param>
    /// <param name="size">Bytes of address range; a multiple of 2 MiB, at least 4 MiB.</param>
    /// <exception cref="LibCException">The kernel refuses the memfd or the mapping.</exception>
    public static Arena Create(string name, long size = DefaultSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4L << 20);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size & ((2L << 20) - 1), 0);
        int fd;
        fixed (byte* p = Encoding.UTF8.GetBytes(name + "\0"))
        {
            fd = LibC.memfd_create(p, LibC.MFD_CLOEXEC);
        }
        if (fd < 0)
            LibC.ThrowLastError("memfd_create for the arena");
        var file = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            if (LibC.ftruncate(fd, size) != 0)
                LibC.ThrowLastError("ftruncate of the arena");
            for (long address = FirstAddress; address < LastAddress; address += Math.Max(size, DefaultSize))
            {
                byte* mapped = Map(fd, address, size);
                if (mapped is null)
                    continue;
                var arena = new Arena(file, mapped, size);
                arena.Header.Format(size, address);
                return arena;
            }
            throw new LibCException("mmap of the arena: no free address range", LibC.LastError);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Maps an arena that another process made, at its own address.</summary>
    /// <param name="file">Its memfd; owned by the arena from here on.</param>
    /// <exception cref="InvalidDataException">It is no arena, or one of another format version.</exception>
    /// <exception cref="LibCException">Its address range isn't free in this process.</exception>
    public static Arena Attach(SafeFileHandle file)
    {
        ArenaHeader header = default;
        if (RandomAccess.Read(file, new Span<byte>(&header, sizeof(ArenaHeader)), 0) != sizeof(ArenaHeader) || !header.IsValid(RandomAccess.GetLength(file)))
            throw new InvalidDataException("This file descriptor isn't an arena of this version of Zufs. Start supervisor and worker of the same version.");
        byte* mapped = Map((int)file.DangerousGetHandle(), header.Address, header.Size);
        if (mapped is null)
            LibC.ThrowLastError($"mmap of the arena at 0x{header.Address:x}");
        return new Arena(file, mapped, header.Size);
    }

    /// <summary>The root of a kind of record: its offset, 0 while there is none.</summary>
    /// <param name="root">Which.</param>
    public ref long Root(ArenaRoot root) => ref Header.Roots[(int)root];

    /// <summary>The record at an offset. The reference stays valid until the arena is disposed.</summary>
    /// <typeparam name="T">The record's type.</typeparam>
    /// <param name="offset">Where <see cref="Allocate"/> put it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside the arena: the record that named it is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At<T>(long offset)
        where T : unmanaged
    {
        if ((ulong)offset - (ulong)sizeof(ArenaHeader) > (ulong)(Size - sizeof(ArenaHeader) - sizeof(T)))
            ThrowOutside(offset);
        return ref *(T*)(_base + offset);
    }

    /// <summary>The bytes at an offset.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">They don't lie inside the arena.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Bytes(long offset, int length)
    {
        if (length < 0 || (ulong)offset - (ulong)sizeof(ArenaHeader) > (ulong)(Size - sizeof(ArenaHeader) - length))
            ThrowOutside(offset);
        return new Span<byte>(_base + offset, length);
    }

    /// <summary>The same bytes as something a reply can lend.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">They don't lie inside the arena.</exception>
    public UnmanagedMemory Range(long offset, int length)
    {
        _ = Bytes(offset, length);
        return new UnmanagedMemory((nint)(_base + offset), length);
    }

    /// <summary>Unmaps it and closes its file. Nothing may use a reference into it any more.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        // SAFETY: the range is the one that Map returned, and nobody else unmaps it.
        LibC.munmap(_base, (nuint)Size);
        // SAFETY: the same holds for the links, and nobody allocates any more.
        NativeMemory.Free(_info);
        _info = null;
        File.Dispose();
    }

    private static byte* Map(int fd, long address, long size)
    {
        // SAFETY: NOREPLACE never takes the place of another mapping; an old kernel that ignores it may answer with another address.
        void* mapped = LibC.mmap((void*)address, (nuint)size, LibC.PROT_READ | LibC.PROT_WRITE,
            LibC.MAP_SHARED | LibC.MAP_NORESERVE | LibC.MAP_FIXED_NOREPLACE, fd, 0);
        if (mapped == LibC.MAP_FAILED)
            return null;
        if ((long)mapped != address)
        {
            LibC.munmap(mapped, (nuint)size);
            return null;
        }
        LibC.madvise(mapped, (nuint)size, LibC.MADV_DONTDUMP);
        return (byte*)mapped;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowOutside(long offset) =>
        throw new ArgumentOutOfRangeException(nameof(offset), offset, "The record lies outside the arena.");
}
