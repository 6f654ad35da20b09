using System.Text;
using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// Looks at what this machine and this process can use. Nothing here throws or changes anything; the answer holds for now, and is asked again
/// for each mount, since switches in <c>/sys</c> and <c>/proc</c> change.
/// </summary>
public static class ChannelProbes
{
    private const string EnableUring = "/sys/module/fuse/parameters/enable_uring";
    private const string UringDisabled = "/proc/sys/kernel/io_uring_disabled";

    /// <summary>Every channel that carries mounts, best first: <c>zufs</c>, <c>uring</c>, <c>fuse</c>.</summary>
    public static IReadOnlyList<ChannelProbe> All() => [Zufs(), Uring(), Fuse()];

    /// <summary><c>fuse</c>: whether <c>/dev/fuse</c> can be opened.</summary>
    public static ChannelProbe Fuse()
    {
        const string Name = "fuse";
        int fd = Open("/dev/fuse", LibC.O_RDWR | LibC.O_CLOEXEC);
        if (fd >= 0)
        {
            LibC.close(fd);
            return new ChannelProbe(Name, true, "/dev/fuse can be opened.", null);
        }
        return LibC.LastError switch
        {
            LibC.ENOENT => new(Name, false, "There is no /dev/fuse.", "sudo modprobe fuse"),
            LibC.ENXIO or LibC.ENODEV => new(Name, false, "/dev/fuse is there, but the kernel has no FUSE behind it.", "sudo modprobe fuse"),
            LibC.EACCES or LibC.EPERM => new(Name, false, "This user may not open /dev/fuse for reading and writing.", "sudo chmod 666 /dev/fuse"),
            int errno => new(Name, false, $"/dev/fuse can't be opened: {Describe(errno)}.", null),
        };
    }

    /// <summary><c>uring</c>: whether the kernel carries FUSE over io_uring and lets this process have such a ring.</summary>
    public static ChannelProbe Uring()
    {
        const string Name = "uring";
        string? enabled = ReadLine(EnableUring);
        if (enabled is null)
        {
            return Directory.Exists("/sys/module/fuse")
                ? new(Name, false, "This kernel's FUSE has no io_uring transport: it needs Linux 6.14 or newer with CONFIG_FUSE_IO_URING.", null)
                : new(Name, false, "The fuse module isn't loaded.", "sudo modprobe fuse");
        }
        if (enabled is not ("Y" or "1"))
            return new(Name, false, "FUSE over io_uring is switched off (fuse.enable_uring=N, the kernel's default).", $"echo Y | sudo tee {EnableUring}");
        int errno = TrySetup();
        if (errno == 0)
            return new(Name, true, "The kernel carries FUSE over io_uring, and this process may have a ring.", null);
        string disabled = ReadLine(UringDisabled) ?? "0";
        return (errno, disabled) switch
        {
            (LibC.EPERM, "2") => new(Name, false, "io_uring is switched off for everyone (kernel.io_uring_disabled=2).", "sudo sysctl -w kernel.io_uring_disabled=0"),
            (LibC.EPERM, "1") => new(Name, false, "io_uring is switched off for processes without CAP_SYS_ADMIN that aren't in kernel.io_uring_group (kernel.io_uring_disabled=1).",
                "sudo sysctl -w kernel.io_uring_disabled=0"),
            (LibC.EPERM or LibC.EACCES, _) => new(Name, false, "io_uring is forbidden here, as containers' seccomp profiles do.", "run outside the container, or allow io_uring_setup, io_uring_enter and io_uring_register in its profile"),
            (LibC.ENOSYS, _) => new(Name, false, "This kernel was built without io_uring.", null),
            (LibC.EINVAL, _) => new(Name, false, "This kernel's io_uring has no 128-byte entries (Linux 5.19 and newer have).", null),
            (LibC.ENOMEM, _) => new(Name, false, "There isn't memory enough to be locked for a ring.", "ulimit -l unlimited"),
            _ => new(Name, false, $"io_uring_setup fails: {Describe(errno)}.", null),
        };
    }

    /// <summary><c>zufs</c>: whether the kernel module is there, and lets this process have channels.</summary>
    public static ChannelProbe Zufs()
    {
        const string Name = "zufs";
        try
        {
            LibC.close(ZufsTransport.OpenServer(out _));
            return new ChannelProbe(Name, true, "The zufs module is loaded and lets this process have channels.", null);
        }
        catch (LibCException e)
        {
            return e.ErrorNumber switch
            {
                LibC.ENOENT => WithoutModule(Environment.OSVersion.Version),
                LibC.EACCES or LibC.EPERM => new(Name, false, "The zufs module is loaded, and this user may not open /dev/zufs: it is root's.", "sudo zufs-migrate run … --channel zufs"),
                LibC.EPROTO => new(Name, false, $"{e.Message}.", "load the module that belongs to this version: make module; sudo rmmod zufs; sudo insmod artifacts/kernel/zufs.ko"),
                LibC.ENXIO or LibC.ENODEV => new(Name, false, "There is /dev/zufs, and no module behind it.", "sudo insmod artifacts/kernel/zufs.ko"),
                int errno => new(Name, false, $"/dev/zufs can't be used: {Describe(errno)}.", null),
            };
        }
    }

    // The module is bound to one series of kernels: it uses what FUSE keeps to itself.
    internal static ChannelProbe WithoutModule(Version kernel) => kernel is { Major: 6, Minor: 12 }
        ? new("zufs", false, "The zufs kernel module isn't loaded (there is no /dev/zufs).", "make module; sudo insmod artifacts/kernel/zufs.ko")
        : new("zufs", false, $"The zufs kernel module is for Linux 6.12, and this is {kernel.ToString(2)}. It can be tried in a virtual machine.",
            "make vm-shell");

    private static unsafe int TrySetup()
    {
        IoUringParams parameters = default;
        parameters.Flags = LibC.IORING_SETUP_SQE128;
        // SAFETY: the kernel writes the one structure that is passed.
        int fd = LibC.io_uring_setup(2, &parameters);
        if (fd < 0)
            return LibC.LastError;
        LibC.close(fd);
        return 0;
    }

    private static unsafe int Open(string path, int flags)
    {
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return LibC.open(p, flags, 0);
        }
    }

    private static string? ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Describe(int errno) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno);
}
