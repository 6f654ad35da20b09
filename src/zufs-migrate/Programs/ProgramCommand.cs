using System.Collections;
using Zufs.Migrate.Interop;
using Zufs.Supervision;

namespace Zufs.Migrate.Programs;

/// <summary>
/// <c>run [--channel NAME] -- COMMAND …</c>: starts a program of libfuse, unmodified, on our library in place of its own. Told apart from
/// <c>run FS MOUNTPOINT -- ARGUMENT …</c> by what stands before the first <c>--</c>: options only.
/// </summary>
/// <param name="Channel">The channel's name; null when it wasn't given.</param>
/// <param name="Command">The program and its arguments, as they were.</param>
internal sealed record ProgramCommand(string? Channel, IReadOnlyList<string> Command)
{
    private const string PathVariable = "LD_LIBRARY_PATH";

    /// <summary>Splits a command line; null when it isn't of this kind.</summary>
    /// <param name="arguments">The command line without the program's name.</param>
    public static ProgramCommand? Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0] != "run")
            return null;
        string? channel = null;
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
                return i + 1 < arguments.Count ? new ProgramCommand(channel, [.. arguments.Skip(i + 1)]) : null;
            if (argument == "--channel" && i + 1 < arguments.Count)
                channel = arguments[++i];
            else if (argument.StartsWith("--channel=", StringComparison.Ordinal))
                channel = argument["--channel=".Length..];
            else if (argument is not ("--verbose" or "--no-color"))
                return null;
        }
        return null;
    }

    /// <summary>Becomes the program. Returns only when that isn't possible.</summary>
    /// <param name="error">Where the reason goes.</param>
    public int Start(TextWriter error)
    {
        try
        {
            string trouble = Exec.Replace(Command, Environment(ChannelChoice.Resolve(Channel), FindLibrary()));
            error.WriteLine($"zufs-migrate: “{Command[0]}” can't be started: {trouble}.");
        }
        catch (SupervisionException e)
        {
            error.WriteLine($"zufs-migrate: {e.Message}");
        }
        return ExitCode.Trouble;
    }

    /// <summary>The program's environment: this process's, with library and channel.</summary>
    internal static IEnumerable<string> Environment(string channel, string library)
    {
        string? path = System.Environment.GetEnvironmentVariable(PathVariable);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            if (variable.Key is not (PathVariable or ChannelChoice.Variable))
                yield return $"{variable.Key}={variable.Value}";
        }
        yield return $"{PathVariable}={library}{(string.IsNullOrEmpty(path) ? "" : ":" + path)}";
        yield return $"{ChannelChoice.Variable}={channel}";
    }

    private static string FindLibrary()
    {
        string? chosen = System.Environment.GetEnvironmentVariable("ZUFS_LIB");
        string[] places = string.IsNullOrEmpty(chosen) ? [AppContext.BaseDirectory, "/usr/lib/zufs"] : [chosen];
        return places.Select(place => Path.Combine(place, "libfuse")).FirstOrDefault(place => File.Exists(Path.Combine(place, "libfuse3.so.3")))
            ?? throw new SupervisionException($"libfuse/libfuse3.so.3 isn't in {string.Join(" nor in ", places)}. "
                + "Build it with “make build”, or set ZUFS_LIB to the directory that holds it.");
    }
}
