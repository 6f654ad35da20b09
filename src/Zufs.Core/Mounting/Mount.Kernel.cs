using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Mounting;

/// <content>Mounting with the right to: open /dev/fuse, then mount(2).</content>
public sealed partial class Mount
{
    private const string DevicePath = "/dev/fuse";
    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EACCES = 13;
    private const int EBUSY = 16;
    private const int ENODEV = 19;
    private const int EINVAL = 22;

    private static SafeFileHandle MountByKernel(string path, MountOptions options)
    {
        SafeFileHandle connection = OpenDevice();
        string type = options.Subtype is null ? "fuse" : "fuse." + options.Subtype;
        string source = options.Source ?? options.Subtype ?? "zufs";
        int error = LibC.Mount(source, path, type, KernelFlags(options), KernelData(connection, options));
        if (error == 0)
            return connection;
        connection.Dispose();
        throw error switch
        {
            EPERM or EACCES => new MountException($"The kernel refuses to mount on {path} (errno {error}): this container or namespace may not mount FUSE. "
                + "Start it with CAP_SYS_ADMIN and /dev/fuse.", error),
            ENODEV => new MountException("This kernel has no FUSE: load it with “modprobe fuse”.", error),
            EINVAL => new MountException($"The kernel doesn't know one of the mount options: {options}.", error),
            _ => new MountException(new LibCException($"mount of {path}", error).Message, error),
        };
    }

    private static SafeFileHandle OpenDevice()
    {
        try
        {
            // The runtime opens with O_CLOEXEC.
            return File.OpenHandle(DevicePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (FileNotFoundException)
        {
            throw new MountException($"There is no {DevicePath}. Load FUSE with “modprobe fuse”; in a container, start it with --device {DevicePath}.", ENOENT);
        }
        catch (UnauthorizedAccessException)
        {
            throw new MountException($"{DevicePath} may not be opened. Give yourself the right: chmod 666 {DevicePath}, as root.", EACCES);
        }
        catch (IOException e)
        {
            throw new MountException($"{DevicePath} can't be opened: {e.Message} Load FUSE with “modprobe fuse”.", ENODEV);
        }
    }

    private static string KernelData(SafeFileHandle connection, MountOptions options)
    {
        var data = new StringBuilder();
        // Only directories are mounted on; the kernel wants the file type in octal.
        data.Append(CultureInfo.InvariantCulture,
            $"fd={connection.DangerousGetHandle()},rootmode=40000,user_id={LibC.geteuid()},group_id={LibC.getegid()}");
        if (options.AllowOther || options.AllowRoot)
            data.Append(",allow_other");
        if (options.DefaultPermissions)
            data.Append(",default_permissions");
        if (options.MaxRead != 0)
            data.Append(CultureInfo.InvariantCulture, $",max_read={options.MaxRead}");
        return data.ToString();
    }

    private static nuint KernelFlags(MountOptions options) =>
        (options.ReadOnly ? LibC.MS_RDONLY : 0)
        | (options.NoSuid ? LibC.MS_NOSUID : 0)
        | (options.NoDev ? LibC.MS_NODEV : 0)
        | (options.NoExec ? LibC.MS_NOEXEC : 0)
        | (options.NoAtime ? LibC.MS_NOATIME : 0)
        | (options.Synchronous ? LibC.MS_SYNCHRONOUS : 0);

    private static void UnmountByKernel(string path, bool lazily)
    {
        // NOFOLLOW: nobody can put a symbolic link in its place between our look and the call.
        int error = LibC.Unmount(path, LibC.UMOUNT_NOFOLLOW | (lazily ? LibC.MNT_DETACH : 0));
        if (error == 0)
            return;
        throw error switch
        {
            EBUSY => Busy(path),
            // Not a mount point (any more): somebody was first.
            EINVAL or ENOENT when MountTable.Find(path) is null => new MountException($"{path} isn't mounted.", error),
            _ => new MountException(new LibCException($"umount of {path}", error).Message, error),
        };
    }

    private static MountException Busy(string path) => new(
        $"{path} is in use. See who uses it with “fuser -vm {MountTable.Quote(path)}”, or detach it with “{MountTable.RemovalCommand(path)}”.", EBUSY);
}
