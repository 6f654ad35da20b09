using System.Diagnostics;

namespace Zufs.Bench;

/// <summary>One server with its mount. All are mounted at once, so that each is measured under the same conditions.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _mountPoint;

    private Server(Process process, string mountPoint)
    {
        _process = process;
        _mountPoint = mountPoint;
    }

    /// <summary>The file that the client works on.</summary>
    public string File => Path.Combine(_mountPoint, "data");

    /// <summary>Starts a server and waits until its file is there.</summary>
    /// <param name="folder">Where to make the mount point.</param>
    /// <param name="name">The mount point's name.</param>
    /// <param name="program">The server.</param>
    /// <param name="arguments">What follows the mount point.</param>
    /// <exception cref="BenchException">It ended, or its file never came.</exception>
    public static Server Start(string folder, string name, string program, params string[] arguments)
    {
        var mountPoint = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        if (!System.IO.File.Exists(program))
            throw new BenchException($"{program} is missing. Try: make bench");
        var process = Process.Start(new ProcessStartInfo(program, [mountPoint, .. arguments])) ?? throw new BenchException($"{program} could not be started.");
        var server = new Server(process, mountPoint);
        var waited = Stopwatch.StartNew();
        while (!System.IO.File.Exists(server.File))
        {
            if (process.HasExited || waited.Elapsed > s_patience)
            {
                server.Dispose();
                throw new BenchException($"{name}: the server {(process.HasExited ? $"ended with code {process.ExitCode}" : "did not mount in time")}.");
            }

            Thread.Sleep(20);
        }

        return server;
    }

    /// <summary>Unmounts, and ends the server if that doesn't.</summary>
    public void Dispose()
    {
        using (var unmount = Process.Start(new ProcessStartInfo("umount", ["-l", _mountPoint]) { RedirectStandardError = true }))
            unmount?.WaitForExit();
        if (!_process.WaitForExit(s_patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_mountPoint);
    }
}
