using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Zufs.Migrate.Output;

/// <summary>What a verb says: results on stdout (tables for people or one JSON document), messages on stderr.</summary>
internal sealed class CommandOutput
{
    // Wide enough that a pipe or a log never breaks a sentence in the middle.
    private const int WidthWithoutTerminal = 200;

    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    private CommandOutput(TextWriter output, TextWriter error, bool json, bool verbose, bool colour, bool terminal)
    {
        _output = output;
        _error = error;
        IsJson = json;
        IsVerbose = verbose;
        IsTerminal = terminal;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        Console.Profile.Capabilities.Unicode = terminal && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!terminal)
        {
            Console.Profile.Width = WidthWithoutTerminal;
        }
    }

    /// <summary>Results for people. Not to be used when <see cref="IsJson"/>.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether the result shall be one JSON document.</summary>
    public bool IsJson { get; }

    /// <summary>Whether each step shall be said.</summary>
    public bool IsVerbose { get; }

    /// <summary>Whether stdout is a terminal: live lines make sense there only.</summary>
    public bool IsTerminal { get; }

    /// <summary>The output that a command line asks for.</summary>
    /// <param name="result">The parsed command line.</param>
    public static CommandOutput For(ParseResult result)
    {
        var configuration = result.InvocationConfiguration;
        var terminal = ReferenceEquals(configuration.Output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var colour = terminal && WantsColour(Environment.GetEnvironmentVariable) && !result.GetValue(CommonOptions.NoColor);
        var json = result.GetResult(CommonOptions.Json) is not null && result.GetValue(CommonOptions.Json);
        return new CommandOutput(configuration.Output, configuration.Error, json, result.GetValue(CommonOptions.Verbose), colour, terminal);
    }

    /// <summary>Whether the environment allows colour: https://no-color.org, and a terminal that isn't dumb.</summary>
    /// <param name="environment">Reads a variable.</param>
    public static bool WantsColour(Func<string, string?> environment) =>
        string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not "dumb";

    /// <summary>Prints the result as JSON: names in snake_case, as the README documents them.</summary>
    /// <param name="document">The result; its first member is the schema version.</param>
    public void WriteJson<T>(T document) => _output.WriteLine(JsonSerializer.Serialize(document, JsonFormat));

    /// <summary>Prints one line of the result as it is: no markup, no wrapping.</summary>
    public void WriteLine(string line) => _output.WriteLine(line);

    /// <summary>Says something to the person; not part of the result.</summary>
    public void Message(string sentence) => _error.WriteLine(sentence);

    /// <summary>Says something only when asked to say more.</summary>
    public void Detail(string sentence)
    {
        if (IsVerbose)
        {
            _error.WriteLine(sentence);
        }
    }

    /// <summary>Says what went wrong and, where there is one, the next command to try.</summary>
    /// <param name="sentence">The cause, with a full stop.</param>
    /// <param name="remedy">What to do; null when there is nothing to do.</param>
    public void Error(string sentence, string? remedy = null)
    {
        _error.WriteLine($"zufs-migrate: {sentence}");
        if (remedy is not null)
        {
            _error.WriteLine($"Try: {remedy}");
        }
    }
}
