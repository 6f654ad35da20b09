using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// A channel's buffers, one a slot: where a request is read to, then a page whose last 16 bytes are the reply's header, then the room for the
/// reply's body, page-aligned. Private memory that is mapped when first needed.
/// </summary>
/// <remarks>Not locked: <see cref="FuseChannel"/> calls it under its own lock, but for reading a slot it owns.</remarks>
internal sealed unsafe class FuseBuffers
{
    // Free buffers beyond this are given back to the kernel: a burst of deferred requests shall not cost memory for ever.
    private const int KeptFree = 4;
    private const int Page = 4096;

    // What of a further buffer is there from the beginning: all but large WRITEs fit, and a burst of deferred requests shall not cost a megabyte each.
    private const int Ready = 32 * 1024;

    private readonly byte*[] _memory;
    private readonly State[] _states;
    private int _free;

    public FuseBuffers(int requestSize, int roomSize, int slots)
    {
        RequestSize = requestSize;
        RoomSize = roomSize;
        _memory = new byte*[slots];
        _states = new State[slots];
    }

    public enum State
    {
        /// <summary>No memory.</summary>
        Unmapped,

        /// <summary>Memory, nobody's.</summary>
        Free,

        /// <summary>The exchange's, or about to be.</summary>
        Exchange,

        /// <summary>A deferred request's, until it is completed.</summary>
        Deferred,

        /// <summary>Its reply is being written.</summary>
        Completing,
    }

    public int RequestSize { get; }

    public int RoomSize { get; }

    private nuint Length => (nuint)(RequestSize + Page + RoomSize);

    public byte* Request(int slot) => _memory[slot];

    public byte* Room(int slot) => _memory[slot] + RequestSize + Page;

    public ref State this[int slot] => ref _states[slot];

    public bool IsValid(int slot) => (uint)slot < (uint)_states.Length;

    /// <summary>Takes a buffer.</summary>
    /// <returns>Its slot in state <see cref="State.Exchange"/>; -1 when all are in use; -2 when there is no memory.</returns>
    public int Take()
    {
        int unmapped = -1;
        for (int slot = 0; slot < _states.Length; slot++)
        {
            if (_states[slot] == State.Free)
            {
                _free--;
                _states[slot] = State.Exchange;
                return slot;
            }
            if (_states[slot] == State.Unmapped && unmapped < 0)
                unmapped = slot;
        }
        if (unmapped < 0)
            return -1;
        // SAFETY: fresh private memory of our own.
        void* memory = LibC.mmap(null, Length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS | LibC.MAP_NORESERVE, -1, 0);
        if (memory == LibC.MAP_FAILED)
            return -2;
        // When a thread is killed while the kernel copies a request to a page that isn't there yet, the kernel ends the request by EIO instead of sending it again.
        LibC.madvise(memory, (nuint)(unmapped == 0 ? RequestSize : Math.Min(RequestSize, Ready)), LibC.MADV_POPULATE_WRITE);
        _memory[unmapped] = (byte*)memory;
        _states[unmapped] = State.Exchange;
        return unmapped;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Release(int slot)
    {
        if (_free >= KeptFree)
        {
            Unmap(slot);
            return;
        }
        _free++;
        _states[slot] = State.Free;
    }

    /// <summary>Unmaps every buffer that no deferred request holds.</summary>
    /// <returns>How many are still held.</returns>
    public int UnmapUnheld()
    {
        int held = 0;
        for (int slot = 0; slot < _states.Length; slot++)
        {
            if (_states[slot] is State.Deferred or State.Completing)
                held++;
            else
                Unmap(slot);
        }
        return held;
    }

    private void Unmap(int slot)
    {
        if (_states[slot] == State.Unmapped)
            return;
        // SAFETY: the range is the one that Take mapped, and its slot says that nobody uses it.
        LibC.munmap(_memory[slot], Length);
        _memory[slot] = null;
        _states[slot] = State.Unmapped;
    }
}
