using Zufs.Channels;
using Zufs.Mounting;

namespace Tmds.Fuse;

/// <summary>Mounts file systems in this process, on the fastest channel of the machine. The environment variable ZUFS_CHANNEL chooses another.</summary>
public static class Fuse
{
    /// <summary>What to do where <see cref="CheckDependencies"/> says no.</summary>
    public static string InstallationInstructions =>
        "FUSE is needed. Load it with “modprobe fuse”; users other than root also need “apt-get install fuse3” (or dnf, zypper, pacman).";

    /// <summary>Mounts a file system, and returns when it answers. It is disposed once: when the mount has ended, or couldn't be made.</summary>
    /// <param name="mountPoint">A directory that exists.</param>
    /// <param name="fileSystem">The file system.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="FuseException">It can't be mounted; the message says what is missing.</exception>
    public static IFuseMount Mount(string mountPoint, IFuseFileSystem fileSystem, MountOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mountPoint);
        ArgumentNullException.ThrowIfNull(fileSystem);
        string? channel = Environment.GetEnvironmentVariable("ZUFS_CHANNEL");
        return FuseMount.Start(mountPoint, fileSystem, options ?? new MountOptions(), string.IsNullOrEmpty(channel) ? "auto" : channel);
    }

    /// <summary>Whether this machine and user have a channel to mount on. Never throws.</summary>
    public static bool CheckDependencies() => ChannelProbes.All().Any(p => p.IsUsable);

    /// <summary>Takes a mount out of the tree. Silent when there is none.</summary>
    /// <param name="mountPoint">Where it is mounted.</param>
    public static void LazyUnmount(string mountPoint)
    {
        try
        {
            Zufs.Mounting.Mount.Detach(mountPoint);
        }
        catch (MountException)
        {
            // Programs call this before they mount, to be rid of what a crash may have left; what is in the way is said by Mount.
        }
    }
}
