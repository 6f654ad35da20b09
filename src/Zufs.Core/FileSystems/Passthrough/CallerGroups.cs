using System.Buffers.Text;
using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <summary>The supplementary groups of a caller, which FUSE doesn't send: read from <c>/proc/PID/status</c>.</summary>
internal static class CallerGroups
{
    private const int MaxGroups = 1024;

    [ThreadStatic] private static byte[]? t_text;
    [ThreadStatic] private static uint[]? t_groups;

    /// <summary>Reads a thread's groups. None when it is gone, or out of this process's sight.</summary>
    public static ReadOnlySpan<uint> Of(uint pid)
    {
        if (pid == 0)
            return default;
        Span<byte> path = stackalloc byte[32];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[6..], out int digits);
        "/status\0"u8.CopyTo(path[(6 + digits)..]);
        int fd = NativeFile.OpenAt(NativeFile.AT_FDCWD, path, LibC.O_RDONLY);
        if (fd < 0)
            return default;
        byte[] text = t_text ??= new byte[16384];
        long length = NativeFile.Read(fd, text, 0);
        NativeFile.Close(fd);
        return length <= 0 ? default : Parse(text.AsSpan(0, (int)length), t_groups ??= new uint[MaxGroups]);
    }

    /// <summary>Finds the groups in the text of a status file.</summary>
    internal static ReadOnlySpan<uint> Parse(ReadOnlySpan<byte> text, Span<uint> groups)
    {
        int start = text.IndexOf("\nGroups:"u8);
        if (start < 0)
            return default;
        ReadOnlySpan<byte> line = text[(start + "\nGroups:"u8.Length)..];
        int end = line.IndexOf((byte)'\n');
        line = end < 0 ? line : line[..end];
        int count = 0;
        while (count < groups.Length)
        {
            line = line.TrimStart(" \t"u8);
            if (!Utf8Parser.TryParse(line, out uint group, out int consumed))
                break;
            groups[count++] = group;
            line = line[consumed..];
        }
        return groups[..count];
    }
}
