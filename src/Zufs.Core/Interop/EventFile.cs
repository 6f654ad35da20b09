using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <summary>An eventfd: any thread raises it, a loop sees it by poll(2).</summary>
internal sealed unsafe class EventFile : IDisposable
{
    /// <summary>Makes one.</summary>
    /// <exception cref="LibCException">The process has no file descriptor left.</exception>
    public EventFile()
    {
        int fd = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (fd < 0)
            LibC.ThrowLastError("eventfd");
        Handle = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>What is polled.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Raises it.</summary>
    public void Raise()
    {
        ulong one = 1;
        // SAFETY: eventfd(2) reads and writes 8 bytes.
        _ = LibC.write((int)Handle.DangerousGetHandle(), &one, sizeof(ulong));
    }

    /// <summary>Lowers it again.</summary>
    public void Lower()
    {
        ulong count;
        // SAFETY: as above.
        _ = LibC.read((int)Handle.DangerousGetHandle(), &count, sizeof(ulong));
    }

    public void Dispose() => Handle.Dispose();
}
