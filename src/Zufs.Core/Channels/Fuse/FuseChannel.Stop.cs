using Zufs.Interop;

namespace Zufs.Channels;

/// <content>The stop of a thread that may block in <c>read(2)</c>.</content>
public sealed unsafe partial class FuseChannel
{
    // The owner, from its first exchange on.
    private nint _thread;

    // Serving <-> Reading is the owner's, by compare and exchange; the other changes are made under _gate.
    private int _phase;

    private static class Phase
    {
        /// <summary>The owner is anywhere but in the read, and looks here before the next one.</summary>
        public const int Serving = 0;

        /// <summary>The owner is in the read, or about to be.</summary>
        public const int Reading = 1;

        /// <summary>As Reading, with a stop: it is signalled until it has left.</summary>
        public const int Interrupted = 2;

        /// <summary>Stopped: there won't be another read.</summary>
        public const int Stopped = 3;
    }

    /// <inheritdoc/>
    /// <remarks>Returns at once, and works whatever becomes of the connection. An operation that is being served isn't disturbed.</remarks>
    public override void Stop()
    {
        lock (_gate)
        {
            // The owner changes between Serving and Reading meanwhile; once it is one of the others, it doesn't.
            for (; ; )
            {
                int phase = Volatile.Read(ref _phase);
                if (_disposed || phase is Phase.Interrupted or Phase.Stopped)
                    return;
                if (phase == Phase.Serving && Interlocked.CompareExchange(ref _phase, Phase.Stopped, Phase.Serving) == Phase.Serving)
                    return;
                if (phase == Phase.Reading && Interlocked.CompareExchange(ref _phase, Phase.Interrupted, Phase.Reading) == Phase.Reading)
                    break;
            }
        }
        FuseInterrupter.Add(this);
    }

    /// <summary>Signals the owner, if it hasn't left the read yet.</summary>
    /// <returns>Whether it must be done again.</returns>
    internal bool Interrupt()
    {
        lock (_gate)
        {
            // The owner is alive: it can't leave this phase without the gate.
            if (Volatile.Read(ref _phase) != Phase.Interrupted)
                return false;
            FuseInterrupter.Send(_thread);
            return true;
        }
    }

    private void Adopt()
    {
        _thread = LibC.pthread_self();
        FuseInterrupter.Admit();
    }

    private bool TryEnterRead() => Interlocked.CompareExchange(ref _phase, Phase.Reading, Phase.Serving) == Phase.Serving;

    private void LeaveRead()
    {
        if (Interlocked.CompareExchange(ref _phase, Phase.Serving, Phase.Reading) == Phase.Reading)
            return;
        lock (_gate)
        {
            // Whatever was sent is pending by now, and a pending signal is delivered before a system call returns. After this one nobody
            // signals this thread any more, and the signal may have its old handler back.
            LibC.sched_yield();
            Volatile.Write(ref _phase, Phase.Stopped);
        }
    }
}
