using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Supervision;

/// <summary>File descriptors that a process got from its parent: their numbers are in the environment.</summary>
internal static class InheritedFiles
{
    /// <summary>The socket by which a worker gets the FUSE connection, once there is one.</summary>
    public const string Handover = "ZUFS_HANDOVER_FD";

    /// <summary>The arena's memfd.</summary>
    public const string Arena = "ZUFS_ARENA_FD";

    /// <summary>A worker's socket to its supervisor.</summary>
    public const string Supervisor = "ZUFS_SUPERVISOR_FD";

    /// <summary>A supervisor's socket to its starter.</summary>
    public const string Launch = "ZUFS_LAUNCH_FD";

    /// <summary>Takes a descriptor over: it is close-on-exec from here on, and its variable is gone, so that no child mistakes it for its own.</summary>
    /// <param name="variable">The variable with its number.</param>
    /// <returns>The descriptor; null when there is none.</returns>
    public static SafeFileHandle? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int fd) || fd < 3)
            return null;
        LibC.close_range_on_exec(fd);
        return new SafeFileHandle(fd, ownsHandle: true);
    }
}
