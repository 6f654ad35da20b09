namespace Zufs.FileSystems;

/// <summary>How long the kernel may use an entry or attributes without asking again.</summary>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
public readonly record struct CacheTimeout(ulong Seconds, uint Nanoseconds)
{
    /// <summary>Not at all.</summary>
    public static CacheTimeout None => default;

    /// <summary>For ever: only right when nothing changes behind the kernel's back.</summary>
    public static CacheTimeout Unlimited => new(long.MaxValue / 1000, 0);

    /// <summary>A timeout in seconds.</summary>
    /// <param name="seconds">0 or more; infinity is <see cref="Unlimited"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public static CacheTimeout FromSeconds(double seconds)
    {
        if (double.IsNaN(seconds) || seconds < 0)
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "A timeout is 0 or more seconds.");
        if (seconds >= Unlimited.Seconds)
            return Unlimited;
        double whole = Math.Floor(seconds);
        return new CacheTimeout((ulong)whole, (uint)Math.Min(999_999_999, (seconds - whole) * 1e9));
    }
}
