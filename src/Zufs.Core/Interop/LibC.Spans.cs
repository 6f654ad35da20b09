using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <content>read(2) and write(2) on a handle and a span, for what isn't a channel's hot path.</content>
internal static unsafe partial class LibC
{
    private const nuint BackingOpen = 0x4010_E501;
    private const nuint BackingClose = 0x4004_E502;

    /// <summary>read(2), again after EINTR.</summary>
    /// <returns>How many bytes came; negative: minus the errno.</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            // SAFETY: pinned for the call, and the kernel writes at most as many bytes as it is told.
            fixed (byte* p = buffer)
            {
                nint count;
                do
                    count = read((int)file.DangerousGetHandle(), p, (nuint)buffer.Length);
                while (count < 0 && LastError == EINTR);
                return count < 0 ? -LastError : (int)count;
            }
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    /// <summary>write(2), again after EINTR.</summary>
    /// <returns>How many bytes were taken; negative: minus the errno.</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> buffer)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            // SAFETY: pinned for the call, and the kernel only reads.
            fixed (byte* p = buffer)
            {
                nint count;
                do
                    count = write((int)file.DangerousGetHandle(), p, (nuint)buffer.Length);
                while (count < 0 && LastError == EINTR);
                return count < 0 ? -LastError : (int)count;
            }
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    /// <summary>FUSE_DEV_IOC_BACKING_OPEN of <c>linux/fuse.h</c>.</summary>
    /// <returns>The id; negative: minus the errno.</returns>
    public static int OpenBacking(SafeFileHandle connection, int fd)
    {
        // struct fuse_backing_map: the descriptor, no flags, 8 bytes of padding.
        int* map = stackalloc int[4] { fd, 0, 0, 0 };
        // SAFETY: the kernel reads the 16 bytes on the stack.
        int id = ioctl((int)connection.DangerousGetHandle(), BackingOpen, map);
        return id < 0 ? -LastError : id;
    }

    /// <summary>FUSE_DEV_IOC_BACKING_CLOSE of <c>linux/fuse.h</c>.</summary>
    public static void CloseBacking(SafeFileHandle connection, int id)
    {
        // SAFETY: the kernel reads the 4 bytes on the stack.
        ioctl((int)connection.DangerousGetHandle(), BackingClose, &id);
    }

    /// <summary>poll(2) for input, again after EINTR.</summary>
    /// <param name="file">What is waited for.</param>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    /// <returns>The events that came; 0 when the time is over.</returns>
    public static short Poll(SafeFileHandle file, int milliseconds)
    {
        var descriptor = new PollDescriptor { Fd = (int)file.DangerousGetHandle(), Events = POLLIN };
        int count;
        do
            // SAFETY: one structure on the stack.
            count = poll(&descriptor, 1, milliseconds);
        while (count < 0 && LastError == EINTR);
        return count <= 0 ? (short)0 : descriptor.Revents;
    }

    /// <summary>Pins the calling thread to a CPU.</summary>
    /// <returns>False when the CPU is offline or outside the process's cpuset: the thread runs wherever it may.</returns>
    public static bool PinThread(int cpu)
    {
        const int Words = 128;
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if ((uint)cpu >= Words * 64)
            return false;
        mask[cpu / 64] |= 1UL << (cpu % 64);
        // SAFETY: the kernel reads the mask on the stack; bits beyond its own are zero.
        return sched_setaffinity(0, Words * sizeof(ulong), mask) == 0;
    }
}
