using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// One CPU's channel in the kernel: its fd, its shared memory, and who has which slot. A thread has one slot at a time; slots that nobody waits in
/// get no request, and are what a thread goes on with when it defers.
/// </summary>
internal sealed unsafe class ZufsQueue
{
    private readonly object _gate = new();
    private readonly SlotUse[] _uses;
    private readonly ulong[] _uniques;
    private readonly byte* _memory;
    private readonly ulong _length;
    private readonly ulong _stride;
    private int _deferred;
    private bool _closed;

    /// <summary>Makes the channel and maps it.</summary>
    /// <exception cref="LibCException">The kernel gives no channel or no memory.</exception>
    public ZufsQueue(int server, int cpu, int slots, int payload)
    {
        var create = new ZufsCreate { Size = (uint)sizeof(ZufsCreate), Cpu = (uint)cpu, Slots = (uint)slots, Payload = (uint)payload };
        // SAFETY: the kernel reads and writes the one structure, whose size it is told.
        if (LibC.ioctl(server, LibC.ZUFS_IOC_CREATE, &create) < 0)
            LibC.ThrowLastError($"A zufs channel for CPU {cpu}");
        Cpu = cpu;
        Fd = create.Fd;
        _length = create.MapLen;
        _stride = create.SlotStride;
        _uses = new SlotUse[slots];
        _uniques = new ulong[slots];
        // What the kernel said is checked like everything that crosses a boundary.
        bool isSound = _stride >= (ulong)(sizeof(ZufsSlot) + payload) && _stride <= int.MaxValue && _stride * (ulong)slots <= _length;
        void* memory = isSound ? LibC.mmap(null, (nuint)_length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, Fd, 0) : LibC.MAP_FAILED;
        if (memory == LibC.MAP_FAILED)
        {
            int errno = isSound ? LibC.LastError : LibC.EPROTO;
            LibC.close(Fd);
            throw new LibCException($"The memory of a zufs channel for CPU {cpu}", errno);
        }
        _memory = (byte*)memory;
    }

    private enum SlotUse : byte
    {
        /// <summary>Nobody's.</summary>
        Free,

        /// <summary>A thread waits in it or serves its request.</summary>
        Thread,

        /// <summary>Its request is completed later, by any thread.</summary>
        Deferred,

        /// <summary>Its reply is being given.</summary>
        Completing,
    }

    public int Cpu { get; }

    public int Fd { get; }

    /// <summary>Bytes from a slot's beginning to the next one's.</summary>
    public int SlotSize => (int)_stride;

    /// <summary>Threads that have a seat here. Under the transport's lock.</summary>
    public int Threads;

    /// <summary>Threads that wait for a request. Changed atomically by the CPU's threads; only kept where there may be more of them.</summary>
    public int Idle;

    // SAFETY: slots are numbered below the count that the memory was made for.
    public byte* Slot(int slot) => _memory + (ulong)slot * _stride;

    public ZufsSlot* Head(int slot) => (ZufsSlot*)Slot(slot);

    /// <summary>Takes a free slot for a thread.</summary>
    /// <returns>-1 when there is none.</returns>
    public int Take()
    {
        lock (_gate)
        {
            int slot = Array.IndexOf(_uses, SlotUse.Free);
            if (slot >= 0)
                _uses[slot] = SlotUse.Thread;
            return slot;
        }
    }

    /// <summary>Gives a thread's slot back.</summary>
    public void Release(int slot)
    {
        lock (_gate)
            _uses[slot] = SlotUse.Free;
    }

    /// <summary>Makes a thread's slot a deferred request's, and gives the thread another.</summary>
    /// <returns>The other slot; -1 when there is none, and nothing changed.</returns>
    public int Defer(int slot, ulong unique)
    {
        lock (_gate)
        {
            int next = Array.IndexOf(_uses, SlotUse.Free);
            if (next < 0 || Exchange(slot, LibC.ZUFS_X_DEFER) < 0)
                return -1;
            _uses[next] = SlotUse.Thread;
            _uses[slot] = SlotUse.Deferred;
            _uniques[slot] = unique;
            _deferred++;
            return next;
        }
    }

    /// <summary>Gives a deferred request its reply; afterwards the slot is free. Any thread, also after <see cref="Close"/>.</summary>
    /// <exception cref="InvalidOperationException">It isn't deferred, or was completed before.</exception>
    public void Complete(in DeferredFrame deferred)
    {
        int slot = deferred.Slot;
        lock (_gate)
        {
            if ((uint)slot >= (uint)_uses.Length || _uses[slot] != SlotUse.Deferred || _uniques[slot] != deferred.Unique)
                throw new InvalidOperationException("This request isn't deferred, or was completed before.");
            _uses[slot] = SlotUse.Completing;
        }
        // SAFETY: nobody else has the slot now, and its memory stays until it is free.
        ZufsSlot* head = Head(slot);
        bool fits = (uint)deferred.Length <= (uint)deferred.RoomLength;
        int errno = fits ? deferred.Error : LibC.EIO;
        head->Error = RequestFormat.WireError(errno);
        head->ReplyKind = LibC.ZUFS_REPLY_FILL;
        head->OutLen = errno == 0 ? (uint)deferred.Length : 0;
        head->LendCount = 0;
        lock (_gate)
        {
            // What it fails with doesn't matter: the request has ended, by an abort.
            if (!_closed)
                Exchange(slot, LibC.ZUFS_X_REPLY);
            _uses[slot] = SlotUse.Free;
            _deferred--;
            UnmapUnheld();
        }
    }

    /// <summary>One call on one slot.</summary>
    /// <returns>Negative: see errno.</returns>
    // SAFETY: the argument is a number to the kernel, no address.
    public int Exchange(int slot, uint what) => LibC.ioctl(Fd, LibC.ZUFS_IOC_EXCHANGE, (void*)((uint)slot | what));

    /// <summary>Closes the channel; its threads have left. Memory that deferred requests hold goes with the last of them.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            LibC.close(Fd);
            UnmapUnheld();
        }
    }

    private void UnmapUnheld()
    {
        // SAFETY: the range is the constructor's, and neither threads nor deferred requests use it any more.
        if (_closed && _deferred == 0)
            LibC.munmap(_memory, (nuint)_length);
    }
}
