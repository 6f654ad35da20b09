using System.CommandLine;
using Zufs.Migrate.Output;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>upgrade MOUNTPOINT</c>: another worker takes a mount in use over.</summary>
internal static class UpgradeVerb
{
    private const int SchemaVersion = 1;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "Where it is mounted." };
        var arguments = new Argument<string[]>("ARGUMENT") { Description = "What the new file system's constructor gets; behind --. Default: as before.", Arity = ArgumentArity.ZeroOrMore };
        var with = new Option<string?>("--with") { Description = "The new version of the file system's assembly. Default: the same one, loaded again.", HelpName = "FS" };
        var verb = new Verb(
            "upgrade",
            "Replaces the program that serves a mount, or its file system, while it is in use: applications wait some milliseconds and get no error. "
                + "When the new one can't be loaded, the old one goes on.",
            "zufs-migrate upgrade /mnt/x",
            "zufs-migrate upgrade /mnt/x --with ./MyFileSystem.v2.dll")
        {
            mountPoint, arguments, with, CommonOptions.Json,
        };
        verb.SetAction(result =>
        {
            var output = CommandOutput.For(result);
            string path = result.GetRequiredValue(mountPoint);
            try
            {
                FileSystemSource? source = result.GetValue(with) is { } text ? FileSystemSource.Parse(text, result.GetValue(arguments)) : null;
                if (MountRegistry.Upgrade(path, source) is not { } status)
                {
                    output.Error($"{path} is no mount that Zufs runs for this user.", "zufs-migrate status");
                    return ExitCode.Trouble;
                }
                if (output.IsJson)
                    output.WriteJson(new UpgradeReport(SchemaVersion, status.MountPoint, status.FileSystem, status.Channel, status.WorkerPid, status.Upgrades));
                else
                    output.WriteLine($"{status.MountPoint} is served by worker {status.WorkerPid} now: {status.FileSystem}, channel {status.Channel}.");
                return ExitCode.Success;
            }
            catch (Exception e) when (e is SupervisionException or PluginException)
            {
                output.Error(e.Message);
                return ExitCode.Trouble;
            }
        });
        return verb;
    }

    /// <summary>The document of <c>upgrade --json</c>.</summary>
    private sealed record UpgradeReport(int SchemaVersion, string Mountpoint, string FileSystem, string Channel, int WorkerPid, int Upgrades);
}
