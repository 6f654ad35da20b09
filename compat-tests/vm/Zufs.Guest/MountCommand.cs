using System.Runtime.InteropServices;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.Guest;

/// <summary><c>mount</c>: what <c>zufs-migrate run</c> does, in the foreground until it is told to end or its mount has gone.</summary>
internal static class MountCommand
{
    public static int Run(string fileSystem, string mountPoint, string channel)
    {
        using RunningMount mount = Start(fileSystem, mountPoint, channel);
        // Scripts wait for this line.
        Console.WriteLine($"MOUNTED {mountPoint} {mount.Channel} supervisor {mount.SupervisorPid} worker {mount.WorkerPid}");
        foreach (string note in mount.Notes)
            Console.WriteLine($"NOTE {note}");
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            mount.Stop();
        });
        MountEnd end = mount.Ended.GetAwaiter().GetResult();
        Console.WriteLine($"ENDED {mountPoint} {end.ExitCode} {end.Reason}");
        return end.ExitCode == 0 ? 0 : 1;
    }

    /// <summary>Mounts a file system on a directory, which is made.</summary>
    public static RunningMount Start(string fileSystem, string mountPoint, string channel)
    {
        Directory.CreateDirectory(mountPoint);
        return MountLauncher.Start(new MountRequest
        {
            MountPoint = mountPoint,
            FileSystem = FileSystemSource.Parse(fileSystem),
            Channel = channel,
            // Suites kill workers as fast as they come up.
            RestartLimit = new RestartLimit(100, 10),
        });
    }
}
