using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Tests.Sessions;

public class MalformedRequestTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_bytes_get_an_answer_that_the_kernel_takes(bool roomIsRest)
    {
        using var loop = new LoopbackFixture((FileSystemFeatures)0x1FFF, roomIsRest);
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), (bytes, seed) =>
        {
            var random = new Random(seed);
            var opcode = (FuseOpcode)random.Next(0, 66);
            byte[] body = new byte[random.Next(0, 200)];
            random.NextBytes(body);
            // Small numbers pass more checks than random ones do, and so get further.
            for (int i = 0; i < body.Length; i++)
                body[i] = random.Next(3) == 0 ? body[i] : (byte)random.Next(3);
            bytes.AsSpan(0, Math.Min(bytes.Length, body.Length)).CopyTo(body);
            byte[] request = Wire.Request(opcode, (ulong)random.Next(0, 10), body, 2, (ushort)(random.Next(4) == 0 ? random.Next(0, 30) : 0));
            return IsReply(loop.Session.Call(request), request, roomLength: loop.Session.Agreed.MaxWrite + 4096);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
        Assert.Equal(0, loop.Session.Counters.Exceptions);
    }

    [Fact]
    public void A_request_cut_off_anywhere_is_refused()
    {
        using var loop = new LoopbackFixture();
        foreach (Operation row in OperationTable.Rows)
        {
            byte[] whole = Wire.Request(row.Opcode, 5, new byte[row.FixedSize]);
            for (int length = 0; length < whole.Length; length++)
            {
                byte[] cut = whole[..length];
                if (length >= 40)
                    MemoryMarshal.Write(cut, (uint)length);
                ReadOnlySpan<byte> reply = loop.Session.Call(cut);
                if (length >= 40 && row.Body != ReplyBody.NoReply)
                    Assert.Equal(-(int)Errno.EINVAL, Wire.Header(reply).Error);
            }
        }
    }

    [Fact]
    public void A_request_that_lies_about_its_length_is_refused()
    {
        using var loop = new LoopbackFixture();
        byte[] request = Wire.Request(FuseOpcode.FUSE_GETATTR, 5, new FuseGetattrIn());
        MemoryMarshal.Write(request, 1000u);
        loop.Refuses(Errno.EINVAL, request);
        Assert.Equal(1, loop.Session.Counters.Malformed);
    }

    private static bool IsReply(ReadOnlySpan<byte> reply, byte[] request, int roomLength)
    {
        if (reply.IsEmpty)
            return true;
        FuseOutHeader header = Wire.Header(reply);
        return header.Len == reply.Length && reply.Length <= roomLength + 16 && header.Error is <= 0 and > -512
            && (header.Error == 0 || reply.Length == 16) && header.Unique == MemoryMarshal.Read<FuseInHeader>(request).Unique;
    }
}
