using System.Text.RegularExpressions;
using Xunit;
using Zufs.Migrate;

namespace Zufs.Tests.Architecture;

/// <summary>What the pages say must be so.</summary>
public partial class DocumentationTests
{
    private static IReadOnlyList<string> Pages { get; } =
        [.. Directory.GetFiles(SourceTree.Root, "*.md").Concat(Directory.GetFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories)).Append(Path.Combine(SourceTree.Root, "kernel", "README.md"))];

    [Fact]
    public void The_readmes_file_system_is_the_samples()
    {
        var sample = File.ReadAllText(Path.Combine(SourceTree.Root, "samples/hello/Hello.cs")).TrimEnd();
        Assert.Contains($"```csharp\n{sample}\n```", File.ReadAllText(Path.Combine(SourceTree.Root, "README.md")));
        Assert.True(sample.Split('\n').Length <= 42, "The README promises a file system in 40 lines.");
    }

    [Fact]
    public void Every_link_between_pages_leads_somewhere() =>
        SourceRules.AssertNone(
            from page in Pages
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Path.GetRelativePath(SourceTree.Root, page)}: {target}");

    [Fact]
    public void Every_path_that_a_page_names_exists() =>
        SourceRules.AssertNone(
            from page in Pages
            from Match path in NamedPath().Matches(File.ReadAllText(page))
            where !Exists(path.Groups[1].Value)
            select $"{Path.GetRelativePath(SourceTree.Root, page)}: {path.Groups[1].Value}");

    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        var tests = SourceTree.Files(".cs").Where(f => f.Path.Contains("tests/", StringComparison.Ordinal)).SelectMany(f => f.Lines).ToList();
        var named = File.ReadLines(Path.Combine(SourceTree.Root, "docs/security.md"))
            .Select(l => ClaimRow().Match(l)).Where(m => m.Success).SelectMany(m => TestName().Matches(m.Groups[1].Value).Select(t => t.Groups[1].Value)).ToList();
        Assert.NotEmpty(named);
        SourceRules.AssertNone(named.Where(n => !tests.Exists(l => Regex.IsMatch(l, $@"\b(class|void|Task) {n}\b"))));
    }

    [Fact]
    public void The_readme_has_every_verb_and_no_other()
    {
        var section = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md")).Split("## zufs-migrate")[1].Split("\n## ")[0];
        var described = VerbRow().Matches(section).Select(m => m.Groups[1].Value).Distinct().Order();
        Assert.Equal(CommandTree.Create().Subcommands.Where(v => !v.Hidden).Select(v => v.Name).Order(), described);
    }

    [Fact]
    public void Every_target_of_the_makefile_is_in_its_help()
    {
        var makefile = File.ReadAllText(Path.Combine(SourceTree.Root, "Makefile"));
        var phony = makefile.Split('\n').Single(l => l.StartsWith(".PHONY:", StringComparison.Ordinal)).Split(' ')[1..];
        Assert.Equal(phony.Order(), TargetWithHelp().Matches(makefile).Select(m => m.Groups[1].Value).Order());
    }

    // A page may name a family of files: 'Wire.*.cs'.
    private static bool Exists(string path)
    {
        var full = Path.Combine(SourceTree.Root, path);
        return path.Contains('*')
            ? Directory.Exists(Path.GetDirectoryName(full)) && Directory.EnumerateFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full)).Any()
            : Path.Exists(full);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|compat-tests|samples|scripts|docs|bench)/[^`\s]+)`")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"^\| .* \| (`.*`) \|$")]
    private static partial Regex ClaimRow();

    [GeneratedRegex("`(?:[A-Za-z]+\\.)?([A-Za-z_0-9]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| `([a-z]+)[ `]", RegexOptions.Multiline)]
    private static partial Regex VerbRow();

    [GeneratedRegex("^([a-z-]+):.*## ", RegexOptions.Multiline)]
    private static partial Regex TargetWithHelp();
}
