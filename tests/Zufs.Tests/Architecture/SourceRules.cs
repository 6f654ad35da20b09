using System.Text.RegularExpressions;
using Xunit;

namespace Zufs.Tests.Architecture;

/// <summary>Rules that are about the text: where dangerous words may stand, how long files may be, what names are not used.</summary>
public partial class SourceRules
{
    private const int MaxLines = 400;

    private static readonly string[] s_unsafeFolders =
    [
        "src/Zufs.Core/Channels/", "src/Zufs.Core/Protocol/", "src/Zufs.Core/Interop/", "src/Zufs.Core/Arenas/", "src/Zufs.Conformance/Interop/",
        "src/Zufs.FuseShim/Paths/", "src/Zufs.FuseShim/TmdsFuse/", "src/Zufs.FuseShim/TmdsLibC/",
        // The C ABI that programs of libfuse call by way of the veneer.
        "src/Zufs.FuseShim/LibFuse/Engine/",
    ];

    // Tables of constants that are one thing and read by nobody from top to bottom.
    // The guest's C programs are one file each, so that they can be read and run alone.
    private static readonly string[] s_longTables = ["src/Zufs.Core/FileSystems/Errno.cs", "compat-tests/vm/guest/zufs-module.c", "compat-tests/vm/guest/zufs_server.h"];

    private static IReadOnlyList<SourceFile> CSharp { get; } = SourceTree.Files(".cs");

    private static IEnumerable<SourceFile> Product => CSharp.Where(f => f.Path.StartsWith("src/", StringComparison.Ordinal));

    [Fact]
    public void The_tree_is_found() => Assert.Contains(CSharp, f => f.Path == "src/Zufs.Core/Channels/Channel.cs");

    [Fact]
    public void Unsafe_code_stands_in_the_folders_that_are_for_it() =>
        AssertNone(Find(Product.Where(f => !s_unsafeFolders.Any(s => f.Path.StartsWith(s, StringComparison.Ordinal))), UnsafeWord()));

    [Fact]
    public void Unsafe_code_says_why_it_is_safe() =>
        AssertNone(Product.Where(f => f.Code().Any(c => UnsafeBody().IsMatch(c.Code))).SelectMany(WithoutReason));

    [Fact]
    public void Native_calls_are_declared_in_Interop() =>
        AssertNone(Find(
            Product.Where(f => !f.Path.Contains("/Interop/", StringComparison.Ordinal) && !f.Path.StartsWith("src/Zufs.FuseShim/TmdsLibC/", StringComparison.Ordinal)),
            NativeImport()));

    [Fact]
    public void No_file_is_longer_than_a_person_reads() =>
        AssertNone(SourceTree.Files(".cs", ".c", ".h", ".sh").Where(f => f.Lines.Length > MaxLines && !s_longTables.Contains(f.Path))
            .Select(f => $"{f.Path}: {f.Lines.Length} lines"));

    [Fact]
    public void No_type_is_named_for_nothing() =>
        AssertNone(Find(CSharp, NamelessType()));

    [Fact]
    public void Nothing_is_left_for_later()
    {
        // Written apart, so that this file isn't found.
        var words = new Regex(@"\b(" + string.Join('|', "TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X") + @")\b|NotImplemented" + "Exception");
        AssertNone(SourceTree.Files(".cs", ".c", ".h", ".sh", ".csproj").SelectMany(f =>
            f.Lines.Select((line, i) => (line, i)).Where(l => words.IsMatch(l.line)).Select(l => $"{f.Path}:{l.i + 1}: {l.line.Trim()}")));
    }

    [Fact]
    public void No_test_is_skipped_by_an_attribute() =>
        AssertNone(Find(CSharp.Where(f => f.Path.Contains("tests/", StringComparison.Ordinal)), SkippedTest()));

    [Fact]
    public void A_file_of_the_core_is_in_the_folder_of_its_namespace()
    {
        var wrong = new List<string>();
        foreach (var file in Product.Where(f => f.Path.StartsWith("src/Zufs.Core/", StringComparison.Ordinal)))
        {
            var line = file.Lines.FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            var folders = file.Path.Split('/')[2..^1];
            // A channel's own folder is no namespace: all channels are Zufs.Channels.
            var expected = folders is ["Channels", ..] ? "Zufs.Channels" : string.Join('.', folders.Prepend("Zufs"));
            if (line is not null && line != $"namespace {expected};")
                wrong.Add($"{file.Path}: {line}");
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Only_tests_and_the_programs_that_adapt_a_front_end_see_internals()
    {
        // The frozen surface of Tmds.Fuse has no public adapter, so the program that hosts it may look inside.
        string[] allowed = ["Zufs.Core -> Zufs.Tests", "Zufs.Core -> Zufs.CompatTests"];
        var wrong = SourceTree.Files(".csproj")
            .Where(f => f.Path == "src/Zufs.Core/Zufs.Core.csproj")
            .SelectMany(f => f.Lines.Select(l => FriendAssembly().Match(l)).Where(m => m.Success)
                .Select(m => $"{Path.GetFileNameWithoutExtension(f.Path)} -> {m.Groups[1].Value}"))
            .Except(allowed);
        AssertNone(wrong);
    }

    /// <summary>Fails with everything that was found, one a line.</summary>
    internal static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all.Prepend($"{all.Count} found:")));
    }

    private static IEnumerable<string> Find(IEnumerable<SourceFile> files, Regex word) =>
        files.SelectMany(f => f.Code().Where(c => word.IsMatch(c.Code)).Select(c => $"{f.Path}:{c.Number}: {c.Code.Trim()}"));

    // Near: in the comment above, or in the first lines of the body.
    private static IEnumerable<string> WithoutReason(SourceFile file) =>
        file.Code().Where(c => UnsafeBody().IsMatch(c.Code) && !UnsafeImport().IsMatch(c.Code))
            .Where(c => !file.Lines.Skip(Math.Max(0, c.Number - 8)).Take(24).Any(l => l.Contains("SAFETY:", StringComparison.Ordinal)))
            .Select(c => $"{file.Path}:{c.Number}: {c.Code.Trim()}");

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeWord();

    // A method or a block; a type that is unsafe as a whole says so at its methods.
    [GeneratedRegex(@"\bunsafe\b(?!.*\b(class|struct|interface|record|delegate)\b)")]
    private static partial Regex UnsafeBody();

    [GeneratedRegex(@"\bunsafe\b.*\b(partial|extern)\b.*;")]
    private static partial Regex UnsafeImport();

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\b")]
    private static partial Regex NativeImport();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+\w*(Utils?|Manager|Helpers?)\b")]
    private static partial Regex NamelessType();

    [GeneratedRegex(@"\b(Fact|Theory)\s*\(.*\bSkip\s*=")]
    private static partial Regex SkippedTest();

    [GeneratedRegex("InternalsVisibleTo Include=\"([^\"]+)\"")]
    private static partial Regex FriendAssembly();
}
