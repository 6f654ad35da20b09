using System.Globalization;
using Zufs.FileSystems;

namespace Zufs.Mounting;

/// <summary>
/// The options of a mount, as <c>-o</c> lists of mount.fuse3(8) spell them. Immutable; every value was checked when it was set by
/// <see cref="Parse"/> and is checked again by <see cref="Mount.Create"/>.
/// </summary>
public sealed partial record MountOptions
{
    /// <summary>What the mount table shows as type behind <c>fuse.</c>; letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; null: none.</summary>
    public string? Subtype { get; init; }

    /// <summary>What the mount table shows as the thing mounted (<c>fsname=</c>); null: the subtype, or <c>zufs</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Whether other users may use the mount. An ordinary user needs <c>user_allow_other</c> in /etc/fuse.conf for it.</summary>
    public bool AllowOther { get; init; }

    /// <summary>
    /// Whether root may use the mount beside the user who mounts it. The kernel doesn't know this: it is told to let all others in, and the
    /// session turns away who is neither (see <see cref="Sessions.SessionOptions.Owner"/>). Not together with <see cref="AllowOther"/>.
    /// </summary>
    public bool AllowRoot { get; init; }

    /// <summary>Whether the kernel checks modes and owners; otherwise the file system does.</summary>
    public bool DefaultPermissions { get; init; }

    /// <summary>Whether nothing can be written (MS_RDONLY).</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether device nodes are dead (MS_NODEV); true by default, and only root can say otherwise.</summary>
    public bool NoDev { get; init; } = true;

    /// <summary>Whether set-ID bits are ignored (MS_NOSUID); true by default, and only root can say otherwise.</summary>
    public bool NoSuid { get; init; } = true;

    /// <summary>Whether nothing can be executed (MS_NOEXEC).</summary>
    public bool NoExec { get; init; }

    /// <summary>Whether reads leave the access time alone (MS_NOATIME).</summary>
    public bool NoAtime { get; init; }

    /// <summary>Whether every write is synchronous (MS_SYNCHRONOUS).</summary>
    public bool Synchronous { get; init; }

    /// <summary>The largest READ in bytes, 4096 to 2^20; 0: no bound but the session's.</summary>
    public int MaxRead { get; init; }

    /// <summary>The largest READ and WRITE in bytes that is agreed on, 4096 to 2^24, cut to what the kernel allows; 0: 1 MiB.</summary>
    public int MaxWrite { get; init; }

    /// <summary>
    /// Whether writes gather in the kernel's page cache (FUSE_WRITEBACK_CACHE), which then keeps sizes and times itself: for file systems that nobody
    /// else changes. Not together with passthrough, which wins.
    /// </summary>
    public bool WritebackCache { get; init; }

    /// <summary>How long names are trusted when the file system doesn't say; null: the file system's default.</summary>
    public CacheTimeout? EntryTimeout { get; init; }

    /// <summary>How long attributes are trusted when the file system doesn't say; null: the file system's default.</summary>
    public CacheTimeout? AttrTimeout { get; init; }

    /// <summary>Parses a list such as <c>ro,allow_other,attr_timeout=2.5</c>. A later word overrides an earlier one; <c>\,</c> is a comma.</summary>
    /// <param name="list">The list; empty for the defaults.</param>
    /// <exception cref="MountException">An option isn't known, or its value isn't allowed.</exception>
    public static MountOptions Parse(string list) => new MountOptions().With(list);

    /// <summary>These options with those of a list laid over them.</summary>
    /// <param name="list">As in <see cref="Parse"/>.</param>
    /// <exception cref="MountException">An option isn't known, or its value isn't allowed.</exception>
    public MountOptions With(string list)
    {
        MountOptions options = this;
        foreach (string word in Split(list))
        {
            int equals = word.IndexOf('=');
            options = equals < 0 ? options.WithFlag(word) : options.WithValue(word[..equals], word[(equals + 1)..]);
        }
        options.Validate();
        return options;
    }

    /// <summary>The list that <see cref="Parse"/> makes the same options of.</summary>
    public override string ToString()
    {
        var words = new List<string>();
        void Flag(bool isSet, string word)
        {
            if (isSet)
                words.Add(word);
        }
        Flag(ReadOnly, "ro");
        Flag(!NoSuid, "suid");
        Flag(!NoDev, "dev");
        Flag(NoExec, "noexec");
        Flag(NoAtime, "noatime");
        Flag(Synchronous, "sync");
        Flag(AllowOther, "allow_other");
        Flag(AllowRoot, "allow_root");
        Flag(DefaultPermissions, "default_permissions");
        Flag(WritebackCache, "writeback_cache");
        Flag(MaxWrite != 0, "max_write=" + MaxWrite.ToString(CultureInfo.InvariantCulture));
        Flag(MaxRead != 0, "max_read=" + MaxRead.ToString(CultureInfo.InvariantCulture));
        Flag(Subtype is not null, "subtype=" + Subtype);
        Flag(Source is not null, "fsname=" + Escape(Source ?? ""));
        Flag(EntryTimeout is not null, "entry_timeout=" + Seconds(EntryTimeout));
        Flag(AttrTimeout is not null, "attr_timeout=" + Seconds(AttrTimeout));
        return string.Join(',', words);
    }

    /// <summary>Checks the values, also those that a program set without <see cref="Parse"/>.</summary>
    /// <exception cref="MountException">One of them isn't allowed.</exception>
    internal void Validate()
    {
        if (Subtype is not null && (Subtype.Length is 0 or > 64 || !Subtype.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            throw new MountException($"The subtype “{Printable(Subtype)}” isn't allowed: use up to 64 letters, digits, '-', '_' and '.'.");
        if (Source is not null && (Source.Length is 0 or > 255 || Source.Any(char.IsControl)))
            throw new MountException($"The fsname “{Printable(Source)}” isn't allowed: use 1 to 255 characters, no control characters.");
        if (AllowOther && AllowRoot)
            throw new MountException("The options “allow_other” and “allow_root” contradict each other: leave one out.");
        if (MaxWrite != 0 && MaxWrite is < 4096 or > 1 << 24)
            throw new MountException($"max_write={MaxWrite} isn't allowed: use 4096 to 16777216 bytes, or leave it out.");
        if (MaxRead != 0 && MaxRead is < 4096 or > 1 << 20)
            throw new MountException($"max_read={MaxRead} isn't allowed: use 4096 to 1048576 bytes, or leave it out.");
    }

    internal static string Escape(string value) => value.Replace("\\", "\\\\").Replace(",", "\\,");

    private static string Printable(string value) => new(value.Select(c => char.IsControl(c) ? '?' : c).ToArray());

    private static string Seconds(CacheTimeout? timeout) =>
        timeout is not { } t ? "" : t == CacheTimeout.Unlimited ? "inf" : string.Create(CultureInfo.InvariantCulture, $"{t.Seconds}.{t.Nanoseconds:d9}");

    private static IEnumerable<string> Split(string list)
    {
        var word = new System.Text.StringBuilder();
        for (int i = 0; i < list.Length; i++)
        {
            char c = list[i];
            if (c == '\\' && i + 1 < list.Length && list[i + 1] is ',' or '\\')
            {
                word.Append(list[++i]);
                continue;
            }
            if (c != ',')
            {
                word.Append(c);
                continue;
            }
            if (word.Length > 0)
                yield return word.ToString();
            word.Clear();
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
