using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.CompatTests.Passthrough;
using Zufs.Interop;
using Zufs.Supervision;

namespace Zufs.CompatTests.Exhaustion;

/// <summary>A mount's arena as its memfd shows it: what the kernel holds for it, not what its allocator thinks.</summary>
internal static class ArenaFile
{
    private const int SEEK_DATA = 3;
    private const int SEEK_HOLE = 4;

    /// <summary>
    /// Bytes of everything but the payloads of ring entries: these belong to the mount as long as it lasts, and the first large reply that comes by an entry
    /// is what touches its pages.
    /// </summary>
    public static long BytesBesidesPayloads(RunningMount mount)
    {
        string path = Directory.GetFiles($"/proc/{mount.WorkerPid}/fd")
            .First(f => File.ResolveLinkTarget(f, false)?.Name.StartsWith("memfd:zufs", StringComparison.Ordinal) == true);
        long bytes = 512 * long.Parse(Shell.Run("/", $"stat -L -c %b {path}"), CultureInfo.InvariantCulture);
        using SafeFileHandle arena = File.OpenHandle(path);
        for (long entry = Read<ArenaHeader>(arena, 0).Roots[(int)ArenaRoot.Rings]; entry != 0;)
        {
            UringEntryRecord record = Read<UringEntryRecord>(arena, entry);
            bytes -= DataIn(arena, record.Payload, record.Payload + record.PayloadSize);
            entry = record.Next;
        }
        return bytes;
    }

    private static long DataIn(SafeFileHandle arena, long from, long to)
    {
        int fd = (int)arena.DangerousGetHandle();
        long bytes = 0;
        while (from < to)
        {
            long data = NativeFile.Seek(fd, from, SEEK_DATA);
            if (data < 0 || data >= to)
                break;
            from = Math.Min(NativeFile.Seek(fd, data, SEEK_HOLE), to);
            bytes += from - data;
        }
        return bytes;
    }

    private static T Read<T>(SafeFileHandle file, long offset)
        where T : struct
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        if (RandomAccess.Read(file, bytes, offset) != bytes.Length)
            throw new InvalidDataException($"The arena ends before {offset} + {bytes.Length}.");
        return MemoryMarshal.Read<T>(bytes);
    }
}
