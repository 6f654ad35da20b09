namespace Tmds.Linux;

/// <summary>A group id.</summary>
public struct gid_t
{
    private readonly uint __value;

    private gid_t(uint value) => __value = value;

    /// <summary>Converts from <see cref="uint"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator gid_t(uint value) => new(value);

    /// <summary>Converts to <see cref="uint"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator uint(gid_t value) => value.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(gid_t left, gid_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(gid_t left, gid_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is gid_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
