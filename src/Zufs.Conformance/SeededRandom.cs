using System.Buffers.Binary;

namespace Zufs.Conformance;

/// <summary>Numbers that look random and are the same in every run, on every runtime (SplitMix64).</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A seed from a name, so that every check has its own numbers.</summary>
    public static SeededRandom For(string name) => new(Digest.Number(System.Text.Encoding.UTF8.GetBytes(name)));

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound) => (int)(Next() % (ulong)bound);

    public byte[] Bytes(int length)
    {
        byte[] data = new byte[length];
        Span<byte> last = stackalloc byte[8];
        for (int i = 0; i < length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(last, Next());
            last[..Math.Min(8, length - i)].CopyTo(data.AsSpan(i));
        }

        return data;
    }
}
