using System.CommandLine;
using Zufs.Migrate.Output;
using Zufs.Mounting;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>stop MOUNTPOINT</c>: ends a mount cleanly.</summary>
internal static class StopVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "Where it is mounted." };
        var verb = new Verb(
            "stop",
            "Unmounts a file system that run started; who has files open on it is served for 5 s more.",
            "zufs-migrate stop /mnt/x")
        {
            mountPoint,
        };
        verb.SetAction(result =>
        {
            var output = CommandOutput.For(result);
            string path = result.GetRequiredValue(mountPoint);
            if (MountRegistry.Stop(path))
            {
                output.Message($"{path} is unmounted.");
                return ExitCode.Success;
            }
            if (MountTable.Find(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is { IsFuse: true } other)
                output.Error($"{path} is a mount ({other.Type}), but none that Zufs runs for this user.", MountTable.RemovalCommand(other.MountPoint));
            else
                output.Error($"Nothing is mounted on {path}.", "zufs-migrate status");
            return ExitCode.Trouble;
        });
        return verb;
    }
}
