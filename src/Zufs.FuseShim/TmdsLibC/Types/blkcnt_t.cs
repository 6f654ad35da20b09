namespace Tmds.Linux;

/// <summary>A count of 512-byte blocks of a file.</summary>
public struct blkcnt_t
{
    private readonly long __value;

    private blkcnt_t(long value) => __value = value;

    /// <summary>Converts from <see cref="long"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator blkcnt_t(long value) => new(value);

    /// <summary>Converts to <see cref="long"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator long(blkcnt_t value) => value.__value;

    /// <summary>The value itself.</summary>
    /// <param name="value">The value.</param>
    public static blkcnt_t operator +(blkcnt_t value) => new(value.__value);

    /// <summary>The negated value.</summary>
    /// <param name="value">The value.</param>
    public static blkcnt_t operator -(blkcnt_t value) => new(-value.__value);

    /// <summary>All bits inverted.</summary>
    /// <param name="value">The value.</param>
    public static blkcnt_t operator ~(blkcnt_t value) => new(~value.__value);

    /// <summary>One more.</summary>
    /// <param name="value">The value.</param>
    public static blkcnt_t operator ++(blkcnt_t value) => new(value.__value + 1);

    /// <summary>One less.</summary>
    /// <param name="value">The value.</param>
    public static blkcnt_t operator --(blkcnt_t value) => new(value.__value - 1);

    /// <summary>The sum; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator +(blkcnt_t left, blkcnt_t right) => new(left.__value + right.__value);

    /// <summary>The difference; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator -(blkcnt_t left, blkcnt_t right) => new(left.__value - right.__value);

    /// <summary>The product; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator *(blkcnt_t left, blkcnt_t right) => new(left.__value * right.__value);

    /// <summary>The quotient.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator /(blkcnt_t left, blkcnt_t right) => new(left.__value / right.__value);

    /// <summary>The remainder.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator %(blkcnt_t left, blkcnt_t right) => new(left.__value % right.__value);

    /// <summary>The bits in both.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator &(blkcnt_t left, blkcnt_t right) => new(left.__value & right.__value);

    /// <summary>The bits in either.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator |(blkcnt_t left, blkcnt_t right) => new(left.__value | right.__value);

    /// <summary>The bits in exactly one.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static blkcnt_t operator ^(blkcnt_t left, blkcnt_t right) => new(left.__value ^ right.__value);

    /// <summary>Shifted left.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">By how many bits.</param>
    public static blkcnt_t operator <<(blkcnt_t value, int count) => new(value.__value << count);

    /// <summary>Shifted right.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">By how many bits.</param>
    public static blkcnt_t operator >>(blkcnt_t value, int count) => new(value.__value >> count);

    /// <summary>Whether the left side is less.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <(blkcnt_t left, blkcnt_t right) => left.__value < right.__value;

    /// <summary>Whether the left side is more.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >(blkcnt_t left, blkcnt_t right) => left.__value > right.__value;

    /// <summary>Whether the left side isn't more.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <=(blkcnt_t left, blkcnt_t right) => left.__value <= right.__value;

    /// <summary>Whether the left side isn't less.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >=(blkcnt_t left, blkcnt_t right) => left.__value >= right.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(blkcnt_t left, blkcnt_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(blkcnt_t left, blkcnt_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is blkcnt_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
