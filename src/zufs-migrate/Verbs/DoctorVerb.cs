using System.CommandLine;
using Spectre.Console;
using Zufs.Channels;
using Zufs.Migrate.Doctor;
using Zufs.Migrate.Output;

namespace Zufs.Migrate.Verbs;

/// <summary><c>doctor</c>: which channels this machine has, why the others are missing, and the command that would enable them.</summary>
internal static class DoctorVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var verb = new Verb(
            "doctor",
            "Says which channels are usable here, or why not and what would enable them. Exit code 0: one better than fuse is; 1: only fuse is; 2: none is.",
            "zufs-migrate doctor",
            "zufs-migrate doctor --json | jq .channel")
        {
            CommonOptions.Json,
        };
        verb.SetAction(result =>
        {
            var output = CommandOutput.For(result);
            var machine = new MachineInspector("/");
            var report = MachineReport.Create(ChannelProbes.All(), machine.Inspect(), machine.MayMountByProgram());
            if (output.IsJson)
                output.WriteJson(report);
            else
                Show(report, output);
            return report.ToExitCode();
        });
        return verb;
    }

    private static void Show(MachineReport report, CommandOutput output)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn("What").AddColumn("State").AddColumn(new TableColumn("Reason"));
        foreach (var channel in report.Channels)
            AddRow(table, $"channel {channel.Channel}", channel.Usable, channel.Reason);
        foreach (var check in report.Checks)
            AddRow(table, check.Name, check.Available, check.Reason);
        output.Console.Write(table);

        var remedies = report.Channels.Where(c => !c.Usable && c.Remedy is not null).Select(c => (Name: $"channel {c.Channel}", c.Remedy))
            .Concat(report.Checks.Where(c => !c.Available && c.Remedy is not null).Select(c => (c.Name, c.Remedy)))
            .ToList();
        if (remedies.Count > 0)
        {
            output.WriteLine("");
            output.WriteLine("To enable what is missing:");
            foreach (var (name, remedy) in remedies)
                output.WriteLine($"  {name}: {remedy}");
        }

        output.WriteLine("");
        output.WriteLine(report.Channel is null ? "No channel is usable." : $"--channel auto takes {report.Channel}.");
    }

    private static void AddRow(Table table, string name, bool good, string reason) =>
        table.AddRow(new Markup(Markup.Escape(name)), new Markup(good ? "[green]yes[/]" : "[yellow]no[/]"), new Markup(Markup.Escape(reason)));
}
