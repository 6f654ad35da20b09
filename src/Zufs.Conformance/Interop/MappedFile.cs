using System.Runtime.InteropServices;

namespace Zufs.Conformance.Interop;

/// <summary>A mapping of a file: mmap(2) to munmap(2).</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private void* _address;
    private readonly int _length;

    private MappedFile(void* address, int length)
    {
        _address = address;
        _length = length;
    }

    /// <summary>The mapped bytes. Touching a page that lies wholly beyond the end of the file is SIGBUS: the process dies.</summary>
    // SAFETY: the mapping has this length until Dispose, and the span isn't kept beyond it by any check.
    public Span<byte> Bytes => new(_address, _length);

    public static Outcome Create(int fd, long offset, int length, int protection, int flags, out MappedFile? mapping)
    {
        // SAFETY: the kernel chooses the address.
        void* address = LibC.mmap(null, (nuint)length, protection, flags, fd, offset);
        var outcome = address == (void*)-1 ? new Outcome(-1, (Errno)Marshal.GetLastPInvokeError()) : default;
        mapping = outcome.Failed ? null : new MappedFile(address, length);
        return outcome;
    }

    public Outcome Flush() => Outcome.Of(LibC.msync(_address, (nuint)_length, Flags.MS_SYNC));

    public void Dispose()
    {
        if (_address == null) return;
        _ = LibC.munmap(_address, (nuint)_length);
        _address = null;
    }
}
