using System.CommandLine;
using System.CommandLine.Help;
using Zufs.Migrate.Output;
using Zufs.Migrate.Verbs;

namespace Zufs.Migrate;

/// <summary>All verbs, each in a class of its own under <c>Verbs/</c>.</summary>
internal static class CommandTree
{
    /// <summary>Builds the command line's grammar. Does no work.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Runs FUSE file systems on per-CPU channels, and shows what moving one there changes.")
        {
            CommonOptions.Verbose,
            CommonOptions.NoColor,
            DoctorVerb.Create(),
            RunVerb.Create(),
            CompareVerb.Create(),
            StatusVerb.Create(),
            StopVerb.Create(),
            UpgradeVerb.Create(),
            SwitchVerb.Create(),
            ServeVerb.Create(),
            CompletionsVerb.Create(),
        };
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case VersionOption:
                    option.Action = new VersionAction();
                    break;
                case HelpOption:
                    option.Action = new ExamplesHelpAction((HelpAction)option.Action!);
                    break;
            }
        }

        return root;
    }
}
