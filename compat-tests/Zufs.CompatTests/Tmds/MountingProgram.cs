using System.Diagnostics;
using System.Text;
using Zufs.Mounting;

namespace Zufs.CompatTests.Tmds;

/// <summary>A program that mounts a file system in its own process, and the directory for it; both go with this.</summary>
internal sealed class MountingProgram : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-tmds-");
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public MountingProgram(string assembly, string? channel = null)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, MountPoint]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("ZUFS_CHANNEL");
        if (channel is not null)
            start.Environment["ZUFS_CHANNEL"] = channel;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string MountPoint => _directory.FullName;

    public bool IsMounted => MountTable.Find(MountPoint) is { IsFuse: true };

    /// <summary>Whether the process has an io_uring: the channel that it really uses.</summary>
    public bool HasRing => Directory.GetFiles($"/proc/{_process.Id}/fd").Any(f => File.ResolveLinkTarget(f, false)?.Name.Contains("io_uring", StringComparison.Ordinal) == true);

    /// <summary>Waits until it answers. The mount is in the table before that, but nobody can use it: looking inside waits.</summary>
    public void WaitForMount()
    {
        for (var clock = Stopwatch.StartNew(); !IsMounted; Thread.Sleep(20))
        {
            if (_process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException($"It didn't mount. It said: {_output}");
        }
        Directory.GetFileSystemEntries(MountPoint);
    }

    /// <summary>Sends a signal (by its name without SIG) and waits for the end.</summary>
    public void End(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString()]);
        kill.WaitForExit();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            throw new InvalidOperationException($"It didn't end by SIG{signal}. It said: {_output}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Mount.Detach(MountPoint);
        _directory.Delete();
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        lock (_output)
            _output.AppendLine(e.Data);
    }
}
