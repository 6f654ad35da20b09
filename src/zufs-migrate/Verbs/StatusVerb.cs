using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Zufs.Migrate.Output;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>status</c>: the mounts of this user.</summary>
internal static class StatusVerb
{
    private const int SchemaVersion = 1;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var verb = new Verb(
            "status",
            "Lists the mounts of this user that Zufs runs, and removes what supervisors that died left behind.",
            "zufs-migrate status",
            "zufs-migrate status --json | jq -r .mounts[].mountpoint")
        {
            CommonOptions.Json,
        };
        verb.SetAction(result =>
        {
            var output = CommandOutput.For(result);
            IReadOnlyList<MountStatus> mounts = MountRegistry.List(output.Message);
            if (output.IsJson)
                output.WriteJson(new StatusReport(SchemaVersion, [.. mounts.Select(MountRow.Of)]));
            else
                Show(mounts, output);
            return ExitCode.Success;
        });
        return verb;
    }

    private static void Show(IReadOnlyList<MountStatus> mounts, CommandOutput output)
    {
        if (mounts.Count == 0)
        {
            output.Message("Nothing is mounted. Mount a file system with: zufs-migrate run memory MOUNTPOINT");
            return;
        }
        var table = new Table { Border = TableBorder.None };
        table.AddColumns("MOUNTPOINT", "FILE SYSTEM", "CHANNEL", "STATE", "RECOVERY", "RESTARTS", "WORKER", "SUPERVISOR", "OPERATIONS", "ERRORS");
        foreach (MountStatus mount in mounts)
        {
            table.AddRow([.. new[]
            {
                mount.MountPoint, mount.FileSystem, mount.Channel, mount.State, mount.Recovery, Restarts(mount), Number(mount.WorkerPid), Number(mount.SupervisorPid),
                Number(mount.Operations), Number(mount.Errors),
            }.Select(Markup.Escape)]);
        }
        output.Console.Write(table);
    }

    // On a ring a death can cost requests; how many at most is known.
    private static string Restarts(MountStatus mount) =>
        Number(mount.Restarts) + (mount.LostRingEntries > 0 ? $" (at most {Number(mount.LostRingEntries)} ECANCELED)" : "");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The document of <c>status --json</c>.</summary>
    private sealed record StatusReport(int SchemaVersion, IReadOnlyList<MountRow> Mounts);

    private sealed record MountRow(
        string Mountpoint, string FileSystem, string Channel, int WorkerPid, int SupervisorPid, string State, string Recovery, string Promise, int Restarts, int Upgrades,
        long LostRingEntries, long Operations, long Errors)
    {
        public static MountRow Of(MountStatus s) =>
            new(s.MountPoint, s.FileSystem, s.Channel, s.WorkerPid, s.SupervisorPid, s.State, s.Recovery, s.Promise, s.Restarts, s.Upgrades, s.LostRingEntries, s.Operations, s.Errors);
    }
}
