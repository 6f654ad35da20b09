using Zufs.Arenas;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;
using Zufs.Sessions;

namespace Zufs.Tests.Sessions;

/// <summary>A scripted file system behind a loopback session with an arena of its own.</summary>
internal sealed class LoopbackFixture : IDisposable
{
    private readonly Arena _arena = Arena.Create("zufs-test", 64 << 20);

    public LoopbackFixture(FileSystemFeatures features = FileSystemFeatures.None, bool roomIsRest = false, int depth = 4, Concurrency concurrency = Concurrency.Parallel, uint? owner = null)
    {
        FileSystem = new ScriptedFileSystem(features, concurrency);
        Session = new LoopbackSession(FileSystem, _arena, new SessionOptions { Log = Log.Add, Owner = owner }, roomIsRest, depth);
    }

    public ScriptedFileSystem FileSystem { get; }

    public LoopbackSession Session { get; }

    public List<string> Log { get; } = [];

    /// <summary>Calls and expects an error.</summary>
    public void Refuses(Errno error, byte[] request)
    {
        FuseOutHeader header = Wire.Header(Session.Call(request));
        Xunit.Assert.Equal((16u, -(int)error, 2ul), (header.Len, header.Error, header.Unique));
    }

    public ulong Open(ulong node = 5)
    {
        ReadOnlySpan<byte> reply = Session.Call(Wire.Request(FuseOpcode.FUSE_OPEN, node, new FuseOpenIn()));
        return Wire.Body<FuseOpenOut>(reply).Fh;
    }

    public LoopbackCall Start(byte[] request)
    {
        var call = new LoopbackCall { Request = request };
        Session.Call(call);
        return call;
    }

    public void Dispose()
    {
        Session.Dispose();
        _arena.Dispose();
    }
}
