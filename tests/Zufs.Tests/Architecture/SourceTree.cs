using System.Reflection;

namespace Zufs.Tests.Architecture;

/// <summary>The repository's own files, found by what the build wrote into this assembly.</summary>
internal static class SourceTree
{
    private static readonly string[] s_top = ["src", "tests", "compat-tests", "samples", "bench"];
    private static readonly string[] s_skipped = ["bin", "obj", "TestResults", "artifacts"];

    /// <summary>The repository's root folder.</summary>
    public static string Root { get; } = typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Every file of ours that ends so, by its path from the root.</summary>
    public static IReadOnlyList<SourceFile> Files(params string[] extensions) =>
        [.. s_top.Select(t => Path.Combine(Root, t)).Where(Directory.Exists).SelectMany(Walk)
            .Where(p => extensions.Contains(Path.GetExtension(p)))
            .Select(p => new SourceFile(Path.GetRelativePath(Root, p), File.ReadAllLines(p)))
            .OrderBy(f => f.Path, StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(d => !s_skipped.Contains(Path.GetFileName(d))).SelectMany(Walk));
}

/// <summary>One file.</summary>
/// <param name="Path">From the repository's root, with slashes.</param>
/// <param name="Lines">Its text.</param>
internal sealed record SourceFile(string Path, string[] Lines)
{
    /// <summary>The lines without comments and string literals, for looking for words of the language.</summary>
    public IEnumerable<(int Number, string Code)> Code()
    {
        var inRaw = false;
        for (var i = 0; i < Lines.Length; i++)
        {
            var line = Lines[i];
            var quotes = line.Split("\"\"\"").Length - 1;
            if (inRaw || quotes % 2 == 1)
            {
                inRaw ^= quotes % 2 == 1;
                continue;
            }

            yield return (i + 1, StripComment(System.Text.RegularExpressions.Regex.Replace(line, "\"(\\\\.|[^\"\\\\])*\"", "\"\"")));
        }
    }

    private static string StripComment(string line)
    {
        var at = line.IndexOf("//", StringComparison.Ordinal);
        return at < 0 ? line : line[..at];
    }
}
