using Xunit;
using Zufs.Interop;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("zufs-state-");

    private string Root => Path.Combine(_directory.FullName, "zufs");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Everything_in_it_is_for_its_owner_alone()
    {
        MountFolder folder = StateDirectory.Open(Root).Create();
        folder.Write(Status(folder.Id));
        foreach (string entry in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Append(Root))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & (UnixFileMode)0x3F);
    }

    [Fact]
    public void A_state_is_read_as_it_was_written()
    {
        MountFolder folder = StateDirectory.Open(Root).Create();
        folder.Write(Status(folder.Id) with { Channel = "uring", Operations = 5 });
        MountStatus read = Assert.Single(StateDirectory.Open(Root).List()).Read()!;
        Assert.Equal(("/m", "uring", 5), (read.MountPoint, read.Channel, read.Operations));
    }

    [Fact]
    public void A_damaged_state_is_no_state()
    {
        MountFolder folder = StateDirectory.Open(Root).Create();
        File.WriteAllText(Path.Combine(Root, "mounts", folder.Id, "state.json"), "{");
        Assert.Null(folder.Read());
    }

    [Fact]
    public void A_directory_that_others_can_enter_is_refused()
    {
        Directory.CreateDirectory(Root);
        File.SetUnixFileMode(Root, (UnixFileMode)0x1FF);
        Assert.Contains("isn't yours alone", Assert.Throws<SupervisionException>(() => StateDirectory.Open(Root)).Message);
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        Directory.CreateDirectory(Root + "-else");
        File.CreateSymbolicLink(Root, Root + "-else");
        Assert.Throws<SupervisionException>(() => StateDirectory.Open(Root));
    }

    [Fact]
    public void Whoever_connects_is_known_by_the_kernel()
    {
        MountFolder folder = StateDirectory.Open(Root).Create();
        using var listener = UnixSocket.Listen(folder.SocketPath);
        Assert.Null(UnixSocket.Accept(listener));
        using var client = UnixSocket.Connect(folder.SocketPath);
        using var accepted = UnixSocket.Accept(listener);
        Assert.Equal(LibC.geteuid(), UnixSocket.PeerUser(accepted!));
    }

    [Fact]
    public void A_socket_that_nobody_listens_on_refuses()
    {
        MountFolder folder = StateDirectory.Open(Root).Create();
        UnixSocket.Listen(folder.SocketPath).Dispose();
        Assert.Null(SupervisorClient.Connect(folder));
    }

    private static MountStatus Status(string id) =>
        new() { Id = id, MountPoint = "/m", Device = 7, FileSystem = "memory", SupervisorPid = 1, State = "serving" };
}
