using System.Runtime.InteropServices;
using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// Gets threads out of a blocking <c>read</c> of <c>/dev/fuse</c>: by a signal, which nobody can send by chance, again each millisecond until the thread has
/// left. A signal that comes before the read does nothing, so one isn't enough.
/// </summary>
/// <remarks>
/// While a thread is being got out, and only then, a real-time signal has a handler: a function of libc's that does nothing to anybody. No managed code runs in
/// a signal. Then the signal has its old handler back. The channel sees to it that no signal of ours is under way any more when it says that it has left:
/// one that came later would end the process.
/// </remarks>
internal static unsafe class FuseInterrupter
{
    // A real-time signal: POSIX has no meaning for it. .NET's runtime takes SIGRTMIN (34 or 35), libraries take what follows.
    private const int Signal = 42;
    private const int IntervalMilliseconds = 1;

    // Any function does that may run in a signal, leaves errno alone and doesn't look at its argument, the signal's number.
    private static readonly nint s_handler = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getppid");

    private static readonly object s_gate = new();
    private static readonly List<FuseChannel> s_readers = [];

    /// <summary>Lets the signal through to the calling thread: a host may have blocked all signals in the threads that it made, and ours inherit it.</summary>
    public static void Admit()
    {
        SignalSet set = default;
        set.Bits[(Signal - 1) / 64] |= 1ul << ((Signal - 1) % 64);
        // SAFETY: the set is only read.
        LibC.pthread_sigmask(LibC.SIG_UNBLOCK, &set, null);
    }

    /// <summary>Signals a thread, which hasn't ended. Called within <see cref="FuseChannel.Interrupt"/>.</summary>
    /// <param name="thread">From pthread_self(3).</param>
    public static void Send(nint thread) => LibC.pthread_kill(thread, Signal);

    /// <summary>Gets a channel's thread out of its read. Returns at once; any thread.</summary>
    public static void Add(FuseChannel channel)
    {
        lock (s_gate)
        {
            s_readers.Add(channel);
            if (s_readers.Count == 1)
                new Thread(Run, 128 << 10) { IsBackground = true, Name = "zufs-stop" }.Start();
        }
    }

    private static void Run()
    {
        SignalAction before;
        // No SA_RESTART: the read shall end. SAFETY: one structure each, of libc's layout.
        SignalAction ours = new() { Handler = s_handler };
        if (LibC.sigaction(Signal, &ours, &before) < 0)
            Environment.FailFast($"sigaction of signal {Signal}: {LibC.LastError}");
        for (; ; )
        {
            lock (s_gate)
            {
                s_readers.RemoveAll(static channel => !channel.Interrupt());
                if (s_readers.Count == 0)
                {
                    // Within the lock: who adds the next channel starts a thread that finds the old handler.
                    LibC.sigaction(Signal, &before, null);
                    return;
                }
            }
            Thread.Sleep(IntervalMilliseconds);
        }
    }
}
