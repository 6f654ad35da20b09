namespace Zufs.Supervision;

/// <summary>The names by which people choose a channel.</summary>
public static class ChannelChoice
{
    /// <summary>The best that is usable.</summary>
    public const string Auto = "auto";

    /// <summary>The environment variable that chooses where no option does.</summary>
    public const string Variable = "ZUFS_CHANNEL";

    /// <summary>The names that can be chosen.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "zufs", "uring", "fuse"];

    /// <summary>The channel that was asked for: the option, else <c>ZUFS_CHANNEL</c>, else <c>auto</c>.</summary>
    /// <param name="option">What <c>--channel</c> said; null when it wasn't given.</param>
    /// <exception cref="SupervisionException">There is no such channel.</exception>
    public static string Resolve(string? option)
    {
        string? variable = option is null ? Environment.GetEnvironmentVariable(Variable) : null;
        string name = option ?? (string.IsNullOrEmpty(variable) ? Auto : variable);
        string origin = option is null && name == variable ? $" ({Variable})" : "";
        if (Names.Contains(name))
            return name;
        throw new SupervisionException($"There is no channel “{name}”{origin}. Use {string.Join(", ", Names)}; “zufs-migrate doctor” says what is usable.");
    }
}
