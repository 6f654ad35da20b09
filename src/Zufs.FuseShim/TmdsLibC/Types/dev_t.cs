namespace Tmds.Linux;

/// <summary>A device number.</summary>
public struct dev_t
{
    private readonly ulong __value;

    private dev_t(ulong value) => __value = value;

    /// <summary>Converts from <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator dev_t(ulong value) => new(value);

    /// <summary>Converts to <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ulong(dev_t value) => value.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(dev_t left, dev_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(dev_t left, dev_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is dev_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
