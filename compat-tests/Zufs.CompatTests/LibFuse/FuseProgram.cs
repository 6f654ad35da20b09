using System.Diagnostics;
using System.Text;
using Zufs.Mounting;

namespace Zufs.CompatTests.LibFuse;

/// <summary>
/// A program of the distribution that mounts by libfuse, run in the foreground on a directory of its own: on our library and a channel, or on its own
/// library. Process and mount go with this.
/// </summary>
internal sealed class FuseProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <summary>Starts it, and returns when it is mounted.</summary>
    /// <param name="mountPoint">A directory that exists.</param>
    /// <param name="channel">A channel's name; null: the program's own libfuse.</param>
    /// <param name="command">The program and its arguments, with <c>{mountpoint}</c> where that goes.</param>
    public FuseProgram(string mountPoint, string? channel, params string[] command)
    {
        MountPoint = mountPoint;
        var start = new ProcessStartInfo(command[0], command[1..].Select(a => a.Replace("{mountpoint}", mountPoint)))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ZUFS_CHANNEL");
        if (channel is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = Library;
            start.Environment["ZUFS_CHANNEL"] = channel;
        }
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            WaitForMount();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where our libraries are.</summary>
    public static string Library => Path.Combine(Environment.GetEnvironmentVariable("ZUFS_LIB") ?? throw new InvalidOperationException("ZUFS_LIB isn't set."), "libfuse");

    public string MountPoint { get; }

    public int Pid => _process.Id;

    /// <summary>What it said so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Whether the process has an io_uring: the channel that it really uses.</summary>
    public bool HasRing => Directory.GetFiles($"/proc/{Pid}/fd").Any(f => File.ResolveLinkTarget(f, false)?.Name.Contains("io_uring", StringComparison.Ordinal) == true);

    /// <summary>Whether a library of ours is what it has loaded.</summary>
    public bool HasLoaded(string name) => File.ReadLines($"/proc/{Pid}/maps").Any(l => l.EndsWith($"/libfuse/{name}", StringComparison.Ordinal));

    /// <summary>A line of <c>/proc/PID/status</c>.</summary>
    public string Status(string name) => File.ReadLines($"/proc/{Pid}/status").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    /// <summary>Sends SIGTERM, waits for the end and says the exit code.</summary>
    public int Terminate()
    {
        using (Process kill = Process.Start("kill", ["-TERM", Pid.ToString()]))
            kill.WaitForExit();
        return WaitForExit();
    }

    /// <summary>Unmounts, waits for the end and says the exit code.</summary>
    public int Unmount()
    {
        using (Process umount = Process.Start("umount", [MountPoint]))
        {
            umount.WaitForExit();
            if (umount.ExitCode != 0)
                throw new InvalidOperationException($"{MountPoint} can't be unmounted.");
        }
        return WaitForExit();
    }

    public void Dispose()
    {
        // First, so that nobody waits for whom is killed.
        Mount.Detach(MountPoint);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private int WaitForExit() =>
        _process.WaitForExit(TimeSpan.FromSeconds(20)) ? _process.ExitCode : throw new InvalidOperationException($"It didn't end. It said: {Said}");

    private void WaitForMount()
    {
        for (var clock = Stopwatch.StartNew(); MountTable.Find(MountPoint) is not { IsFuse: true }; Thread.Sleep(10))
        {
            if (_process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException($"It didn't mount. It said: {Said}");
        }
        Directory.GetFileSystemEntries(MountPoint);
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        lock (_said)
            _said.AppendLine(e.Data);
    }
}
