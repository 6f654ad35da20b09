using System.Globalization;
using Zufs.FileSystems;

namespace Zufs.Mounting;

/// <content>The words of an option list.</content>
public sealed partial record MountOptions
{
    private MountOptions WithFlag(string word) => word switch
    {
        "ro" => this with { ReadOnly = true },
        "rw" => this with { ReadOnly = false },
        "suid" => this with { NoSuid = false },
        "nosuid" => this with { NoSuid = true },
        "dev" => this with { NoDev = false },
        "nodev" => this with { NoDev = true },
        "exec" => this with { NoExec = false },
        "noexec" => this with { NoExec = true },
        "atime" => this with { NoAtime = false },
        "noatime" => this with { NoAtime = true },
        "sync" => this with { Synchronous = true },
        "async" => this with { Synchronous = false },
        "allow_other" => this with { AllowOther = true },
        "default_permissions" => this with { DefaultPermissions = true },
        // The supervisor always unmounts, so libfuse's word for it asks for nothing more.
        "auto_unmount" => this,
        "allow_root" => this with { AllowRoot = true },
        "writeback_cache" => this with { WritebackCache = true },
        "nowriteback_cache" => this with { WritebackCache = false },
        "fsname" or "subtype" or "max_read" or "max_write" or "entry_timeout" or "attr_timeout" =>
            throw new MountException($"The option “{word}” needs a value: write {word}=VALUE."),
        _ => throw Unknown(word),
    };

    private MountOptions WithValue(string name, string value) => name switch
    {
        "subtype" => this with { Subtype = value },
        "fsname" => this with { Source = value },
        "max_read" => this with { MaxRead = ParseBytes(name, value) },
        "max_write" => this with { MaxWrite = ParseBytes(name, value) },
        "entry_timeout" => this with { EntryTimeout = ParseSeconds(name, value) },
        "attr_timeout" => this with { AttrTimeout = ParseSeconds(name, value) },
        "fd" or "rootmode" or "user_id" or "group_id" =>
            throw new MountException($"The option “{name}” is set by the mount itself. Leave it out."),
        _ => throw Unknown(name),
    };

    private static MountException Unknown(string word) => new(
        $"The option “{Printable(word)}” isn't known. Known are: ro, rw, suid, nosuid, dev, nodev, exec, noexec, atime, noatime, sync, async, "
        + "allow_other, allow_root, default_permissions, auto_unmount, writeback_cache, fsname=, subtype=, max_read=, max_write=, entry_timeout=, attr_timeout=.");

    private static int ParseBytes(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            ? bytes
            : throw new MountException($"{name}={Printable(value)} isn't a number of bytes. Write for example {name}=131072.");

    private static CacheTimeout ParseSeconds(string name, string value)
    {
        if (value is "inf" or "infinity")
            return CacheTimeout.Unlimited;
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || !double.IsFinite(seconds))
            throw new MountException($"{name}={Printable(value)} isn't a number of seconds. Write for example {name}=1.5, or {name}=inf.");
        return CacheTimeout.FromSeconds(seconds);
    }
}
