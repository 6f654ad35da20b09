using Zufs.Conformance.Interop;
using static Zufs.Conformance.CheckKind;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.Conformance.Checks;

/// <summary>Fifos, sockets, devices.</summary>
internal static class SpecialFiles
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("mknod-file", "mknod makes plain files.", Modifies, File),
        new("mknod-existing", "Over anything that is there: EEXIST.", Modifies, Existing),
        new("fifo", "Bytes go through a fifo.", Modifies, Fifo),
        new("fifo-without-reader", "Opening one to write, not waiting, without a reader is ENXIO.", Modifies, FifoWithoutReader),
        new("poll-file", "A file is ready to be read and written at once.", Modifies, PollFile),
        new("poll-fifo", "A fifo is ready to be read when something was written.", Modifies, PollFifo),
        new("ioctl-unknown", "A command that nobody knows is ENOTTY, for files and directories.", Modifies, UnknownControl),
        new("ioctl-left-to-read", "FIONREAD tells what is left of a file.", Modifies, LeftToRead),
        new("socket", "A socket is bound to a name and found by it.", Modifies, Socket),
        new("device", "Device nodes keep their numbers (root).", Modifies, Device),
    ];

    private static void File(CheckContext c)
    {
        c.Works("mknod", c.MakeNode("f", S_IFREG | Octal(640)));
        var status = c.Status("f");
        c.Is("kind", "file", status.Kind);
        c.Is("mode", "0640", status.PermissionText);
        c.Is("size", 0L, status.Size);
        c.Works("mknod without a type", c.MakeNode("g", Octal(600)));
        c.Is("kind without a type", "file", c.Status("g").Kind);
        c.Fails("mknod of a directory", c.MakeNode("d", S_IFDIR | Octal(755)), Errno.EPERM);
    }

    private static void Existing(CheckContext c)
    {
        c.Put("f");
        c.Works("mkdir", c.Mkdir("d"));
        foreach (string name in (string[])["f", "d"]) c.Fails($"mknod {name}", c.MakeNode(name, S_IFIFO | Octal(600)), Errno.EEXIST);
    }

    private static void Fifo(CheckContext c)
    {
        if (!c.MayWork("mkfifo", c.MakeNode("p", S_IFIFO | Octal(600)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
        c.Is("kind", "fifo", c.Status("p").Kind);
        c.Is("mode", "0600", c.Status("p").PermissionText);
        int reader = c.Works("open to read", c.Open("p", O_RDONLY | O_NONBLOCK));
        int writer = c.Works("open to write", c.Open("p", O_WRONLY | O_NONBLOCK));
        c.Gives("write", 5, Sys.Write(writer, "bytes"u8));
        byte[] buffer = new byte[10];
        c.Gives("read", 5, Sys.Read(reader, buffer));
        c.SameData("what came", "bytes"u8, buffer.AsSpan(0, 5));
        c.Fails("seek", Sys.Seek(reader, 0, SEEK_SET), Errno.ESPIPE);
        c.Works("rename", c.Rename("p", "q"));
        c.Is("kind after it", "fifo", c.Status("q").Kind);
    }

    private static void FifoWithoutReader(CheckContext c)
    {
        if (!c.MayWork("mkfifo", c.MakeNode("p", S_IFIFO | Octal(600)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
        c.Fails("open", c.Open("p", O_WRONLY | O_NONBLOCK), Errno.ENXIO);
    }

    private static void Socket(CheckContext c)
    {
        int listener = c.Track(c.Works("socket", Sys.Socket()));
        if (!c.MayWork("bind", Sys.Bind(listener, c.Path("s")), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
        c.Is("kind", "socket", c.Status("s").Kind);
        c.Works("listen", Sys.Listen(listener));
        int client = c.Track(c.Works("socket", Sys.Socket()));
        c.Works("connect", Sys.Connect(client, c.Path("s")));
        c.Fails("open", c.Open("s", O_RDWR), Errno.ENXIO);
        int second = c.Track(c.Works("socket", Sys.Socket()));
        c.Fails("bind again", Sys.Bind(second, c.Path("s")), Errno.EADDRINUSE);
        c.Works("unlink", c.Unlink("s"));
        c.Fails("connect after unlink", Sys.Connect(second, c.Path("s")), Errno.ENOENT);
    }

    private static void PollFile(CheckContext c)
    {
        int fd = c.Create("f", "x"u8);
        short events = 1 | 4;
        c.Gives("poll", 1, Sys.Poll(fd, ref events, 0));
        c.Is("POLLIN and POLLOUT", 5, events & 5);
    }

    private static void PollFifo(CheckContext c)
    {
        if (!c.MayWork("mkfifo", c.MakeNode("p", S_IFIFO | Octal(644)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
        int fd = c.Works("open", c.Open("p", O_RDWR | O_NONBLOCK));
        short events = 1;
        c.Gives("poll of an empty one", 0, Sys.Poll(fd, ref events, 0));
        c.Gives("write", 1, Sys.Write(fd, "x"u8));
        events = 1;
        c.Gives("poll", 1, Sys.Poll(fd, ref events, 0));
        c.Is("POLLIN", 1, events & 1);
    }

    private static void UnknownControl(CheckContext c)
    {
        // _IOR('Z', 99, int): nobody's.
        const uint Command = 0x80045A63;
        int fd = c.Create("f", "x"u8);
        c.Fails("of a file", Sys.Control(fd, Command, out _), Errno.ENOTTY);
        c.Fails("of a directory", Sys.Control(c.Directory, Command, out _), Errno.ENOTTY);
    }

    private static void LeftToRead(CheckContext c)
    {
        const uint FIONREAD = 0x541B;
        int fd = c.Create("f", c.Data(1000));
        c.Gives("seek", 300, Sys.Seek(fd, 300, SEEK_SET));
        c.Works("FIONREAD", Sys.Control(fd, FIONREAD, out int left));
        c.Is("left", 700, left);
    }

    private static void Device(CheckContext c)
    {
        CheckContext.NeedsRoot();
        if (!c.MayWork("mknod c 1 3", c.MakeNode("null", S_IFCHR | Octal(666), Sys.Device(1, 3)), Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS)) return;
        c.Works("mknod b 7 200", c.MakeNode("loop", S_IFBLK | Octal(600), Sys.Device(7, 200)));
        var status = c.Status("null");
        c.Is("kind", "character device", status.Kind);
        c.Is("numbers", "1:3", $"{status.DeviceMajor}:{status.DeviceMinor}");
        status = c.Status("loop");
        c.Is("kind of the other", "block device", status.Kind);
        c.Is("numbers of the other", "7:200", $"{status.DeviceMajor}:{status.DeviceMinor}");
    }
}
