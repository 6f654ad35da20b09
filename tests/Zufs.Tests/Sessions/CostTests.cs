using Xunit;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Tests.Sessions;

public class CostTests
{
    [Theory]
    [InlineData(FUSE_LOOKUP)]
    [InlineData(FUSE_GETATTR)]
    [InlineData(FUSE_READ)]
    [InlineData(FUSE_WRITE)]
    [InlineData(FUSE_OPEN)]
    public void An_operation_allocates_nothing(FuseOpcode opcode)
    {
        using var loop = new LoopbackFixture();
        ulong fh = loop.Open();
        byte[] request = opcode switch
        {
            FUSE_LOOKUP => Wire.Request(opcode, 1, "name\0"u8),
            FUSE_GETATTR => Wire.Request(opcode, 5, new FuseGetattrIn { GetattrFlags = 1, Fh = fh }),
            FUSE_READ => Wire.Request(opcode, 5, new FuseReadIn { Fh = fh, Size = 4096 }),
            FUSE_WRITE => Wire.Request(opcode, 5, new FuseWriteIn { Fh = fh, Size = 4096 }, new byte[4096]),
            _ => Wire.Request(opcode, 5, new FuseOpenIn()),
        };
        loop.FileSystem.OnRead = (in _, _, _, _, ref reply) =>
        {
            reply.Fill(reply.Room.Length);
            return Errno.Success;
        };
        Serve(loop, request, 2000);
        // A collection that another test causes moves the counter once in a while; what the operation allocates would show in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Serve(loop, request, 2000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    private static void Serve(LoopbackFixture loop, byte[] request, int times)
    {
        for (int i = 0; i < times; i++)
            loop.Session.Call(request);
    }
}
