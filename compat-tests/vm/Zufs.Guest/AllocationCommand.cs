using System.Diagnostics;
using System.Globalization;
using Zufs.Arenas;
using Zufs.FileSystems.Memory;
using Zufs.Mounting;
using Zufs.Sessions;

namespace Zufs.Guest;

/// <summary><c>allocation</c>: what all threads of a server allocate while an application, another process, works on its mount.</summary>
internal static class AllocationCommand
{
    private const string MountPoint = "/mnt/allocation";

    // Looks up, opens, stats, reads small and large (lent), writes, closes.
    private const string Load = "head -c 1000000 /dev/zero >f; while [ -e f ]; do stat f nothing; dd if=f of=/dev/null bs=4k count=40 iflag=direct; "
        + "dd if=f of=/dev/null bs=128k iflag=direct; dd if=/dev/zero of=f bs=8k count=20 conv=notrunc; done >/dev/null 2>&1";

    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);

    private const int Windows = 4;

    public static int Run(string channel)
    {
        Directory.CreateDirectory(MountPoint);
        using var arena = Arena.Create("zufs-guest", 256L << 20);
        using var mount = Mount.Create(MountPoint, MountOptions.Parse("subtype=allocation"));
        Session session = Session.Start(mount.Connection, new MemoryFileSystem(), arena, new SessionOptions { Channel = channel });
        using Process load = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"cd {MountPoint}; {Load}"]))!;
        Thread.Sleep(s_warm);
        (long bytes, long operations) = (long.MaxValue, 0);
        // The least of some windows: looking at the counters allocates now and then too, and so does whatever happens for the first time.
        for (int i = 0; i < Windows; i++)
        {
            long done = session.Counters.Operations, before = GC.GetTotalAllocatedBytes(precise: true);
            Thread.Sleep(s_window);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            done = session.Counters.Operations - done;
            if (done >= 300 && allocated < bytes)
                (bytes, operations) = (allocated, done);
        }
        load.Kill(entireProcessTree: true);
        load.WaitForExit();
        mount.UnmountLazily();
        session.Ended.Wait(s_warm);
        string found = string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes in {operations} operations on {session.Channel}");
        bool isNothing = session.Channel == channel && bytes < operations / 10;
        Console.WriteLine(isNothing ? $"PASS A server allocates nothing for an operation ({found})" : $"FAIL A server allocates nothing for an operation: {found}");
        return isNothing ? 0 : 1;
    }
}
