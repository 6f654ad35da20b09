using System.Runtime.InteropServices;

namespace Zufs.Interop;

/// <content>Unix sockets: pairs, the peer's identity, file descriptors that are passed by SCM_RIGHTS.</content>
internal static unsafe partial class LibC
{
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_PEERCRED = 17;
    public const int SCM_RIGHTS = 1;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_DONTWAIT = 0x40;
    public const int SOCK_NONBLOCK = 0x800;

    /// <summary>socketpair(2): https://man7.org/linux/man-pages/man2/socketpair.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* pair);

    /// <summary>socket(2): https://man7.org/linux/man-pages/man2/socket.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>bind(2): https://man7.org/linux/man-pages/man2/bind.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(int socket, UnixAddress* address, uint length);

    /// <summary>connect(2): https://man7.org/linux/man-pages/man2/connect.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int connect(int socket, UnixAddress* address, uint length);

    /// <summary>listen(2): https://man7.org/linux/man-pages/man2/listen.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int listen(int socket, int backlog);

    /// <summary>accept4(2): https://man7.org/linux/man-pages/man2/accept4.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int accept4(int socket, UnixAddress* address, uint* length, int flags);

    /// <summary>recvmsg(2): https://man7.org/linux/man-pages/man2/recvmsg.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recvmsg(int socket, MessageHeader* message, int flags);

    /// <summary>sendmsg(2): https://man7.org/linux/man-pages/man2/sendmsg.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint sendmsg(int socket, MessageHeader* message, int flags);

    /// <summary>recv(2): https://man7.org/linux/man-pages/man2/recv.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    /// <summary>send(2): https://man7.org/linux/man-pages/man2/send.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint send(int socket, byte* buffer, nuint length, int flags);

    /// <summary>getsockopt(2): https://man7.org/linux/man-pages/man2/getsockopt.2.html</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial int getsockopt(int socket, int level, int option, void* value, uint* length);

    /// <summary>struct iovec of recvmsg(2) and sendmsg(2).</summary>
    public struct MessageVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr of recvmsg(2) and sendmsg(2).</summary>
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public MessageVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with one file descriptor behind it: cmsg(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int File;
        private readonly int _padding;
    }

    /// <summary>struct sockaddr_un: unix(7).</summary>
    public struct UnixAddress
    {
        public const int PathLength = 108;
        public ushort Family;
        public fixed byte Path[PathLength];
    }

    /// <summary>struct ucred of SO_PEERCRED: unix(7).</summary>
    public struct PeerCredentials
    {
        public int ProcessId;
        public uint UserId;
        public uint GroupId;
    }
}
