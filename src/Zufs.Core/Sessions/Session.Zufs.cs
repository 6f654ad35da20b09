using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Interop;

namespace Zufs.Sessions;

/// <content>The channels of the kernel module: they come beside a connection that is served by <c>fuse</c> already.</content>
public sealed partial class Session
{
    // Null: the module refused, and the connection goes on by fuse.
    private ZufsTransport? OpenZufs(ChannelChoice choice, bool isSuccessor)
    {
        Concurrency concurrency = _fileSystem.Traits.Concurrency;
        // A second thread takes what comes while the first one's operation is interrupted in the middle.
        int threads = concurrency == Concurrency.Serial ? 1 : 2;
        var options = new ZufsOptions
        {
            ThreadsPerCpu = threads,
            MaxThreadsPerCpu = concurrency == Concurrency.Blocking ? Math.Max(threads, _options.MaxThreadsPerQueue) : threads,
            PayloadSize = Math.Max(_agreed.MaxWrite, _agreed.MaxPages * Environment.SystemPageSize),
            HasSetxattrExt = _agreed.Agreed.HasFlag(Protocol.InitFlags.SetxattrExt),
            IsSuccessor = isSuccessor,
        };
        try
        {
            return new ZufsTransport(_connection!, options);
        }
        catch (LibCException e)
        {
            if (!choice.IsAskedFor)
            {
                _notes.Add($"zufs: {e.Message}.");
                return null;
            }
            // INIT is answered: applications wait already, until the connection closes.
            _connection?.Dispose();
            _fileSystem.Dispose();
            throw new SessionException($"The zufs channel can't be used. {e.Message}.", "--channel fuse", e);
        }
    }
}
