using System.Globalization;
using System.Runtime.InteropServices;

namespace Tmds.Fuse;

/// <summary>
/// Takes the mounts of this process out of the tree when it ends, so that nobody finds a stale one. What the program itself does with a signal
/// stays as it is: nothing is cancelled here, and a signal that the program has cancelled is left alone.
/// </summary>
internal static class ProcessEnd
{
    private static readonly HashSet<FuseMount> Mounts = [];

    // Kept for the life of the process. The runtime calls the latest registration first, so a program that registers after it mounts is
    // asked before we are.
    private static List<PosixSignalRegistration>? s_signals;

    /// <summary>From now on the mount goes when the process does.</summary>
    public static void Watch(FuseMount mount)
    {
        lock (Mounts)
        {
            Mounts.Add(mount);
            if (s_signals is not null)
                return;
            ulong ignored = IgnoredSignals();
            s_signals = [];
            foreach ((PosixSignal signal, int number) in ((PosixSignal, int)[])[(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)])
            {
                // nohup, or a job in the background of a script: the process will not end by it.
                if ((ignored >> (number - 1) & 1) == 0)
                    s_signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
            }
            AppDomain.CurrentDomain.ProcessExit += (_, _) => UnmountAll();
        }
    }

    /// <summary>The mount has ended by itself.</summary>
    public static void Forget(FuseMount mount)
    {
        lock (Mounts)
            Mounts.Remove(mount);
    }

    private static void OnSignal(PosixSignalContext context)
    {
        if (!context.Cancel)
            UnmountAll();
    }

    private static void UnmountAll()
    {
        FuseMount[] mounts;
        lock (Mounts)
            mounts = [.. Mounts];
        foreach (FuseMount mount in mounts)
            mount.LazyUnmount();
    }

    private static ulong IgnoredSignals()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("SigIgn:", StringComparison.Ordinal))
                return ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
