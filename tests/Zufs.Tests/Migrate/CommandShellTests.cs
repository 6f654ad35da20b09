using System.CommandLine;
using Xunit;
using Zufs.Migrate;

namespace Zufs.Tests.Migrate;

public class CommandShellTests
{
    private static (int Code, string Output, string Error) Run(RootCommand root, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandShell.Run(root, arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) => Run(CommandTree.Create(), arguments);

    private static RootCommand With(Action<ParseResult> action)
    {
        var command = new Command("act");
        command.SetAction(action);
        return new RootCommand { CommonOptions.Verbose, command };
    }

    [Fact]
    public void An_unknown_verb_exits_2_with_its_name_on_stderr()
    {
        var (code, output, error) = Run("frobnicate", "--hard");
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("there is no verb 'frobnicate'", error);
        Assert.Contains("zufs-migrate --help", error);
    }

    [Fact]
    public void No_verb_at_all_exits_2_and_names_help()
    {
        var (code, output, error) = Run();
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("--help", error);
    }

    [Fact]
    public void A_bad_argument_exits_2_and_names_the_verbs_help()
    {
        var (code, output, error) = Run("completions", "tcsh");
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("'tcsh'", error);
        Assert.Contains("'zufs-migrate completions --help'", error);
    }

    [Fact]
    public void An_exception_becomes_one_sentence_and_a_hint()
    {
        var (code, output, error) = Run(With(_ => throw new InvalidOperationException("The moon is full.")), "act");
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("zufs-migrate: The moon is full.", error);
        Assert.Contains("--verbose", error);
        Assert.DoesNotContain(" at ", error);
    }

    [Fact]
    public void With_verbose_an_exception_shows_where_it_came_from()
    {
        var (code, _, error) = Run(With(_ => throw new InvalidOperationException("The moon is full.")), "act", "--verbose");
        Assert.Equal(2, code);
        Assert.Contains(nameof(InvalidOperationException), error);
        Assert.Contains(nameof(With_verbose_an_exception_shows_where_it_came_from), error);
    }

    [Fact]
    public void Help_of_every_verb_shows_examples_first_and_exits_0()
    {
        foreach (var verb in CommandTree.Create().Subcommands.Where(v => !v.Hidden))
        {
            var (code, output, error) = Run(verb.Name, "--help");
            Assert.Equal(0, code);
            Assert.Empty(error);
            Assert.StartsWith($"Examples:{Environment.NewLine}  zufs-migrate {verb.Name}", output);
        }
    }

    [Fact]
    public void The_version_names_the_protocol_and_the_channels()
    {
        var (code, output, _) = Run("--version");
        Assert.Equal(0, code);
        Assert.Contains("FUSE protocol 7.45", output);
        Assert.Contains("channels usable here: ", output);
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef zufs-migrate")]
    [InlineData("fish", "complete -c zufs-migrate")]
    public void Completions_are_a_script_that_asks_the_program(string shell, string registration)
    {
        var (code, output, _) = Run("completions", shell);
        Assert.Equal(0, code);
        Assert.Contains(registration, output);
        Assert.Contains("[suggest:", output);
    }

    [Fact]
    public void The_program_suggests_its_verbs()
    {
        var (code, output, _) = Run("[suggest:14]", "zufs-migrate d");
        Assert.Equal(0, code);
        Assert.Contains("doctor", output.Split(Environment.NewLine));
    }
}
