using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Zufs.Migrate.Verbs;

namespace Zufs.Migrate.Output;

/// <summary>System.CommandLine's help with the verb's examples in front of the grammar: people read these first.</summary>
internal sealed class ExamplesHelpAction(HelpAction inner) : SynchronousCommandLineAction
{
    private static readonly string[] RootExamples =
    [
        "zufs-migrate doctor",
        "zufs-migrate run memory /mnt/x",
        "zufs-migrate compare ./MyFileSystem.dll --channels fuse,uring",
    ];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var examples = parseResult.CommandResult.Command switch
        {
            Verb verb => verb.Examples,
            RootCommand => RootExamples,
            _ => [],
        };
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return inner.Invoke(parseResult);
    }
}
