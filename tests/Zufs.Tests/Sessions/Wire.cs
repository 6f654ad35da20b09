using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Protocol;

namespace Zufs.Tests.Sessions;

/// <summary>Requests and replies as exact bytes.</summary>
internal static class Wire
{
    public static byte[] Request(FuseOpcode opcode, ulong node, ReadOnlySpan<byte> body, ulong unique = 2, ushort extensions = 0)
    {
        var bytes = new byte[40 + body.Length];
        var header = new FuseInHeader
        {
            Len = (uint)bytes.Length,
            Opcode = (uint)opcode,
            Unique = unique,
            NodeId = node,
            Uid = 1000,
            Gid = 100,
            Pid = 4711,
            TotalExtlen = extensions,
        };
        MemoryMarshal.Write(bytes, in header);
        body.CopyTo(bytes.AsSpan(40));
        return bytes;
    }

    public static byte[] Request<T>(FuseOpcode opcode, ulong node, T body, ReadOnlySpan<byte> tail = default, ulong unique = 2)
        where T : unmanaged =>
        Request(opcode, node, [.. MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in body)), .. tail], unique);

    public static FuseOutHeader Header(ReadOnlySpan<byte> reply) => MemoryMarshal.Read<FuseOutHeader>(reply);

    public static T Body<T>(ReadOnlySpan<byte> reply, int at = 0)
        where T : unmanaged => MemoryMarshal.Read<T>(reply[(Unsafe.SizeOf<FuseOutHeader>() + at)..]);
}
