using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.Channels;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Tests.Channels;

/// <summary>
/// A pair of packet sockets: like <c>/dev/fuse</c>, each read gives one request and each write takes one reply. The test is the kernel.
/// </summary>
internal sealed unsafe class PacketConnection : IDisposable
{
    private const int SOCK_SEQPACKET = 5;

    private readonly SafeFileHandle _kernel;

    public PacketConnection(int maxThreads = 0)
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, LibC.socketpair(LibC.AF_UNIX, SOCK_SEQPACKET | LibC.SOCK_CLOEXEC, 0, pair));
        _kernel = new SafeFileHandle(pair[0], ownsHandle: true);
        Server = new SafeFileHandle(pair[1], ownsHandle: true);
        Transport = new FuseTransport(Server, 1, 65536, maxThreads);
        Channel = Transport.Seats[0].Open();
    }

    public SafeFileHandle Server { get; }

    public FuseTransport Transport { get; }

    public Channel Channel { get; }

    /// <summary>Sends a request: header, the fixed part and the rest as given.</summary>
    public void Send(FuseOpcode opcode, ReadOnlySpan<byte> body, ulong unique = 2, int extensions = 0, int missing = 0)
    {
        byte[] packet = new byte[40 + body.Length];
        FuseInHeader header = new()
        {
            Len = (uint)(packet.Length + missing),
            Opcode = (uint)opcode,
            Unique = unique,
            NodeId = 1,
            TotalExtlen = (ushort)(extensions / 8),
        };
        MemoryMarshal.Write(packet, in header);
        body.CopyTo(packet.AsSpan(40));
        SendRaw(packet);
    }

    public void SendRaw(ReadOnlySpan<byte> packet)
    {
        fixed (byte* p = packet)
            Assert.Equal(packet.Length, (int)LibC.write((int)_kernel.DangerousGetHandle(), p, (nuint)packet.Length));
    }

    /// <summary>The next reply; null when there is none.</summary>
    public (ulong Unique, int Error, byte[] Body)? Receive(int milliseconds = 0)
    {
        PollDescriptor descriptor = new() { Fd = (int)_kernel.DangerousGetHandle(), Events = LibC.POLLIN };
        if (LibC.poll(&descriptor, 1, milliseconds) <= 0)
            return null;
        byte[] packet = new byte[200_000];
        int length;
        fixed (byte* p = packet)
            length = (int)LibC.read(descriptor.Fd, p, (nuint)packet.Length);
        if (length < 16)
            return null;
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(packet);
        Assert.Equal((uint)length, header.Len);
        return (header.Unique, header.Error, packet[16..length]);
    }

    public void Hangup() => _kernel.Dispose();

    public void Dispose()
    {
        Channel.Dispose();
        Transport.Dispose();
        Server.Dispose();
        _kernel.Dispose();
    }
}
