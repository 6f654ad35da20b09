namespace Zufs.Conformance.Interop;

/// <content>Calls that are signalled while they wait.</content>
internal static unsafe partial class Sys
{
    // struct sigaction of 64-bit glibc and musl: handler, mask of 128 bytes, flags, restorer.
    private const int ActionSize = 152;

    /// <summary>
    /// Makes a call that should wait, on this thread, and signals the thread from 100 ms on until the call returns. The signal has a handler that does nothing, and
    /// doesn't restart calls; it is left in place, so that a late one harms nobody.
    /// </summary>
    /// <returns>What the call returned.</returns>
    public static Outcome Signalled(Func<Outcome> call)
    {
        byte* action = stackalloc byte[ActionSize];
        new Span<byte>(action, ActionSize).Clear();
        // A function of libc that takes a number and does nothing with it: no code of this runtime may run in a handler.
        fixed (byte* symbol = "abs\0"u8) *(void**)action = LibC.dlsym(null, symbol);
        if (*(void**)action is null || LibC.sigaction(LibC.SIGUSR2, action, null) != 0) return new Outcome(-1, Errno.ENOSYS);
        int process = LibC.getpid(), thread = LibC.gettid();
        bool returned = false;
        var signals = new Thread(() =>
        {
            do
            {
                Thread.Sleep(100);
                if (!Volatile.Read(ref returned)) _ = LibC.tgkill(process, thread, LibC.SIGUSR2);
            }
            while (!Volatile.Read(ref returned));
        })
        { IsBackground = true, Name = "zufs-check-signal" };
        signals.Start();
        try
        {
            return call();
        }
        finally
        {
            Volatile.Write(ref returned, true);
            signals.Join();
        }
    }
}
