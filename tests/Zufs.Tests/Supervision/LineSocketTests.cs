using System.Text;
using Microsoft.Win32.SafeHandles;
using Xunit;
using Zufs.Interop;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public sealed class LineSocketTests : IDisposable
{
    private readonly LineSocket _reader;
    private readonly SafeFileHandle _writer;

    public LineSocketTests()
    {
        (SafeFileHandle a, _writer) = UnixPair.Create();
        _reader = new LineSocket(a);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public void A_message_arrives_as_it_was_sent()
    {
        using var peer = new LineSocket(_writer);
        var sent = new ControlMessage { Kind = ControlKind.Ready, Channel = "uring", Notes = ["a\nb", "ü"], ExitCode = 3 };
        Assert.True(peer.Send(sent));
        ControlMessage received = _reader.Receive()!;
        Assert.Equal((sent.Kind, sent.Channel, sent.ExitCode), (received.Kind, received.Channel, received.ExitCode));
        Assert.Equal(sent.Notes, received.Notes);
    }

    [Fact]
    public void Messages_may_arrive_in_pieces_and_together()
    {
        Write("{\"version\":1,\"kind\":\"sto");
        Assert.Null(_reader.TryReceive());
        Write("p\"}\n{\"version\":1,\"kind\":\"status\"}\n");
        Assert.Equal(ControlKind.Stop, _reader.TryReceive()!.Kind);
        Assert.Equal(ControlKind.Status, _reader.TryReceive()!.Kind);
        Assert.Null(_reader.TryReceive());
        Assert.False(_reader.IsClosed);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("{}\n")]
    [InlineData("{\"version\":2,\"kind\":\"stop\"}\n")]
    [InlineData("null\n")]
    [InlineData("[1]\n")]
    [InlineData("\n")]
    public void What_is_no_message_closes_the_conversation(string line)
    {
        Write(line);
        Assert.Null(_reader.TryReceive());
        Assert.True(_reader.IsClosed);
    }

    [Fact]
    public void A_line_without_an_end_is_not_kept_for_ever()
    {
        byte[] piece = Encoding.ASCII.GetBytes(new string('x', 4096));
        for (int i = 0; i < 100 && !_reader.IsClosed; i++)
        {
            UnixPair.Send(_writer, piece);
            Assert.Null(_reader.TryReceive());
        }
        Assert.True(_reader.IsClosed);
    }

    [Fact]
    public void The_peers_end_is_seen()
    {
        _writer.Dispose();
        Assert.Null(_reader.Receive());
        Assert.True(_reader.IsClosed);
        Assert.False(_reader.Send(new ControlMessage { Kind = ControlKind.Stop }));
    }

    private void Write(string text) => Assert.True(UnixPair.Send(_writer, Encoding.UTF8.GetBytes(text)));
}
