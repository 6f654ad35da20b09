using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.Protocol;

/// <summary>
/// Reads what stands behind a request's fixed part, front to back. Every read checks the length first; one that fails leaves the reader where
/// it was.
/// </summary>
public ref struct RequestReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>A reader over the bytes behind the fixed part.</summary>
    /// <param name="rest">Without extensions.</param>
    public RequestReader(ReadOnlySpan<byte> rest) => _rest = rest;

    /// <summary>Whether everything was read. A request with bytes left over is malformed.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads bytes up to a NUL, which stays behind the span.</summary>
    /// <param name="value">At least one byte.</param>
    /// <returns>False when it is empty or has no NUL.</returns>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        int end = _rest.IndexOf((byte)0);
        if (end <= 0)
        {
            value = default;
            return false;
        }
        value = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Reads as many bytes as a field of the request says.</summary>
    /// <param name="length">As it came.</param>
    /// <param name="value">The bytes.</param>
    /// <returns>False when there are fewer.</returns>
    public bool TryReadBytes(uint length, out ReadOnlySpan<byte> value)
    {
        if (length > (uint)_rest.Length)
        {
            value = default;
            return false;
        }
        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Reads a structure, which may stand at any alignment.</summary>
    /// <typeparam name="T">The structure.</typeparam>
    /// <param name="value">A copy of it.</param>
    /// <returns>False when there are fewer bytes.</returns>
    public bool TryRead<T>(out T value)
        where T : unmanaged
    {
        if (_rest.Length < Unsafe.SizeOf<T>())
        {
            value = default;
            return false;
        }
        value = MemoryMarshal.Read<T>(_rest);
        _rest = _rest[Unsafe.SizeOf<T>()..];
        return true;
    }
}
