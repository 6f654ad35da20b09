using System.Runtime.InteropServices;

namespace Zufs.Tests.Fuzzing;

/// <summary>Changes requests at random, the way that decoders get them wrong: one field, one length, one end too early or too late.</summary>
internal sealed class RequestMutator(Random random, IReadOnlyList<byte[]> seeds)
{
    private const int HeaderSize = 40;

    private static readonly ulong[] s_numbers =
    [
        0, 1, 2, 3, 15, 16, 255, 256, 4095, 4096, 4097, 65_535, 65_536, 1 << 20, (1 << 20) + 1, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32,
        long.MaxValue, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 4095,
    ];

    /// <summary>A new request.</summary>
    public byte[] Next()
    {
        byte[] request = (byte[])seeds[random.Next(seeds.Count)].Clone();
        // Some stay as they are: state must build up for others to meet.
        for (int changes = random.Next(4); changes > 0; changes--)
            request = Change(request);
        MemoryMarshal.Write(request.AsSpan(8), (ulong)random.Next(1, 1000) * 2);
        if (random.Next(16) != 0 && request.Length >= 4)
            MemoryMarshal.Write(request, (uint)request.Length);
        return request;
    }

    private byte[] Change(byte[] request)
    {
        switch (random.Next(9))
        {
            case 0:
                request[random.Next(request.Length)] ^= (byte)(1 << random.Next(8));
                return request;
            case 1:
                request[random.Next(request.Length)] = (byte)random.Next(256);
                return request;
            case 2 when request.Length >= HeaderSize + 8:
                MemoryMarshal.Write(request.AsSpan(At(request, 8)), Number());
                return request;
            case 3 when request.Length >= HeaderSize + 4:
                MemoryMarshal.Write(request.AsSpan(At(request, 4)), (uint)Number());
                return request;
            case 4:
                // The node, or the handle behind the header: small ones exist.
                MemoryMarshal.Write(request.AsSpan(random.Next(2) == 0 || request.Length < HeaderSize + 8 ? 16 : HeaderSize), (ulong)random.Next(12));
                return request;
            case 5 when request.Length > HeaderSize:
                return request[..random.Next(HeaderSize, request.Length)];
            case 6:
                return [.. request, .. Tail()];
            case 7:
                MemoryMarshal.Write(request.AsSpan(4), (uint)random.Next(70));
                return request;
            case 8:
                MemoryMarshal.Write(request.AsSpan(36), (ushort)random.Next(6));
                return request;
            default:
                return request;
        }
    }

    private int At(byte[] request, int size) => HeaderSize + random.Next((request.Length - HeaderSize - size) / 4 + 1) * 4;

    private ulong Number() => random.Next(3) == 0 ? (ulong)random.NextInt64() >> random.Next(64) : s_numbers[random.Next(s_numbers.Length)];

    private byte[] Tail()
    {
        byte[] other = seeds[random.Next(seeds.Count)];
        return random.Next(3) switch
        {
            0 => other[Math.Min(HeaderSize, other.Length)..],
            1 => new byte[random.Next(1, 600)],
            _ => [.. Enumerable.Repeat((byte)'n', random.Next(1, 300)), 0],
        };
    }
}
