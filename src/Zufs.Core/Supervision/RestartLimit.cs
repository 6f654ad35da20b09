using System.Globalization;

namespace Zufs.Supervision;

/// <summary>How many deaths of workers a mount bears before it is taken away.</summary>
/// <param name="Failures">That many within the window end the mount; 1 ends it with the first, as if nothing could be restarted. 1 to 100 000.</param>
/// <param name="Seconds">The window. 1 to 86 400.</param>
public readonly record struct RestartLimit(int Failures, int Seconds)
{
    /// <summary>10 in 10 seconds.</summary>
    public static RestartLimit Default { get; } = new(10, 10);

    /// <summary>Parses <c>FAILURES/SECONDS</c>.</summary>
    /// <exception cref="FormatException">It is something else, or out of range.</exception>
    public static RestartLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int failures)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && failures is > 0 and <= 100_000 && seconds is > 0 and <= 86_400)
            return new RestartLimit(failures, seconds);
        throw new FormatException($"“{text}” is no limit of restarts. Write FAILURES/SECONDS, such as 10/10: the tenth death of a worker within 10 seconds ends the mount.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Failures}/{Seconds}");
}
