using System.CommandLine;
using Zufs.Migrate.Output;

namespace Zufs.Migrate.Verbs;

/// <summary><c>completions SHELL</c>: prints a script that asks the program itself for completions, so that it never goes stale.</summary>
internal static class CompletionsVerb
{
    private const string Bash =
        """
        _zufs_migrate() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _zufs_migrate zufs-migrate
        """;

    private const string Zsh =
        """
        #compdef zufs-migrate
        _zufs_migrate() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found || _files
        }
        compdef _zufs_migrate zufs-migrate
        """;

    private const string Fish =
        """
        function __zufs_migrate
            set -l line (commandline -cp)
            zufs-migrate "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c zufs-migrate -a '(__zufs_migrate)'
        """;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var verb = new Verb(
            "completions",
            "Prints a shell's completion script.",
            "zufs-migrate completions bash > /etc/bash_completion.d/zufs-migrate",
            "zufs-migrate completions zsh > \"${fpath[1]}/_zufs-migrate\"",
            "zufs-migrate completions fish > ~/.config/fish/completions/zufs-migrate.fish")
        {
            shell,
        };
        verb.SetAction(result =>
        {
            CommandOutput.For(result).WriteLine(result.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return ExitCode.Success;
        });
        return verb;
    }
}
