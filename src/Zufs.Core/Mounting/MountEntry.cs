namespace Zufs.Mounting;

/// <summary>One line of <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
/// <param name="Id">The mount's id, unique while it is mounted.</param>
/// <param name="ParentId">The id of the mount it lies on.</param>
/// <param name="DeviceMajor">The device's major number; 0 for FUSE.</param>
/// <param name="DeviceMinor">The device's minor number: the name of the connection under <c>/sys/fs/fuse/connections</c>.</param>
/// <param name="MountPoint">Where it is mounted; <c>\040</c> and the like are decoded.</param>
/// <param name="Options">The options of this mount.</param>
/// <param name="Type">The type, with the subtype: <c>fuse.memory</c>.</param>
/// <param name="Source">What is mounted.</param>
public sealed record MountEntry(
    int Id, int ParentId, uint DeviceMajor, uint DeviceMinor, string MountPoint, string Options, string Type, string Source)
{
    /// <summary>Whether a FUSE server is behind it.</summary>
    public bool IsFuse => Type is "fuse" or "fuseblk" || Type.StartsWith("fuse.", StringComparison.Ordinal)
        || Type.StartsWith("fuseblk.", StringComparison.Ordinal);
}
