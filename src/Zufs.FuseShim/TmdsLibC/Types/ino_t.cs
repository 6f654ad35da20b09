namespace Tmds.Linux;

/// <summary>An inode number.</summary>
public struct ino_t
{
    private readonly ulong __value;

    private ino_t(ulong value) => __value = value;

    /// <summary>Converts from <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ino_t(ulong value) => new(value);

    /// <summary>Converts to <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ulong(ino_t value) => value.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(ino_t left, ino_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(ino_t left, ino_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ino_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
