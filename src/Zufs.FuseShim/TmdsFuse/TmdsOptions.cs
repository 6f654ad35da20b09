using System.Globalization;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Tmds.Fuse;

/// <summary>
/// What of an <c>-o</c> list is no business of the mount: libfuse's options of its high level. The rest goes to mount(2) or fusermount3.
/// </summary>
internal sealed record TmdsOptions
{
    private TmdsOptions()
    {
    }

    /// <summary>Nothing was asked for.</summary>
    public static TmdsOptions None { get; } = new();

    /// <summary>The options of the list that are left for the mount.</summary>
    public string MountList { get; private init; } = "";

    private bool HardRemove { get; init; }

    private bool UseIno { get; init; }

    private CacheTimeout? EntryTimeout { get; init; }

    private CacheTimeout? AttrTimeout { get; init; }

    private CacheTimeout? NegativeTimeout { get; init; }

    /// <summary>Takes an <c>-o</c> list apart.</summary>
    /// <param name="list">Comma-separated; null: none.</param>
    /// <exception cref="FuseException">A timeout is no number.</exception>
    public static TmdsOptions Parse(string? list)
    {
        TmdsOptions options = None;
        var rest = new List<string>();
        foreach (string option in (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            string value = equals < 0 ? "" : option[(equals + 1)..];
            switch (name)
            {
                case "hard_remove":
                    options = options with { HardRemove = true };
                    break;
                case "use_ino":
                    options = options with { UseIno = true };
                    break;
                case "entry_timeout":
                    options = options with { EntryTimeout = Seconds(name, value) };
                    break;
                case "attr_timeout":
                    options = options with { AttrTimeout = Seconds(name, value) };
                    break;
                case "negative_timeout":
                    options = options with { NegativeTimeout = Seconds(name, value) };
                    break;
                default:
                    rest.Add(option);
                    break;
            }
        }
        return options with { MountList = string.Join(',', rest) };
    }

    /// <summary>The traits with what was asked for.</summary>
    /// <param name="traits">The defaults.</param>
    public PathTraits Apply(PathTraits traits) => traits with
    {
        HidesOpenUnlinked = !HardRemove,
        UsesOwnInodeNumbers = UseIno,
        EntryTimeout = EntryTimeout ?? traits.EntryTimeout,
        AttrTimeout = AttrTimeout ?? traits.AttrTimeout,
        NegativeTimeout = NegativeTimeout ?? traits.NegativeTimeout,
    };

    private static CacheTimeout Seconds(string name, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0
            ? CacheTimeout.FromSeconds(seconds)
            : throw new FuseException($"The mount option {name} takes seconds (0 or more), not '{value}'.");
}
