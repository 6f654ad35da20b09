using System.Buffers.Text;
using Zufs.Interop;

namespace Zufs.FileSystems.Passthrough;

/// <summary>A descriptor (O_PATH) of a node for one operation; closed with it unless the node keeps it.</summary>
internal readonly ref struct NodePath
{
    /// <summary>Room for <see cref="Text"/>.</summary>
    public const int TextSize = 32;

    private readonly bool _isOwned;

    public NodePath(int fd, bool isOwned)
    {
        Fd = fd;
        _isOwned = isOwned;
    }

    /// <summary>The descriptor.</summary>
    public int Fd { get; }

    /// <summary>The path by which calls that take no descriptor reach what it stands for, itself: nothing in it can be replaced meanwhile.</summary>
    /// <param name="room">At least <see cref="TextSize"/> bytes.</param>
    public ReadOnlySpan<byte> Text(Span<byte> room) => TextOf(Fd, room);

    /// <summary>As <see cref="Text"/>, for any descriptor.</summary>
    public static ReadOnlySpan<byte> TextOf(int fd, Span<byte> room)
    {
        ReadOnlySpan<byte> folder = "/proc/self/fd/"u8;
        folder.CopyTo(room);
        Utf8Formatter.TryFormat(fd, room[folder.Length..], out int digits);
        room[folder.Length + digits] = 0;
        return room[..(folder.Length + digits)];
    }

    public void Dispose()
    {
        if (_isOwned)
            NativeFile.Close(Fd);
    }
}
