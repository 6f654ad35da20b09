using System.Diagnostics;
using Xunit;

namespace Zufs.CompatTests.Passthrough;

/// <summary>Commands as people type them, as any user.</summary>
internal static class Shell
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script with bash; anything but exit code 0 fails the test with what it said.</summary>
    /// <returns>What it wrote, without the last newline.</returns>
    public static string Run(string directory, string script, uint uid = 0, string groups = "")
    {
        (int code, string text) = Try(directory, script, uid, groups);
        Assert.True(code == 0, $"exit code {code}\n$ {script}\n{text}");
        return text;
    }

    /// <summary>Runs a script with bash.</summary>
    /// <returns>Exit code, and all that it wrote.</returns>
    public static (int Code, string Text) Try(string directory, string script, uint uid = 0, string groups = "", TimeSpan? bound = null)
    {
        string[] identity = uid == 0 ? [] : ["setpriv", $"--reuid={uid}", $"--regid={uid}", groups.Length == 0 ? "--clear-groups" : $"--groups={groups}", "--"];
        string[] words = [.. identity, "bash", "-c", "exec 2>&1; " + script];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory })!;
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(bound ?? s_bound))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"still running after {bound ?? s_bound}\n$ {script}");
        }
        return (process.ExitCode, text.GetAwaiter().GetResult().TrimEnd('\n'));
    }
}
