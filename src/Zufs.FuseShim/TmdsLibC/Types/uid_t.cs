namespace Tmds.Linux;

/// <summary>A user id.</summary>
public struct uid_t
{
    private readonly uint __value;

    private uid_t(uint value) => __value = value;

    /// <summary>Converts from <see cref="uint"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator uid_t(uint value) => new(value);

    /// <summary>Converts to <see cref="uint"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator uint(uid_t value) => value.__value;

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(uid_t left, uid_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(uid_t left, uid_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is uid_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
