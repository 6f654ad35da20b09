using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Zufs.CompatTests.LibFuse;

/// <summary>An sshd on the loopback interface with keys of its own; it goes with this.</summary>
internal sealed class LocalSshServer : IDisposable
{
    private readonly Process _process;

    public LocalSshServer(Workspace workspace)
    {
        string folder = workspace.Make("ssh");
        workspace.Shell("ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user", folder);
        // sshd insists on its directory for separated privileges.
        Directory.CreateDirectory("/run/sshd");
        Port = FreePort();
        File.WriteAllText(workspace["ssh/config"], $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            StrictModes no
            UsePAM no
            PidFile none
            PermitRootLogin yes
            Subsystem sftp internal-sftp
            """);
        Identity = $"{folder}/user";
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", workspace["ssh/config"]]) { RedirectStandardError = true })!;
        _process.BeginErrorReadLine();
        WaitForPort();
    }

    public int Port { get; }

    /// <summary>The private key that it lets in.</summary>
    public string Identity { get; }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WaitForPort()
    {
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(20))
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!_process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(20))
            {
                // Not yet.
            }
        }
    }
}
