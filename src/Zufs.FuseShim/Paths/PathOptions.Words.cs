using System.Globalization;
using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <content>The words of a list.</content>
public sealed partial record PathOptions
{
    /// <summary>Takes out of an <c>-o</c> list what concerns paths.</summary>
    /// <param name="list">Comma-separated, <c>\,</c> being a comma; a later word overrides an earlier one.</param>
    /// <param name="rest">The list of the words that are left, as they were: the mount's.</param>
    /// <exception cref="FormatException">A value isn't allowed.</exception>
    public static PathOptions Take(string list, out string rest)
    {
        PathOptions options = None;
        var left = new List<string>();
        foreach (string word in Split(list))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            PathOptions? next = equals < 0 ? options.WithFlag(word) : options.WithValue(word[..equals], word[(equals + 1)..]);
            if (next is null)
                left.Add(word);
            options = next ?? options;
        }
        rest = string.Join(',', left);
        return options;
    }

    /// <summary>Parses a list that holds nothing but options of this kind.</summary>
    /// <param name="list">As in <see cref="Take"/>.</param>
    /// <exception cref="FormatException">A word isn't known, or a value isn't allowed.</exception>
    public static PathOptions Parse(string list)
    {
        PathOptions options = Take(list, out string rest);
        return rest.Length == 0 ? options : throw new FormatException($"“{rest}” is no option of a file system that works by path.");
    }

    /// <summary>The list that <see cref="Parse"/> makes the same options of.</summary>
    public override string ToString()
    {
        var words = new List<string>();
        void Add(bool isSet, string word)
        {
            if (isSet)
                words.Add(word);
        }
        Add(KernelCache, "kernel_cache");
        Add(AutoCache, "auto_cache");
        Add(AutoCacheTimeout is not null, $"ac_attr_timeout={Text(AutoCacheTimeout)}");
        Add(DirectIo, "direct_io");
        Add(NoReadOnlyFlush, "no_rofd_flush");
        Add(Uid is not null, $"uid={Uid}");
        Add(Gid is not null, $"gid={Gid}");
        Add(Umask is not null, "umask=" + Convert.ToString(Umask ?? 0, 8));
        Add(NegativeTimeout is not null, $"negative_timeout={Text(NegativeTimeout)}");
        Add(Recovery is not null, $"recovery={Recovery?.ToString().ToLowerInvariant()}");
        Add(UseIno, "use_ino");
        Add(HardRemove, "hard_remove");
        return string.Join(',', words);
    }

    private PathOptions? WithFlag(string word) => word switch
    {
        "kernel_cache" => this with { KernelCache = true },
        "auto_cache" => this with { AutoCache = true },
        "noauto_cache" => this with { AutoCache = false },
        "direct_io" => this with { DirectIo = true },
        "no_rofd_flush" => this with { NoReadOnlyFlush = true },
        "use_ino" => this with { UseIno = true },
        "hard_remove" => this with { HardRemove = true },
        // Listings always show the numbers that are known, and a signal to a caller never disturbs a file system's own system calls.
        "readdir_ino" or "intr" or "nointr" => this,
        "uid" or "gid" or "umask" or "negative_timeout" or "ac_attr_timeout" or "intr_signal" or "recovery" =>
            throw new FormatException($"The option “{word}” needs a value: write {word}=VALUE."),
        _ => null,
    };

    private PathOptions? WithValue(string name, string value) => name switch
    {
        "uid" => this with { Uid = Number(name, value) },
        "gid" => this with { Gid = Number(name, value) },
        "umask" => this with { Umask = Octal(name, value) },
        "negative_timeout" => this with { NegativeTimeout = Seconds(name, value) },
        "ac_attr_timeout" => this with { AutoCacheTimeout = Seconds(name, value) },
        "recovery" => this with { Recovery = Class(value) },
        "intr_signal" => this,
        _ => null,
    };

    // Raw, so that what is left over is passed on as it was written.
    private static IEnumerable<string> Split(string list)
    {
        int start = 0;
        for (int i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && list[i] == '\\')
            {
                i++;
                continue;
            }
            if (i < list.Length && list[i] != ',')
                continue;
            if (i > start)
                yield return list[start..i];
            start = i + 1;
        }
        if (start < list.Length)
            yield return list[start..];
    }

    private static uint Number(string name, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue
            ? number
            : throw new FormatException($"{name}={Printable(value)} isn't a number of a user or group. Write for example {name}=1000.");

    private static RecoveryClass Class(string value) => value switch
    {
        "stateless" => RecoveryClass.Stateless,
        "none" => RecoveryClass.None,
        _ => throw new FormatException($"recovery={Printable(value)} isn't known. Write recovery=stateless where a path leads to everything, or recovery=none."),
    };

    private static uint Octal(string name, string value)
    {
        bool isOctal = value.Length is > 0 and <= 4 && value.All(c => c is >= '0' and <= '7');
        return isOctal ? Convert.ToUInt32(value, 8) : throw new FormatException($"{name}={Printable(value)} isn't an octal mask. Write for example {name}=022.");
    }

    private static CacheTimeout Seconds(string name, string value)
    {
        if (value is "inf" or "infinity")
            return CacheTimeout.Unlimited;
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || !double.IsFinite(seconds))
            throw new FormatException($"{name}={Printable(value)} isn't a number of seconds. Write for example {name}=1.5, or {name}=inf.");
        return CacheTimeout.FromSeconds(seconds);
    }

    private static string Text(CacheTimeout? timeout) =>
        timeout is not { } t ? "" : t == CacheTimeout.Unlimited ? "inf" : string.Create(CultureInfo.InvariantCulture, $"{t.Seconds}.{t.Nanoseconds:d9}");

    private static string Printable(string value) => new([.. value.Select(c => char.IsControl(c) ? '?' : c)]);
}
