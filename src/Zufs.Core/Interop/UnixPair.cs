using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <summary>A pair of connected Unix sockets, and what is sent over them: bytes and file descriptors.</summary>
internal static unsafe class UnixPair
{
    private const int EINTR = 4;

    /// <summary>Makes a pair; both ends are close-on-exec.</summary>
    /// <exception cref="LibCException">The process has no file descriptor left.</exception>
    public static (SafeFileHandle Ours, SafeFileHandle Theirs) Create()
    {
        int* pair = stackalloc int[2];
        if (LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0, pair) != 0)
            LibC.ThrowLastError("socketpair");
        return (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
    }

    /// <summary>Receives the one file descriptor that the peer sends.</summary>
    /// <returns>The descriptor, close-on-exec; null when the peer has closed without sending one.</returns>
    public static SafeFileHandle? ReceiveFile(SafeFileHandle socket)
    {
        byte data;
        LibC.MessageVector vector = new() { Base = &data, Length = 1 };
        LibC.ControlMessage control = default;
        LibC.MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(LibC.ControlMessage) };
        nint received;
        do
        {
            // SAFETY: every structure lives on this frame, and the kernel writes no more control data than the length says.
            received = LibC.recvmsg((int)socket.DangerousGetHandle(), &header, LibC.MSG_CMSG_CLOEXEC);
        }
        while (received < 0 && LibC.LastError == EINTR);
        bool hasFile = received > 0 && header.ControlLength >= 20 && control.Level == LibC.SOL_SOCKET && control.Type == LibC.SCM_RIGHTS
            && control.Length >= 20;
        return hasFile ? new SafeFileHandle(control.File, ownsHandle: true) : null;
    }

    /// <summary>Sends one file descriptor; the peer gets a copy of its own.</summary>
    /// <returns>False when the peer is gone.</returns>
    public static bool SendFile(SafeFileHandle socket, SafeFileHandle file)
    {
        byte data = 0;
        LibC.MessageVector vector = new() { Base = &data, Length = 1 };
        // CMSG_LEN(sizeof(int)) is the header's 16 bytes and the descriptor's 4; CMSG_SPACE is the whole structure.
        LibC.ControlMessage control = new() { Length = 20, Level = LibC.SOL_SOCKET, Type = LibC.SCM_RIGHTS, File = (int)file.DangerousGetHandle() };
        LibC.MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(LibC.ControlMessage) };
        nint sent;
        do
        {
            // SAFETY: every structure lives on this frame, and the kernel only reads them.
            sent = LibC.sendmsg((int)socket.DangerousGetHandle(), &header, LibC.MSG_NOSIGNAL);
        }
        while (sent < 0 && LibC.LastError == EINTR);
        return sent == 1;
    }

    /// <summary>recv(2) of what is there already.</summary>
    /// <returns>Bytes; 0 when the peer is gone; -1 when there is nothing yet.</returns>
    public static int ReceiveAvailable(SafeFileHandle socket, Span<byte> buffer)
    {
        // SAFETY: the length is the span's.
        fixed (byte* p = buffer)
        {
            nint received = LibC.recv((int)socket.DangerousGetHandle(), p, (nuint)buffer.Length, LibC.MSG_DONTWAIT);
            return received >= 0 ? (int)received : LibC.LastError is LibC.EAGAIN or LibC.EINTR ? -1 : 0;
        }
    }

    /// <summary>Reads text till the peer closes; at most 64 KiB.</summary>
    public static string ReadToEnd(SafeFileHandle socket)
    {
        var text = new MemoryStream();
        Span<byte> buffer = stackalloc byte[4096];
        while (text.Length < 1 << 16 && Receive(socket, buffer) is > 0 and var length)
            text.Write(buffer[..length]);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>recv(2), again after a signal.</summary>
    /// <returns>Bytes; 0 when the peer has closed or is gone.</returns>
    public static int Receive(SafeFileHandle socket, Span<byte> buffer)
    {
        // SAFETY: the length is the span's.
        fixed (byte* p = buffer)
        {
            nint received;
            do
                received = LibC.recv((int)socket.DangerousGetHandle(), p, (nuint)buffer.Length, 0);
            while (received < 0 && LibC.LastError == EINTR);
            return (int)Math.Max(0, received);
        }
    }

    /// <summary>Sends all bytes; never a SIGPIPE.</summary>
    /// <returns>False when the peer is gone.</returns>
    public static bool Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // SAFETY: the length is the span's.
            fixed (byte* p = bytes)
            {
                nint sent = LibC.send((int)socket.DangerousGetHandle(), p, (nuint)bytes.Length, LibC.MSG_NOSIGNAL);
                if (sent < 0 && LibC.LastError != EINTR)
                    return false;
                bytes = bytes[(int)Math.Max(0, sent)..];
            }
        }
        return true;
    }
}
