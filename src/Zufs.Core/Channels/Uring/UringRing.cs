using System.Numerics;
using Zufs.Interop;

namespace Zufs.Channels;

/// <summary>
/// One io_uring by its system calls: set-up, the two mapped rings, submission and waiting. Only the thread that made it submits.
/// </summary>
internal sealed unsafe class UringRing
{
    // Without SQE128 there is no FUSE command; the others make it faster, and kernels that don't know one say EINVAL.
    private static readonly uint[] s_flags =
    [
        Base | LibC.IORING_SETUP_SUBMIT_ALL | LibC.IORING_SETUP_SINGLE_ISSUER | LibC.IORING_SETUP_COOP_TASKRUN
            | LibC.IORING_SETUP_TASKRUN_FLAG | LibC.IORING_SETUP_NO_SQARRAY,
        Base | LibC.IORING_SETUP_SUBMIT_ALL | LibC.IORING_SETUP_SINGLE_ISSUER | LibC.IORING_SETUP_COOP_TASKRUN | LibC.IORING_SETUP_TASKRUN_FLAG,
        Base | LibC.IORING_SETUP_SUBMIT_ALL,
        Base,
    ];

    private const uint Base = LibC.IORING_SETUP_SQE128 | LibC.IORING_SETUP_CQSIZE;

    private readonly int _owner = Environment.CurrentManagedThreadId;
    private readonly int _fd;
    private readonly int _enterFd;
    private readonly uint _enterFlags;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly IoUringSqe* _entries;
    private readonly nuint _entriesLength;
    private readonly uint* _sqHead;
    private readonly uint* _sqTail;
    private readonly uint* _sqFlags;
    private readonly uint _sqMask;
    private readonly uint _sqSize;
    private readonly uint* _cqHead;
    private readonly uint* _cqTail;
    private readonly uint _cqMask;
    private readonly IoUringCqe* _completions;
    private uint _tail;
    private bool _closed;

    /// <summary>Sets a ring up.</summary>
    /// <param name="submissions">Entries of the submission queue; rounded up to a power of two.</param>
    /// <param name="completions">Entries of the completion queue: as many as can ever be in flight, so that it never overflows.</param>
    /// <exception cref="LibCException">The kernel gives none.</exception>
    public UringRing(int submissions, int completions)
    {
        IoUringParams parameters = default;
        _fd = SetUp((uint)submissions, (uint)Math.Max(completions, submissions), ref parameters);
        _ringsLength = Math.Max(parameters.SqArray + parameters.SqEntries * sizeof(uint), parameters.CqCqes + parameters.CqEntries * (uint)sizeof(IoUringCqe));
        _entriesLength = parameters.SqEntries * (uint)sizeof(IoUringSqe);
        // SAFETY: lengths and offsets are the kernel's own answer.
        void* rings = LibC.mmap(null, _ringsLength, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED | LibC.MAP_POPULATE, _fd, LibC.IORING_OFF_SQ_RING);
        void* entries = LibC.mmap(null, _entriesLength, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED | LibC.MAP_POPULATE, _fd, LibC.IORING_OFF_SQES);
        if (rings == LibC.MAP_FAILED || entries == LibC.MAP_FAILED)
        {
            int errno = LibC.LastError;
            LibC.close(_fd);
            throw new LibCException("mmap of an io_uring", errno);
        }
        _rings = (byte*)rings;
        _entries = (IoUringSqe*)entries;
        _sqHead = (uint*)(_rings + parameters.SqHead);
        _sqTail = (uint*)(_rings + parameters.SqTail);
        _sqFlags = (uint*)(_rings + parameters.SqFlags);
        _sqMask = *(uint*)(_rings + parameters.SqRingMask);
        _sqSize = parameters.SqEntries;
        _cqHead = (uint*)(_rings + parameters.CqHead);
        _cqTail = (uint*)(_rings + parameters.CqTail);
        _cqMask = *(uint*)(_rings + parameters.CqRingMask);
        _completions = (IoUringCqe*)(_rings + parameters.CqCqes);
        if ((parameters.Flags & LibC.IORING_SETUP_NO_SQARRAY) == 0)
        {
            for (uint i = 0; i < _sqSize; i++)
                ((uint*)(_rings + parameters.SqArray))[i] = i;
        }
        (_enterFd, _enterFlags) = RegisterFd();
    }

    /// <summary>Whether the calling thread is the one that may submit.</summary>
    public bool IsOwn => Environment.CurrentManagedThreadId == _owner;

    /// <summary>Whether no completion is there.</summary>
    public bool IsEmpty => *_cqHead == Volatile.Read(ref *_cqTail);

    private uint Pending => _tail - Volatile.Read(ref *_sqHead);

    /// <summary>The next submission entry, cleared, to be filled in before the next call; submits what is there when the queue is full.</summary>
    public IoUringSqe* Next()
    {
        while (Pending == _sqSize)
            Submit();
        // SAFETY: the mask keeps the index inside the mapped entries, and the kernel has read what stood there.
        IoUringSqe* entry = &_entries[_tail & _sqMask];
        *entry = default;
        _tail++;
        return entry;
    }

    /// <summary>The oldest completion, taken out of the queue.</summary>
    public bool TryTake(out IoUringCqe completion)
    {
        uint head = *_cqHead;
        if (head == Volatile.Read(ref *_cqTail))
        {
            completion = default;
            return false;
        }
        // SAFETY: the kernel published it by moving the tail.
        completion = _completions[head & _cqMask];
        Volatile.Write(ref *_cqHead, head + 1);
        return true;
    }

    /// <summary>Gives the kernel what was filled in, and lets it run what it has for this thread; doesn't wait.</summary>
    public void Submit()
    {
        Volatile.Write(ref *_sqTail, _tail);
        uint pending = Pending;
        if (pending != 0 || (Volatile.Read(ref *_sqFlags) & LibC.IORING_SQ_TASKRUN) != 0)
            Enter(pending, 0);
    }

    /// <summary>Waits for a completion; submits as well.</summary>
    public void Wait()
    {
        Volatile.Write(ref *_sqTail, _tail);
        Enter(Pending, 1);
    }

    /// <summary>Waits for a completion for a bounded time.</summary>
    /// <param name="milliseconds">At most.</param>
    public void Wait(int milliseconds)
    {
        PollDescriptor descriptor = new() { Fd = _fd, Events = LibC.POLLIN };
        // SAFETY: one descriptor, as is said.
        LibC.poll(&descriptor, 1, milliseconds);
        Submit();
    }

    /// <summary>
    /// Closes the ring. Called by its own thread, or after that ended: a registered fd belongs to the thread and keeps the ring alive.
    /// </summary>
    public void Close()
    {
        if (_closed)
            return;
        _closed = true;
        if (IsOwn && (_enterFlags & LibC.IORING_ENTER_REGISTERED_RING) != 0)
        {
            IoUringRsrcUpdate update = new() { Offset = (uint)_enterFd };
            // SAFETY: one structure, as is said.
            LibC.io_uring_register(_fd, LibC.IORING_UNREGISTER_RING_FDS, &update, 1);
        }
        // SAFETY: the ranges are those that were mapped, and nobody touches them after Close.
        LibC.munmap(_rings, _ringsLength);
        LibC.munmap(_entries, _entriesLength);
        LibC.close(_fd);
    }

    private static int SetUp(uint submissions, uint completions, ref IoUringParams parameters)
    {
        foreach (uint flags in s_flags)
        {
            parameters = new IoUringParams { Flags = flags, CqEntries = BitOperations.RoundUpToPowerOf2(completions) };
            fixed (IoUringParams* p = &parameters)
            {
                // SAFETY: the kernel reads and writes this one structure.
                int fd = LibC.io_uring_setup(BitOperations.RoundUpToPowerOf2(submissions), p);
                if (fd >= 0 && (parameters.Features & LibC.IORING_FEAT_SINGLE_MMAP) != 0)
                    return fd;
                if (fd >= 0)
                    LibC.close(fd);
                else if (LibC.LastError != LibC.EINVAL)
                    LibC.ThrowLastError("io_uring_setup");
            }
        }
        throw new LibCException("io_uring_setup with 128-byte entries", LibC.EINVAL);
    }

    // With a registered fd the kernel needs no look-up of the file for each call. Where it can't be had the plain fd does.
    private (int Fd, uint Flags) RegisterFd()
    {
        IoUringRsrcUpdate update = new() { Offset = uint.MaxValue, Data = (ulong)_fd };
        // SAFETY: one structure, as is said; the kernel writes the index into it.
        return LibC.io_uring_register(_fd, LibC.IORING_REGISTER_RING_FDS, &update, 1) == 1
            ? ((int)update.Offset, LibC.IORING_ENTER_REGISTERED_RING)
            : (_fd, 0);
    }

    private void Enter(uint submit, uint wait)
    {
        if (LibC.io_uring_enter(_enterFd, submit, wait, _enterFlags | LibC.IORING_ENTER_GETEVENTS) >= 0)
            return;
        int errno = LibC.LastError;
        // Each of these passes by itself: the callers look at the queues again and come back.
        if (errno is not (LibC.EINTR or LibC.EAGAIN or LibC.EBUSY))
            throw new LibCException("io_uring_enter", errno);
    }
}
