using System.Diagnostics;
using Zufs.Channels;
using Zufs.FileSystems;

namespace Zufs.Sessions;

/// <content>
/// From <c>fuse</c> to <c>uring</c> on a connection in use. Linux 6.18 takes ring entries at any time after INIT, also when INIT didn't agree on them: once every
/// CPU's queue has one, all new requests come there. It is documented nowhere, so it is believed only when a request has come. There is no way back.
/// </content>
public sealed partial class Session
{
    private static readonly TimeSpan s_switchTime = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Moves the requests of this connection from <c>fuse</c> to <c>uring</c>; open files and requests under way aren't touched. Returns when a request has come
    /// over a ring: somebody must make some meanwhile, on every CPU. Not for the session's own threads.
    /// </summary>
    /// <exception cref="SessionException">It can't be done, and the connection goes on by <c>fuse</c>.</exception>
    public void SwitchToUring()
    {
        if (Channel != "fuse" || _connection is null)
            throw new SessionException($"The mount is on the channel {Channel}, and only fuse can be left.");
        // What one server registered stays the kernel's, and a second set beside it would be one too many.
        if (_transports.Exists(transport => transport.Name == "uring"))
            throw new SessionException("The kernel refused the rings of this mount before.");
        if (_fileSystem.Traits.Concurrency == Concurrency.CallerThread)
            throw new SessionException("The uring channel needs threads of its own, and this file system runs on its caller's thread.");
        ChannelProbe probe = ChannelProbes.All().Single(p => p.Channel == "uring");
        if (!probe.IsUsable)
            throw new SessionException($"The uring channel can't be used. {probe.Reason}", probe.Remedy);
        // Before the first entry is registered: whoever comes after this worker must serve the rings.
        NegotiationRecord.SetLateUring(_arena, true);
        Transport uring = NewUring();
        List<ServerThread> threads = AddThreads(uring);
        long begin = Stopwatch.GetTimestamp();
        while (!threads.Exists(thread => thread.Channel is UringChannel { HasTaken: true }))
        {
            bool isRefused;
            lock (_lock)
                isRefused = _refused.Contains(uring);
            if (isRefused)
            {
                NegotiationRecord.SetLateUring(_arena, false);
                throw new SessionException("The kernel refused ring entries on a connection whose INIT didn't agree on them; the mount goes on by fuse.");
            }
            // The rings stay, should the kernel come to use them: both ways are served.
            if (Stopwatch.GetElapsedTime(begin) > s_switchTime)
                throw new SessionException("The kernel took the ring entries and still sends requests by /dev/fuse; the mount goes on as it was.");
            Thread.Sleep(1);
        }
        lock (_lock)
        {
            Channel = "uring";
            _notes.Add("The mount was moved from fuse to uring while it was in use.");
        }
    }

    private List<ServerThread> AddThreads(Transport transport)
    {
        transport.AllBusy = queue => NoteBusy(transport, queue);
        List<ServerThread> threads = [.. transport.Seats.Select(seat => new ServerThread(this, transport, seat) { IsOptional = true })];
        lock (_lock)
        {
            if (_stopping)
                throw new SessionException("The session ends.");
            // First, as when it was there from the start: the last is the one that the mount falls back to.
            _transports.Insert(0, transport);
            _threads.AddRange(threads);
            _live += threads.Count;
        }
        foreach (ServerThread thread in threads)
            thread.Start();
        foreach (ServerThread thread in threads)
            thread.WaitUntilOpen();
        return threads;
    }

    private UringTransport NewUring()
    {
        bool blocks = _fileSystem.Traits.Concurrency == Concurrency.Blocking;
        return new UringTransport(_connection!, new UringOptions
        {
            Depth = blocks ? 1 : Math.Clamp(_options.QueueDepth, 1, 64),
            ThreadsPerQueue = blocks ? Math.Min(2, _options.MaxThreadsPerQueue) : 1,
            MaxThreadsPerQueue = blocks ? _options.MaxThreadsPerQueue : 1,
            PayloadSize = Math.Max(_agreed.MaxWrite, _agreed.MaxPages * Environment.SystemPageSize),
        }, _arena)
        {
            OutsideKick = _options.OutsideKick,
        };
    }
}
