using System.CommandLine;

namespace Zufs.Migrate.Verbs;

/// <summary>A command with examples; <c>--help</c> shows them first.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines that work as they are.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
