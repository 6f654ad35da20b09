namespace Tmds.Linux;

/// <summary>File type and permission bits (inode(7)).</summary>
/// <remarks>
/// Only <see cref="ushort"/> converts implicitly, and on purpose: <c>S_IFDIR | 0b111_101_101</c> goes from the literal over ushort, and any
/// further conversion would make it ambiguous.
/// </remarks>
public struct mode_t
{
    private readonly uint __value;

    private mode_t(uint value) => __value = value;

    /// <summary>Converts from <see cref="ushort"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator mode_t(ushort value) => new(value);

    /// <summary>Converts to <see cref="ushort"/>; bits that don't fit are lost.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator ushort(mode_t value) => (ushort)value.__value;

    /// <summary>The bits in both.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static mode_t operator &(mode_t left, mode_t right) => new(left.__value & right.__value);

    /// <summary>The bits in either.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static mode_t operator |(mode_t left, mode_t right) => new(left.__value | right.__value);

    /// <summary>The other bits.</summary>
    /// <param name="value">The value.</param>
    public static mode_t operator ~(mode_t value) => new(~value.__value);

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(mode_t left, mode_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(mode_t left, mode_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is mode_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
