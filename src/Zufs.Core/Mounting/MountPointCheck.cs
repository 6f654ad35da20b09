using Zufs.Interop;

namespace Zufs.Mounting;

/// <summary>What is asked of a mount point before anything is mounted on it.</summary>
internal static class MountPointCheck
{
    public const string AllowOtherSentence =
        "The options “allow_other” and “allow_root” are only for root here. Put a line “user_allow_other” into /etc/fuse.conf (as root), or leave them out.";

    private const int EACCES = 13;
    private const int ENOENT = 2;
    private const int ENOTDIR = 20;
    private const int ENOTCONN = 107;
    private const int FileTypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int StickyBit = 0x200;

    /// <summary>The mount point as the kernel will show it: absolute, without symbolic links.</summary>
    /// <exception cref="MountException">It doesn't exist, is no directory, or something is mounted there.</exception>
    public static string Resolve(string mountPoint)
    {
        if (mountPoint.Length == 0 || mountPoint.Contains('\0'))
            throw new MountException("The mount point is empty. Name a directory that exists.", ENOENT);
        string path = TrimSlashes(Path.GetFullPath(mountPoint));
        // By the table first: a stat of a mount whose server hangs would hang as well.
        RefuseMounted(path);
        string resolved = RealPath(path);
        RefuseMounted(resolved);
        int error = LibC.Stat(resolved, out LibC.StatxBuffer stat);
        if (error != 0)
            throw Refusal(resolved, error);
        if ((stat.Mode & FileTypeMask) != Directory)
            throw new MountException($"{resolved} is not a directory. Mount on a directory: mkdir {MountTable.Quote(resolved + ".mnt")}", ENOTDIR);
        return resolved;
    }

    /// <summary>What fusermount3 would refuse, with a better sentence.</summary>
    /// <exception cref="MountException">The directory isn't the user's, or allow_other isn't allowed.</exception>
    public static void RefuseForeign(string path, MountOptions options)
    {
        _ = LibC.Stat(path, out LibC.StatxBuffer stat);
        if (!LibC.IsWritable(path) || ((stat.Mode & StickyBit) != 0 && stat.UserId != LibC.geteuid()))
            throw new MountException($"You may not mount on {path}: an ordinary user mounts on own, writable directories only. Use one below your home.", EACCES);
        if ((options.AllowOther || options.AllowRoot) && !AllowsOther("/etc/fuse.conf"))
            throw new MountException(AllowOtherSentence, EACCES);
    }

    internal static bool AllowsOther(string configuration)
    {
        try
        {
            return File.ReadLines(configuration).Any(line => line.Trim() == "user_allow_other");
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // We can't know; fusermount3 can, and says so.
            return true;
        }
    }

    private static void RefuseMounted(string path)
    {
        if (MountTable.Find(path) is not { } entry || path == "/")
            return;
        if (MountTable.IsStale(entry))
            throw Stale(path);
        if (entry.IsFuse)
            throw new MountException($"{path} is a mount point already ({entry.Type}, {entry.Source}). Unmount it first: umount {MountTable.Quote(path)}", 16);
    }

    private static MountException Stale(string path) => new(
        $"{path} is a stale mount: its server has died. Take it away with “{MountTable.RemovalCommand(path)}”, then mount again.", ENOTCONN);

    private static MountException Refusal(string path, int error) => error switch
    {
        ENOENT => new MountException($"{path} doesn't exist. Make it first: mkdir -p {MountTable.Quote(path)}", error),
        EACCES => new MountException($"You have no right to reach {path}. Choose a directory below your home.", error),
        ENOTCONN => new MountException(
            $"{path} lies on a stale mount, whose server has died. Find it with “findmnt -T {MountTable.Quote(path)}” and take it away with “umount -l”.", error),
        ENOTDIR => new MountException($"{path} doesn't exist: a part of it is not a directory.", error),
        _ => new MountException(new LibCException($"looking at {path}", error).Message, error),
    };

    private static string TrimSlashes(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static string RealPath(string path) => LibC.RealPath(path, out string resolved) is var error and not 0 ? throw Refusal(path, error) : resolved;
}
