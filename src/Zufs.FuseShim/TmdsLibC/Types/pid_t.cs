namespace Tmds.Linux;

/// <summary>A process id.</summary>
public struct pid_t
{
    private readonly int __value;

    private pid_t(int value) => __value = value;

    /// <summary>Converts from <see cref="int"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator pid_t(int value) => new(value);

    /// <summary>Converts to <see cref="int"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator int(pid_t value) => value.__value;

    /// <summary>The negated value: a process group, for kill(2).</summary>
    /// <param name="value">The value.</param>
    public static pid_t operator -(pid_t value) => new(-value.__value);

    /// <summary>Whether both are equal.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator ==(pid_t left, pid_t right) => left.__value == right.__value;

    /// <summary>Whether they differ.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    public static bool operator !=(pid_t left, pid_t right) => left.__value != right.__value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is pid_t other && other == this;

    /// <inheritdoc/>
    public override int GetHashCode() => __value.GetHashCode();

    /// <summary>The decimal value.</summary>
    public override string ToString() => __value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
