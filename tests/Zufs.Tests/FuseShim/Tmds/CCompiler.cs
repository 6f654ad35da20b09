using System.Diagnostics;

namespace Zufs.Tests.FuseShim.Tmds;

/// <summary>Asks the C compiler what it thinks: the ABI is its word, not ours.</summary>
internal static class CCompiler
{
    /// <summary>Compiles and runs a program; its lines are "name value".</summary>
    public static Dictionary<string, long> Run(string program)
    {
        string folder = Directory.CreateTempSubdirectory("zufs-c-").FullName;
        try
        {
            string source = Path.Combine(folder, "ask.c");
            string binary = Path.Combine(folder, "ask");
            File.WriteAllText(source, program);
            Start("gcc", "-w", "-o", binary, source);
            return Start(binary).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split(' '))
                .ToDictionary(w => w[0], w => long.Parse(w[1]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Start(string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{file} failed: {errors.Result}");
    }
}
