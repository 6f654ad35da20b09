namespace Zufs.Conformance.Interop;

/// <summary>System calls in safe shapes: spans in, <see cref="Outcome"/> out. Nothing is repeated, nothing is interpreted.</summary>
// SAFETY: every method here pins its spans, or takes the address of a local, for the length of one call, and passes their own lengths.
internal static unsafe partial class Sys
{
    public static Outcome Open(int directory, Name path, int flags, uint mode)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.openat(directory, p, flags | Flags.O_CLOEXEC, mode));
    }

    public static Outcome Close(int fd) => Outcome.Of(LibC.close(fd));

    public static Outcome Dup(int fd) => Outcome.Of(LibC.dup(fd));

    public static Outcome Read(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer) return Outcome.Of(LibC.read(fd, p, (nuint)buffer.Length));
    }

    public static Outcome Write(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data) return Outcome.Of(LibC.write(fd, p, (nuint)data.Length));
    }

    public static Outcome PRead(int fd, Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer) return Outcome.Of(LibC.pread(fd, p, (nuint)buffer.Length, offset));
    }

    public static Outcome PWrite(int fd, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* p = data) return Outcome.Of(LibC.pwrite(fd, p, (nuint)data.Length, offset));
    }

    /// <summary>preadv into parts of one buffer, one after another, of the given lengths.</summary>
    public static Outcome PReadV(int fd, Span<byte> buffer, ReadOnlySpan<int> lengths, long offset)
    {
        fixed (byte* p = buffer)
        {
            LibC.IoVector* vectors = stackalloc LibC.IoVector[lengths.Length];
            Split(p, buffer.Length, lengths, vectors);
            return Outcome.Of(LibC.preadv(fd, vectors, lengths.Length, offset));
        }
    }

    /// <summary>pwritev from parts of one buffer, one after another, of the given lengths.</summary>
    public static Outcome PWriteV(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, long offset)
    {
        fixed (byte* p = data)
        {
            LibC.IoVector* vectors = stackalloc LibC.IoVector[lengths.Length];
            Split(p, data.Length, lengths, vectors);
            return Outcome.Of(LibC.pwritev(fd, vectors, lengths.Length, offset));
        }
    }

    public static Outcome Seek(int fd, long offset, int whence) => Outcome.Of(LibC.lseek(fd, offset, whence));

    public static Outcome Truncate(int fd, long length) => Outcome.Of(LibC.ftruncate(fd, length));

    public static Outcome Truncate(Name path, long length)
    {
        fixed (byte* p = path.Terminated) return Outcome.Of(LibC.truncate(p, length));
    }

    public static Outcome Allocate(int fd, int mode, long offset, long length) => Outcome.Of(LibC.fallocate(fd, mode, offset, length));

    public static Outcome CopyRange(int from, long fromOffset, int to, long toOffset, long length) =>
        Outcome.Of(LibC.copy_file_range(from, &fromOffset, to, &toOffset, (nuint)length, 0));

    public static Outcome SendFile(int to, int from, long offset, long count) => Outcome.Of(LibC.sendfile(to, from, &offset, (nuint)count));

    public static Outcome Sync(int fd) => Outcome.Of(LibC.fsync(fd));

    public static Outcome SyncData(int fd) => Outcome.Of(LibC.fdatasync(fd));

    public static Outcome SyncFileSystem(int fd) => Outcome.Of(LibC.syncfs(fd));

    /// <summary>Asks the kernel to forget the cached pages of a file (POSIX_FADV_DONTNEED), so that the next read asks the file system.</summary>
    public static void DropCache(int fd) => _ = LibC.posix_fadvise(fd, 0, 0, advice: 4);

    public static Outcome GetFlags(int fd) => Outcome.Of(LibC.fcntl(fd, Flags.F_GETFL, 0));

    public static Outcome SetFlags(int fd, int flags) => Outcome.Of(LibC.fcntl(fd, Flags.F_SETFL, flags));

    /// <summary>A record lock call. For F_OFD_GETLK, <paramref name="type"/> becomes the type of the lock in the way, or F_UNLCK.</summary>
    public static Outcome Lock(int fd, int command, ref short type, long start, long length)
    {
        var record = new LibC.LockRecord { Type = type, Start = start, Length = length };
        var outcome = Outcome.Of(LibC.fcntl(fd, command, &record));
        type = record.Type;
        return outcome;
    }

    /// <summary>ioctl(2) that gives back a number.</summary>
    public static Outcome Control(int fd, nuint command, out int value)
    {
        fixed (int* v = &value) return Outcome.Of(LibC.ioctl(fd, command, v));
    }

    /// <summary>poll(2) of one descriptor; <paramref name="events"/> becomes what it is ready for.</summary>
    public static Outcome Poll(int fd, ref short events, int milliseconds)
    {
        var record = new LibC.PollRecord { Descriptor = fd, Events = events };
        var outcome = Outcome.Of(LibC.poll(&record, 1, milliseconds));
        events = record.Ready;
        return outcome;
    }

    public static Outcome FLock(int fd, int operation) => Outcome.Of(LibC.flock(fd, operation));

    private static void Split(byte* start, int available, ReadOnlySpan<int> lengths, LibC.IoVector* vectors)
    {
        int used = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths[i], available - used);
            vectors[i] = new LibC.IoVector { Base = start + used, Length = (nuint)lengths[i] };
            used += lengths[i];
        }
    }
}
