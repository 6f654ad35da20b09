using System.CommandLine;

namespace Zufs.Migrate;

/// <summary>Options that mean the same wherever they appear.</summary>
internal static class CommonOptions
{
    /// <summary>Shows where trouble came from, and what is done step by step. Valid for every verb.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Say more on stderr: each step, and where trouble came from.", Recursive = true };

    /// <summary>Never colours. Valid for every verb.</summary>
    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "No colour (also by NO_COLOR, TERM=dumb, or when stdout is no terminal).", Recursive = true };

    /// <summary>Results for machines. Each verb that has results adds it.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as one JSON document with a schema_version." };
}
