using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Zufs.Interop;

/// <summary>A Unix socket with a name in the file system.</summary>
internal static unsafe class UnixSocket
{
    private const int Backlog = 16;

    /// <summary>Makes a listening socket; close-on-exec, and accepting never blocks.</summary>
    /// <exception cref="LibCException">The name is taken or too long, or the directory refuses it.</exception>
    public static SafeFileHandle Listen(string path)
    {
        SafeFileHandle socket = Open(LibC.SOCK_NONBLOCK);
        LibC.UnixAddress address = AddressOf(path);
        int fd = (int)socket.DangerousGetHandle();
        // SAFETY: the structure is complete and lives during the call.
        if (LibC.bind(fd, &address, (uint)sizeof(LibC.UnixAddress)) == 0 && LibC.listen(fd, Backlog) == 0)
            return socket;
        int error = LibC.LastError;
        socket.Dispose();
        throw new LibCException($"listening on {path}", error);
    }

    /// <summary>Connects.</summary>
    /// <returns>The socket; null when nobody listens there.</returns>
    public static SafeFileHandle? Connect(string path)
    {
        SafeFileHandle socket = Open(0);
        LibC.UnixAddress address = AddressOf(path);
        // SAFETY: the structure is complete and lives during the call.
        if (LibC.connect((int)socket.DangerousGetHandle(), &address, (uint)sizeof(LibC.UnixAddress)) == 0)
            return socket;
        socket.Dispose();
        return null;
    }

    /// <summary>Takes the next who wants to connect.</summary>
    /// <returns>The socket, close-on-exec; null when there is none.</returns>
    public static SafeFileHandle? Accept(SafeFileHandle listener)
    {
        int fd = LibC.accept4((int)listener.DangerousGetHandle(), null, null, LibC.SOCK_CLOEXEC);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>The user that the peer had when it connected (SO_PEERCRED).</summary>
    /// <returns>The user's id; null when the kernel doesn't say.</returns>
    public static uint? PeerUser(SafeFileHandle socket)
    {
        LibC.PeerCredentials peer = default;
        uint length = (uint)sizeof(LibC.PeerCredentials);
        // SAFETY: the kernel writes at most the length given.
        return LibC.getsockopt((int)socket.DangerousGetHandle(), LibC.SOL_SOCKET, LibC.SO_PEERCRED, &peer, &length) == 0 ? peer.UserId : null;
    }

    private static SafeFileHandle Open(int flags)
    {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | flags, 0);
        if (fd < 0)
            LibC.ThrowLastError("socket");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static LibC.UnixAddress AddressOf(string path)
    {
        LibC.UnixAddress address = default;
        address.Family = LibC.AF_UNIX;
        const int enametoolong = 36;
        if (Encoding.UTF8.GetByteCount(path) >= LibC.UnixAddress.PathLength)
            throw new LibCException($"the socket's name {path}", enametoolong);
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, LibC.UnixAddress.PathLength - 1));
        return address;
    }
}
