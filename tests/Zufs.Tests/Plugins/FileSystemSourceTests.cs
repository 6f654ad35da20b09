using Xunit;
using Zufs.Plugins;

namespace Zufs.Tests.Plugins;

public sealed class FileSystemSourceTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-source-");

    private string Assembly => Path.Combine(_directory.FullName, "My Files#1.dll");

    public FileSystemSourceTests() => File.WriteAllText(Assembly, "");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Memory_is_built_in()
    {
        FileSystemSource source = FileSystemSource.Parse("memory");
        Assert.True(source.IsBuiltIn);
        Assert.Equal(("memory", "", "memory"), (source.Name, source.Options, source.Text));
    }

    [Fact]
    public void A_built_in_takes_options_behind_a_colon() => Assert.Equal("size=1G,x", FileSystemSource.Parse("memory:size=1G,x").Options);

    [Fact]
    public void A_built_in_takes_no_arguments() => Assert.Contains("memory:size=1G", Refused("memory", "--size"));

    [Theory]
    [InlineData("passthrough:/srv/x,data=copy", "/srv/x,data=copy")]
    [InlineData("passthrough:x", null)]
    public void A_directory_that_is_passed_through_is_absolute(string text, string? expected)
    {
        FileSystemSource source = FileSystemSource.Parse(text);
        expected ??= Path.Combine(Environment.CurrentDirectory, "x");
        Assert.Equal(("passthrough", expected, "passthrough:" + expected), (source.Name, source.Options, source.Text));
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("passthrough:")]
    public void A_directory_to_pass_through_must_be_named(string text) => Assert.Contains("passthrough:DIR", Refused(text));

    [Fact]
    public void An_assembly_is_named_by_its_absolute_path()
    {
        FileSystemSource source = FileSystemSource.Parse(Path.GetRelativePath(Environment.CurrentDirectory, Assembly), ["a", ""]);
        Assert.Equal((Assembly, Assembly, null), (source.Text, source.AssemblyPath, source.TypeName));
        Assert.Equal(["a", ""], source.Arguments);
        Assert.Equal("MyFiles1", source.Name);
    }

    [Fact]
    public void A_type_stands_behind_the_last_mark()
    {
        FileSystemSource source = FileSystemSource.Parse(Assembly + "#Ns.Type");
        Assert.Equal((Assembly, "Ns.Type"), (source.AssemblyPath, source.TypeName));
        Assert.Equal(source, FileSystemSource.Parse(source.Text), (a, b) => a!.AssemblyPath == b!.AssemblyPath && a.TypeName == b.TypeName);
    }

    [Fact]
    public void A_missing_type_name_is_refused() => Assert.Contains("TYPE", Refused(Assembly + "#"));

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("no file /nowhere/x.dll", Refused("/nowhere/x.dll#T"));

    [Fact]
    public void A_word_that_is_neither_gets_both_answers()
    {
        string message = Refused("memroy");
        Assert.Contains("“memory”", message);
        Assert.Contains("./memroy.dll", message);
    }

    [Fact]
    public void A_directory_is_no_file_system() => Assert.Contains("is a directory", Refused(_directory.FullName));

    [Fact]
    public void Nothing_is_no_file_system() => Refused("");

    private static string Refused(string text, params string[] arguments) =>
        Assert.Throws<PluginException>(() => FileSystemSource.Parse(text, arguments)).Message;
}
