using Zufs.Mounting;
using Zufs.Plugins;

namespace Zufs.Supervision;

/// <summary>The mounts of this user, as their folders in the state directory say. Any thread.</summary>
public static class MountRegistry
{
    /// <summary>
    /// Asks every mount's supervisor for its state. What supervisors that died left behind is removed, with a sentence for each.
    /// </summary>
    /// <param name="say">Is told what was removed.</param>
    /// <exception cref="SupervisionException">The state directory can't be used.</exception>
    public static IReadOnlyList<MountStatus> List(Action<string> say)
    {
        var mounts = new List<MountStatus>();
        foreach (MountFolder folder in StateDirectory.Open().List())
        {
            using SupervisorClient? client = SupervisorClient.Connect(folder);
            if (client?.Status() is { } status)
                mounts.Add(status);
            else if (client is null && !folder.IsNew)
                RemoveDead(folder, say);
        }
        return mounts;
    }

    /// <summary>Asks the supervisor of a mount to end it, and waits till it has.</summary>
    /// <param name="mountPoint">Where it is mounted.</param>
    /// <returns>False when no mount of this user is registered there.</returns>
    /// <exception cref="SupervisionException">The state directory can't be used.</exception>
    public static bool Stop(string mountPoint)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(mountPoint));
        foreach (MountFolder folder in StateDirectory.Open().List())
        {
            if (folder.Read() is not { } state || state.MountPoint != path)
                continue;
            using SupervisorClient? client = SupervisorClient.Connect(folder);
            if (client?.Stop() is null)
                continue;
            client.WaitForEnd();
            return true;
        }
        return false;
    }

    /// <summary>
    /// Replaces the worker of a mount in use by another one: of the programs as they are installed now, or with another file system. Returns when the new one
    /// serves. Applications wait for some milliseconds and get no error.
    /// </summary>
    /// <param name="mountPoint">Where it is mounted.</param>
    /// <param name="with">The new file system; null: the same, loaded again.</param>
    /// <returns>The mount's state; null when no mount of this user is registered there.</returns>
    /// <exception cref="SupervisionException">It was refused, and the worker goes on as it was.</exception>
    public static MountStatus? Upgrade(string mountPoint, FileSystemSource? with)
    {
        return Ask(mountPoint, (client, state) => client.Upgrade(new WorkerChange
        {
            FileSystem = with?.Text,
            Arguments = with is null || with.Arguments.Count == 0 ? null : with.Arguments,
            Worker = MountLauncher.WorkerCommand(with ?? FileSystemSource.Parse(state.FileSystem), state.MountPoint),
        }));
    }

    /// <summary>What <see cref="Switch"/> would do. Changes nothing.</summary>
    /// <param name="mountPoint">Where it is mounted.</param>
    /// <param name="channel"><c>uring</c> or <c>fuse</c>.</param>
    /// <returns>The plan; null when no mount of this user is registered there.</returns>
    /// <exception cref="SupervisionException">The state directory can't be used.</exception>
    public static SwitchPlan? PlanSwitch(string mountPoint, string channel) =>
        Ask(mountPoint, (client, _) => client.Status()) is { } status ? SwitchPlan.Make(status.MountPoint, status.Channel, channel) : null;

    /// <summary>Moves a mount in use to another channel. Returns when requests come by it.</summary>
    /// <param name="mountPoint">Where it is mounted.</param>
    /// <param name="channel"><c>uring</c> or <c>fuse</c>.</param>
    /// <returns>The mount's state; null when no mount of this user is registered there.</returns>
    /// <exception cref="SupervisionException">It was refused, and the mount goes on as it was.</exception>
    public static MountStatus? Switch(string mountPoint, string channel) => Ask(mountPoint, (client, _) => client.Switch(channel));

    private static MountStatus? Ask(string mountPoint, Func<SupervisorClient, MountStatus, MountStatus?> ask)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(mountPoint));
        foreach (MountFolder folder in StateDirectory.Open().List())
        {
            if (folder.Read() is not { } state || state.MountPoint != path)
                continue;
            using SupervisorClient? client = SupervisorClient.Connect(folder);
            if (client is not null && ask(client, state) is { } answer)
                return answer;
        }
        return null;
    }

    /// <summary>The states as they were last written, without asking anybody.</summary>
    internal static IEnumerable<MountStatus> ReadStates() => StateDirectory.Open().List().Select(f => f.Read()).OfType<MountStatus>();

    /// <summary>The folder of a mount.</summary>
    internal static MountFolder FolderOf(string id) => new(Path.Combine(StateDirectory.Open().Mounts, id));

    private static void RemoveDead(MountFolder folder, Action<string> say)
    {
        if (folder.Read() is { } state)
        {
            // Only the very mount that it was: another may stand there by now.
            bool isLeft = MountTable.Find(state.MountPoint) is { IsFuse: true } entry && entry.DeviceMinor == state.Device && MountTable.IsStale(entry);
            if (isLeft)
                Mount.Detach(state.MountPoint);
            say($"The supervisor of {state.MountPoint} (pid {state.SupervisorPid}) has died. "
                + (isLeft ? "Its stale mount was taken away." : "What it left was removed."));
        }
        folder.Remove();
    }
}
