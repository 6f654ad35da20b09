using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Zufs.Interop;

namespace Zufs.Mounting;

/// <content>Mounting as an ordinary user: the set-user-ID program <c>fusermount3</c> mounts and sends the connection over a socket.</content>
public sealed partial class Mount
{
    private const string Fusermount = "fusermount3";

    private static SafeFileHandle MountByFusermount(string path, MountOptions options)
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixPair.Create();
        using (ours)
        using (theirs)
        {
            // The program looks for the socket's number in this variable: fusermount3(1).
            var variable = new KeyValuePair<string, string?>("_FUSE_COMMFD", theirs.DangerousGetHandle().ToString(CultureInfo.InvariantCulture));
            (ChildExit exit, string message) = RunFusermount(["-o", FusermountOptions(options), "--", path], variable, theirs);
            theirs.Dispose();
            SafeFileHandle? connection = exit.IsSuccess ? UnixPair.ReceiveFile(ours) : null;
            if (connection is not null)
                return connection;
            throw new MountException(Explain(exit, message, path));
        }
    }

    private static void UnmountByFusermount(string path, bool lazily)
    {
        string[] arguments = lazily ? ["-u", "-z", "--", path] : ["-u", "--", path];
        (ChildExit exit, string message) = RunFusermount(arguments, variable: null, socket: null);
        if (exit.IsSuccess || MountTable.Find(path) is null)
            return;
        throw message.Contains("busy", StringComparison.OrdinalIgnoreCase)
            ? Busy(path)
            : new MountException($"{path} can't be unmounted: {Fusermount} {exit} and says: {message}");
    }

    private static string FusermountOptions(MountOptions options)
    {
        var words = new List<string>
        {
            options.ReadOnly ? "ro" : "rw",
            "nosuid",
            "nodev",
            "fsname=" + MountOptions.Escape(options.Source ?? options.Subtype ?? "zufs"),
        };
        if (options.Subtype is not null)
            words.Add("subtype=" + options.Subtype);
        if (options.NoExec)
            words.Add("noexec");
        if (options.NoAtime)
            words.Add("noatime");
        if (options.Synchronous)
            words.Add("sync");
        if (options.AllowOther || options.AllowRoot)
            words.Add("allow_other");
        if (options.DefaultPermissions)
            words.Add("default_permissions");
        if (options.MaxRead != 0)
            words.Add("max_read=" + options.MaxRead.ToString(CultureInfo.InvariantCulture));
        return string.Join(',', words);
    }

    private static (ChildExit Exit, string Message) RunFusermount(string[] arguments, KeyValuePair<string, string?>? variable, SafeFileHandle? socket)
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixPair.Create();
        using (ours)
        {
            ChildProcess child;
            using (theirs)
            {
                try
                {
                    child = ChildProcess.Start(new ChildProcessStart
                    {
                        FileName = Fusermount,
                        Arguments = arguments,
                        Environment = variable is { } v ? [v] : [],
                        Inherited = socket is null ? [] : [socket],
                        StandardError = theirs,
                    });
                }
                catch (LibCException)
                {
                    throw new MountException(
                        $"{Fusermount} isn't installed, and only root can mount without it. Install it with “apt-get install fuse3”, or run as root.", ENOENT);
                }
            }
            using (child)
            {
                string message = UnixPair.ReadToEnd(ours);
                return (child.Wait(), message.Trim());
            }
        }
    }

    private static string Explain(ChildExit exit, string message, string path)
    {
        string said = message.Length == 0 ? $"{Fusermount} {exit}" : message;
        if (said.Contains("user_allow_other", StringComparison.Ordinal))
            return MountPointCheck.AllowOtherSentence;
        if (said.Contains("/dev/fuse: Permission denied", StringComparison.Ordinal))
            return $"{path} can't be mounted: {said}. Give everyone the device, as distributions do: “chmod 666 /dev/fuse”, as root.";
        if (said.Contains("/dev/fuse", StringComparison.Ordinal))
            return $"{path} can't be mounted: {said}. Load FUSE with “modprobe fuse”, or see “zufs-migrate doctor”.";
        if (said.Contains("not permitted", StringComparison.Ordinal))
            return $"{path} can't be mounted: {said}. {Fusermount} must be set-user-ID root: “chmod u+s $(command -v {Fusermount})”, as root.";
        return $"{path} can't be mounted: {said}.";
    }
}
