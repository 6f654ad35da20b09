using System.CommandLine;
using System.CommandLine.Invocation;
using Zufs.Migrate.Programs;

namespace Zufs.Migrate;

/// <summary>Parses, runs the verb, and makes one sentence and one exit code of whatever goes wrong.</summary>
internal static class CommandShell
{
    // ^C and SIGTERM cancel a verb's token; unmounting waits for requests in flight, so the default of 2 s is too short.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs one command line.</summary>
    /// <param name="root">The grammar.</param>
    /// <param name="arguments">The command line without the program's name.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand root, string[] arguments, TextWriter output, TextWriter error)
    {
        if (ProgramCommand.Parse(arguments) is { } program)
            return program.Start(error);
        // A file system's arguments may begin with '@': they are not names of response files.
        var result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
        {
            return ReportParseErrors(result, error);
        }

        try
        {
            return result.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTimeout,
            });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("zufs-migrate: interrupted.");
            return ExitCode.Trouble;
        }
        catch (Exception trouble)
        {
            return ReportTrouble(trouble, result.GetValue(CommonOptions.Verbose), error);
        }
    }

    private static int ReportParseErrors(ParseResult result, TextWriter error)
    {
        if (result.CommandResult.Command is RootCommand && result.UnmatchedTokens.Count > 0)
        {
            error.WriteLine($"zufs-migrate: there is no verb '{result.UnmatchedTokens[0]}'.");
        }
        else
        {
            foreach (var message in result.Errors.Select(e => e.Message).Distinct())
            {
                error.WriteLine($"zufs-migrate: {message}");
            }
        }

        error.WriteLine($"Try '{CommandPath(result)} --help'.");
        return ExitCode.Trouble;
    }

    private static int ReportTrouble(Exception trouble, bool verbose, TextWriter error)
    {
        if (verbose)
        {
            error.WriteLine($"zufs-migrate: {trouble}");
        }
        else
        {
            error.WriteLine($"zufs-migrate: {trouble.Message}");
            error.WriteLine("Run the same command with --verbose to see where this came from.");
        }

        return ExitCode.Trouble;
    }

    private static string CommandPath(ParseResult result)
    {
        var names = new List<string>();
        for (var command = result.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, command.Command is RootCommand ? "zufs-migrate" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
