namespace Tmds.Linux;

/// <summary>C's <c>unsigned long</c>.</summary>
public struct ulong_t
{
    private readonly ulong __value;

    private ulong_t(ulong value) => __value = value;

    /// <summary>Converts from <see cref="uint"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ulong_t(uint value) => new(value);

    /// <summary>Converts from <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator ulong_t(ulong value) => new(value);

    /// <summary>Converts to <see cref="ulong"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ulong(ulong_t value) => value.__value;

    /// <summary>Converts to <see cref="uint"/>; bits that don't fit are lost.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator uint(ulong_t value) => (uint)value.__value;

    /// <summary>The value itself.</summary>
    /// <param name="value">The value.</param>
    public static ulong_t operator +(ulong_t value) => new(value.__value);

    /// <summary>All bits inverted.</summary>
    /// <param name="value">The value.</param>
    public static ulong_t operator ~(ulong_t value) => new(~value.__value);

    /// <summary>One more.</summary>
    /// <param name="value">The value.</param>
    public static ulong_t operator ++(ulong_t value) => new(value.__value + 1);

    /// <summary>One less.</summary>
    /// <param name="value">The value.</param>
    public static ulong_t operator --(ulong_t value) => new(value.__value - 1);

    /// <summary>The sum; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator +(ulong_t left, ulong_t right) => new(left.__value + right.__value);

    /// <summary>The difference; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator -(ulong_t left, ulong_t right) => new(left.__value - right.__value);

    /// <summary>The product; wraps around.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator *(ulong_t left, ulong_t right) => new(left.__value * right.__value);

    /// <summary>The quotient.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator /(ulong_t left, ulong_t right) => new(left.__value / right.__value);

    /// <summary>The remainder.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator %(ulong_t left, ulong_t right) => new(left.__value % right.__value);

    /// <summary>The bits in both.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator &(ulong_t left, ulong_t right) => new(left.__value & right.__value);

    /// <summary>The bits in either.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator |(ulong_t left, ulong_t right) => new(left.__value | right.__value);

    /// <summary>The bits in exactly one.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static ulong_t operator ^(ulong_t left, ulong_t right) => new(left.__value ^ right.__value);

    /// <summary>Shifted left.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">By how many bits.</param>
    public static ulong_t operator <<(ulong_t value, int count) => new(value.__value << count);

    /// <summary>Shifted right.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">By how many bits.</param>
    public static ulong_t operator >>(ulong_t value, int count) => new(value.__value >> count);

    /// <summary>Whether the left side is less.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <(ulong_t left, ulong_t right) => left.__value < right.__value;

    /// <summary>Whether the left side is more.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >(ulong_t left, ulong_t right) => left.__value > right.__value;

    /// <summary>Whether the left side isn't more.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator <=(ulong_t left, ulong_t right) => left.__value <= right.__value;

    /// <summary>Whether the left side isn't less.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator >=(ulong_t left, ulong_t right) => left.__value >= right.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(ulong_t left, ulong_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(ulong_t left, ulong_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ulong_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
