using System.Text;

namespace Samples.Interop;

/// <summary>Turns a path below the mount into one below a directory, with its NUL. One a thread: two paths are needed at a time.</summary>
internal sealed class PathBuffer(string root)
{
    private readonly byte[] _first = [.. Encoding.UTF8.GetBytes(root), .. new byte[4096]];
    private readonly byte[] _second = [.. Encoding.UTF8.GetBytes(root), .. new byte[4096]];
    private readonly int _rootLength = Encoding.UTF8.GetByteCount(root);

    public ReadOnlySpan<byte> First(ReadOnlySpan<byte> path) => Append(_first, path);

    public ReadOnlySpan<byte> Second(ReadOnlySpan<byte> path) => Append(_second, path);

    private Span<byte> Append(byte[] buffer, ReadOnlySpan<byte> path)
    {
        path.CopyTo(buffer.AsSpan(_rootLength));
        buffer[_rootLength + path.Length] = 0;
        return buffer.AsSpan(0, _rootLength + path.Length + 1);
    }
}
