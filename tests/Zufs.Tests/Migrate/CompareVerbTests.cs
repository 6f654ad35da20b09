using System.Text.Json;
using Xunit;
using Zufs.Migrate;
using Zufs.Migrate.Compare;

namespace Zufs.Tests.Migrate;

/// <summary>Two directories of one disk are as good as two mounts here: what is tested is the verb.</summary>
public sealed class CompareVerbTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("zufs-compare-test-");
    private readonly string _a, _b;

    public CompareVerbTests()
    {
        _a = _root.CreateSubdirectory("a").FullName;
        _b = _root.CreateSubdirectory("b").FullName;
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandShell.Run(CommandTree.Create(), ["compare", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public void Two_mounts_that_behave_the_same_exit_0_and_stay_as_they_were()
    {
        var (code, output, error) = Run(_a, _b, "--only", "create", "--only", "rename");
        Assert.Equal(0, code);
        Assert.Contains("Checks: 2 run, 2 same, 0 different.", output);
        Assert.Contains("Checks done", error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_a));
    }

    [Fact]
    public void A_difference_exits_1_with_the_command_that_shows_it_again()
    {
        File.WriteAllText(Path.Combine(_a, "f"), "one");
        File.WriteAllText(Path.Combine(_b, "f"), "other");
        var (code, output, _) = Run(_a, _b, "--read-only", "--only", "look-data");
        Assert.Equal(1, code);
        Assert.Contains("data of ./f", output);
        Assert.Contains($"$ zufs-migrate compare {_a} --read-only --only look-data -- {_b}", output);
    }

    [Fact]
    public void Read_only_changes_nothing_and_leaves_the_tree_out()
    {
        foreach (string side in (string[])[_a, _b]) File.WriteAllBytes(Path.Combine(side, "f"), new byte[5000]);
        DateTime before = Directory.GetLastWriteTimeUtc(_a);
        var (code, output, _) = Run(_a, _b, "--read-only", "--quick", "--json", "--only", "look-root", "--only", "create");
        Assert.Equal(0, code);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(output).RootElement.GetProperty("tree").ValueKind);
        Assert.Equal(before, Directory.GetLastWriteTimeUtc(_a));
    }

    [Fact]
    public void Json_has_the_documented_members()
    {
        string source = _root.CreateSubdirectory("source").FullName;
        File.WriteAllText(Path.Combine(source, "f"), "12345");
        var (code, output, _) = Run(_a, _b, "--only", "create", "--only", "tree", "--source", source, "--json");
        Assert.Equal(0, code);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, result.GetProperty("schema_version").GetInt32());
        Assert.Equal(2, result.GetProperty("channels").GetArrayLength());
        var checks = result.GetProperty("checks");
        Assert.Equal((1, 1, 0), (checks.GetProperty("total").GetInt32(), checks.GetProperty("same").GetInt32(), checks.GetProperty("different").GetArrayLength()));
        var tree = result.GetProperty("tree");
        Assert.Equal((1, 5, true), (tree.GetProperty("files").GetInt32(), tree.GetProperty("bytes").GetInt32(), tree.GetProperty("same").GetBoolean()));
        Assert.Equal(0, result.GetProperty("latency").GetArrayLength());
    }

    [Fact]
    public void Speed_has_a_row_for_each_operation_thread_count_and_side()
    {
        var (code, output, _) = Run(_a, _b, "--only", "speed", "--quick", "--json");
        Assert.Equal(0, code);
        var rows = JsonDocument.Parse(output).RootElement.GetProperty("latency").EnumerateArray().ToList();
        foreach (string operation in (string[])["fstat", "stat", "open_close", "create_unlink", "readdir"])
            Assert.Equal(6, rows.Count(r => r.GetProperty("operation").GetString() == operation));
        Assert.Equal(18, rows.Count(r => r.GetProperty("operation").GetString() == "pwrite_buffered"));
        Assert.All(rows, r => Assert.True(r.GetProperty("p50_us").GetDouble() > 0 && r.GetProperty("ops_per_s").GetDouble() > 0));
        Assert.All(rows, r => Assert.True(r.GetProperty("p99_us").GetDouble() >= r.GetProperty("p50_us").GetDouble()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_b));
    }

    [Fact]
    public void The_list_has_every_check_with_its_sentence()
    {
        var (code, output, _) = Run("--list");
        Assert.Equal(0, code);
        Assert.True(output.Split('\n').Length > 80);
        Assert.Contains("rename-exchange", output);
    }

    [Theory]
    [InlineData("There is no check", "A", "B", "--only", "no-such-check")]
    [InlineData("name the one to compare it with", "A")]
    [InlineData("Name two mounts", "A", "A")]
    [InlineData("is no built-in file system", "no-such-file-system")]
    [InlineData("There is no directory", "A", "A/no")]
    [InlineData("--channels", "A", "B", "--channels", "fuse,uring")]
    [InlineData("takes two names", "memory", "--channels", "fuse")]
    [InlineData("no {mountpoint}", "A", "--reference", "true")]
    [InlineData("mounted nothing", "A", "--reference", "false {mountpoint}")]
    [InlineData("is not empty", "memory", "--scratch", "ROOT")]
    [InlineData("above 0", "A", "B", "--tree-limit", "0")]
    [InlineData("no directory /no/such", "A", "B", "--only", "tree", "--source", "/no/such")]
    public void What_can_not_be_compared_exits_2_with_a_sentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = Run([.. arguments.Select(Place)]);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(sentence, error);
    }

    [Fact]
    public void A_scratch_directory_in_use_is_refused_and_free_again_after()
    {
        string scratch = _root.CreateSubdirectory("scratch").FullName;
        using (var taken = ScratchSpace.Take(scratch))
        {
            taken.Make("mount-1");
            Assert.Contains("in use", Assert.Throws<CompareException>(() => ScratchSpace.Take(scratch)).Message);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        ScratchSpace.Take(scratch).Dispose();
    }

    [Fact]
    public void The_command_that_reproduces_is_quoted_for_a_shell()
    {
        var request = new CompareRequest { First = "my fs.dll", Reference = "it's {mountpoint}", Rest = ["{backing}"] };
        Assert.Equal("zufs-migrate compare 'my fs.dll' --reference 'it'\\''s {mountpoint}' --only create -- '{backing}'", request.Reproduce("create"));
    }

    private string Place(string argument) => argument switch
    {
        "A" => _a,
        "B" => _b,
        "A/no" => _a + "/no",
        "ROOT" => _root.FullName,
        _ => argument,
    };
}
