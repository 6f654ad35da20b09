using System.CommandLine;
using Zufs.Migrate.Output;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>switch MOUNTPOINT --channel NAME</c>: another channel for a mount in use.</summary>
internal static class SwitchVerb
{
    private const int SchemaVersion = 1;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "Where it is mounted." };
        var channel = new Option<string>("--channel") { Description = "uring or fuse.", HelpName = "NAME", Required = true };
        channel.CompletionSources.Add("uring", "fuse");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done, and what happens to open files." };
        var verb = new Verb(
            "switch",
            "Moves a mount in use to another channel, without remounting where the kernel allows it: from fuse to uring. Says what it does to open files.",
            "zufs-migrate switch /mnt/x --channel uring --dry-run",
            "zufs-migrate switch /mnt/x --channel uring")
        {
            mountPoint, channel, dryRun, CommonOptions.Json,
        };
        verb.SetAction(result =>
        {
            var output = CommandOutput.For(result);
            string path = result.GetRequiredValue(mountPoint);
            try
            {
                string to = ChannelChoice.Resolve(result.GetRequiredValue(channel));
                if (MountRegistry.PlanSwitch(path, to) is not { } plan)
                {
                    output.Error($"{path} is no mount that Zufs runs for this user.", "zufs-migrate status");
                    return ExitCode.Trouble;
                }
                bool isDry = result.GetValue(dryRun);
                if (!isDry && plan.IsPossible)
                    MountRegistry.Switch(path, to);
                bool isDone = !isDry && plan.IsPossible && !plan.IsNothing;
                if (output.IsJson)
                    output.WriteJson(new SwitchReport(SchemaVersion, plan.MountPoint, plan.From, plan.To, plan.IsPossible, isDone, plan.Effect));
                else
                    Tell(plan, isDry, output);
                return plan.IsPossible ? ExitCode.Success : ExitCode.Trouble;
            }
            catch (SupervisionException e)
            {
                output.Error(e.Message);
                return ExitCode.Trouble;
            }
        });
        return verb;
    }

    private static void Tell(SwitchPlan plan, bool isDry, CommandOutput output)
    {
        if (!plan.IsPossible)
            output.Error(plan.Effect);
        else if (isDry || plan.IsNothing)
            output.WriteLine($"{plan.MountPoint}, {plan.From} to {plan.To}: {plan.Effect}");
        else
            output.WriteLine($"{plan.MountPoint} is on {plan.To} now.");
    }

    /// <summary>The document of <c>switch --json</c>.</summary>
    private sealed record SwitchReport(int SchemaVersion, string Mountpoint, string From, string To, bool Possible, bool Done, string Effect);
}
