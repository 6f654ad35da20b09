using System.Diagnostics;

namespace Zufs.CompatTests.LibFuse;

/// <summary>A directory with what subjects need; it goes with this.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-libfuse-");

    public string this[string name] => Path.Combine(_directory.FullName, name);

    /// <summary>Makes a directory in it.</summary>
    public string Make(string name) => _directory.CreateSubdirectory(name).FullName;

    /// <summary>Runs a script and says what it printed; it must succeed.</summary>
    public string Shell(string script, string directory)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException("The workload takes longer than a minute.");
        }
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"The workload failed with {process.ExitCode}: {output.Result}{errors.Result}");
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
