using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>FUSE_INIT on a connection: reads it, and answers it.</summary>
internal static class Handshake
{
    // The kernel refuses a read with less room, whatever the request.
    private const int BufferSize = FuseConstants.MinReadBuffer * 2;

    /// <summary>Waits for INIT, which the kernel sends with the mount.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="unique">Its id, for the reply.</param>
    /// <returns>What it offers; zeros where an older kernel's structure is shorter.</returns>
    /// <exception cref="SessionException">There is no INIT to be had, or one that can't be served.</exception>
    public static FuseInitIn ReadInit(SafeFileHandle connection, out ulong unique)
    {
        var buffer = new byte[BufferSize];
        for (; ; )
        {
            int length = LibC.Read(connection, buffer);
            if (length == -LibC.EAGAIN)
            {
                LibC.Poll(connection, -1);
                continue;
            }
            if (length < 0)
                throw new SessionException(Describe(-length));
            FuseInitIn init = Parse(buffer.AsSpan(0, length), out unique);
            if (init.Major == FuseConstants.KernelVersion && init.Minor >= Negotiation.OldestMinor)
                return init;
            if (init.Major > FuseConstants.KernelVersion)
            {
                // A newer kernel takes the version from the reply and sends INIT again in the old form.
                Reply(connection, unique, new FuseInitOut { Major = FuseConstants.KernelVersion, Minor = FuseConstants.KernelMinorVersion });
                continue;
            }
            Refuse(connection, unique, LibC.EPROTO);
            throw new SessionException(
                $"This kernel speaks FUSE {init.Major}.{init.Minor}; 7.{Negotiation.OldestMinor} (Linux 4.20) is the oldest that is served.", "uname -r");
        }
    }

    /// <summary>Answers INIT. When this returns, the kernel has taken the answer and sends requests.</summary>
    /// <exception cref="SessionException">The connection has ended meanwhile.</exception>
    public static void Reply(SafeFileHandle connection, ulong unique, in FuseInitOut reply)
    {
        int sent = TryReply(connection, unique, reply);
        if (sent < 0)
            throw new SessionException($"The kernel didn't take the answer to INIT: {Marshal.GetPInvokeErrorMessage(-sent)}.");
    }

    /// <summary>As <see cref="Reply"/>, where it doesn't matter whether the kernel still waits for it.</summary>
    /// <returns>Negative: minus the errno.</returns>
    public static int TryReply(SafeFileHandle connection, ulong unique, in FuseInitOut reply)
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<FuseOutHeader>() + Unsafe.SizeOf<FuseInitOut>()];
        MemoryMarshal.Write(bytes, new FuseOutHeader { Len = (uint)bytes.Length, Unique = unique });
        MemoryMarshal.Write(bytes[Unsafe.SizeOf<FuseOutHeader>()..], in reply);
        return LibC.Write(connection, bytes);
    }

    /// <summary>Answers INIT with an error: every later operation on the mount fails at once, and none hangs.</summary>
    public static void Refuse(SafeFileHandle connection, ulong unique, int errno)
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<FuseOutHeader>()];
        MemoryMarshal.Write(bytes, new FuseOutHeader { Len = (uint)bytes.Length, Error = -errno, Unique = unique });
        LibC.Write(connection, bytes);
    }

    /// <summary>Parses INIT from its bytes.</summary>
    /// <exception cref="SessionException">It is something else, or cut off.</exception>
    public static FuseInitIn Parse(ReadOnlySpan<byte> bytes, out ulong unique)
    {
        int headerSize = Unsafe.SizeOf<FuseInHeader>();
        int oldest = OperationTable.Find((uint)FuseOpcode.FUSE_INIT)!.FixedSize;
        if (bytes.Length < headerSize + oldest)
            throw new SessionException("The connection's first request is too short to be INIT.");
        var header = MemoryMarshal.Read<FuseInHeader>(bytes);
        if (header.Opcode != (uint)FuseOpcode.FUSE_INIT || header.Len != bytes.Length)
            throw new SessionException("The connection's first request isn't INIT: another server answered it already, and left no record in the arena.");
        unique = header.Unique;
        Span<byte> whole = stackalloc byte[Unsafe.SizeOf<FuseInitIn>()];
        whole.Clear();
        ReadOnlySpan<byte> body = bytes[headerSize..];
        body[..Math.Min(body.Length, whole.Length)].CopyTo(whole);
        return MemoryMarshal.Read<FuseInitIn>(whole);
    }

    private static string Describe(int errno) => errno switch
    {
        LibC.EPERM => "The connection isn't mounted.",
        LibC.ENODEV => "The file system was unmounted before it was served.",
        LibC.ECONNABORTED or LibC.ENOTCONN => "The connection was aborted before it was served.",
        _ => $"INIT can't be read from the connection: {Marshal.GetPInvokeErrorMessage(errno)}.",
    };
}
