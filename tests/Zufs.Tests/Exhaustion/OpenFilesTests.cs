using System.Text;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems.Memory;
using Zufs.Protocol;
using Zufs.Sessions;
using Zufs.Tests.Sessions;

namespace Zufs.Tests.Exhaustion;

/// <summary>Many open files through the whole session: each is its own, and all go.</summary>
public sealed class OpenFilesTests
{
    private const int Files = 10_000;

    [Fact]
    public void Ten_thousand_files_are_open_at_a_time_and_none_afterwards()
    {
        using var arena = Arena.Create("zufs-open", 1L << 32);
        using var session = new LoopbackSession(new MemoryFileSystem(), arena);
        var open = new (ulong Node, ulong Handle)[Files];
        for (int i = 0; i < Files; i++)
        {
            byte[] request = Wire.Request(
                FuseOpcode.FUSE_CREATE, 1, new FuseCreateIn { Flags = 2 | 0x40 | 0x80, Mode = 0x81A4 }, [.. Encoding.ASCII.GetBytes($"f{i}"), 0]);
            ReadOnlySpan<byte> reply = session.Call(request);
            Assert.Equal(0, Wire.Header(reply).Error);
            open[i] = (Wire.Body<FuseEntryOut>(reply).NodeId, Wire.Body<FuseOpenOut>(reply, 128).Fh);
            byte[] data = BitConverter.GetBytes(i);
            Assert.Equal(4u, Wire.Body<FuseWriteOut>(session.Call(
                Wire.Request(FuseOpcode.FUSE_WRITE, open[i].Node, new FuseWriteIn { Fh = open[i].Handle, Size = 4 }, data))).Size);
        }
        Assert.Equal(Files, session.Dispatcher.OpenFiles.Count);
        Assert.Equal(Files, open.Select(o => o.Handle).Distinct().Count());
        for (int i = 0; i < Files; i++)
        {
            ReadOnlySpan<byte> reply = session.Call(Wire.Request(FuseOpcode.FUSE_READ, open[i].Node, new FuseReadIn { Fh = open[i].Handle, Size = 10 }));
            Assert.Equal(i, Wire.Body<int>(reply));
            session.Call(Wire.Request(FuseOpcode.FUSE_RELEASE, open[i].Node, new FuseReleaseIn { Fh = open[i].Handle }));
        }
        Assert.Equal(0, session.Dispatcher.OpenFiles.Count);
        Assert.Equal((0, 0, 0), (session.Counters.Malformed, session.Counters.BrokenReplies, session.Counters.Exceptions));
    }
}
