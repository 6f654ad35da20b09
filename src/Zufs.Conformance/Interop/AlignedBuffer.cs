using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <summary>Memory that starts at a page, as O_DIRECT wants it.</summary>
internal sealed unsafe class AlignedBuffer(int length) : IDisposable
{
    // SAFETY: freed once, in Dispose; the spans handed out aren't kept beyond it.
    private byte* _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, 4096);

    /// <summary>The whole buffer.</summary>
    // SAFETY: as long as it was allocated.
    public Span<byte> Bytes => new(_start, length);

    public void Dispose()
    {
        if (_start == null) return;
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
