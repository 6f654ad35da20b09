using Zufs.Arenas;

namespace Zufs.FileSystems;

/// <summary>Told when lent memory is no longer read.</summary>
public interface ILease
{
    /// <summary>The kernel has taken the reply (or never will): the memory may change again. Any thread; must not block or throw.</summary>
    /// <param name="token">What was given with the memory.</param>
    void Release(ulong token);
}

/// <summary>
/// Where the bytes of a READ go: either they are written into <see cref="Room"/> (fill), or the file system points at memory of its own
/// (lend), which the channel copies once, straight to where they are wanted.
/// </summary>
/// <remarks>Valid during the operation only. Nothing filled and nothing lent means end of file.</remarks>
public ref struct DataReply
{
    /// <summary>The most pieces one reply can lend.</summary>
    public const int MaxLent = 64;

    private readonly Span<UnmanagedMemory> _lent;
    private int _lentCount;

    /// <summary>A reply to be filled or lent; made by the session.</summary>
    /// <param name="room">Where it may be filled: as many bytes as were asked for.</param>
    /// <param name="lent">Room for the pieces that are lent.</param>
    public DataReply(Span<byte> room, Span<UnmanagedMemory> lent)
    {
        Room = room;
        _lent = lent;
    }

    /// <summary>Exactly as many bytes as the request asked for. Not cleared: holds whatever was there.</summary>
    public Span<byte> Room { get; }

    /// <summary>How many bytes of <see cref="Room"/> were filled, or how many were lent in all.</summary>
    public int Length { get; private set; }

    /// <summary>Whether memory was lent.</summary>
    public readonly bool IsLent => _lentCount > 0;

    /// <summary>The pieces lent so far.</summary>
    public readonly ReadOnlySpan<UnmanagedMemory> Lent => _lent[.._lentCount];

    /// <summary>Told when the lent memory is free again; null when it never changes.</summary>
    public ILease? Lease { get; private set; }

    /// <summary>Given back to <see cref="Lease"/>.</summary>
    public ulong LeaseToken { get; private set; }

    /// <summary>Says that the first bytes of <see cref="Room"/> are the reply.</summary>
    /// <param name="count">0 to the length of <see cref="Room"/>; less than that is a short read (end of file).</param>
    /// <exception cref="ArgumentOutOfRangeException">More than was asked for.</exception>
    /// <exception cref="InvalidOperationException">Something was lent already.</exception>
    public void Fill(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Room.Length, nameof(count));
        if (_lentCount > 0)
            throw new InvalidOperationException("A reply is filled or lent, not both.");
        Length = count;
    }

    /// <summary>
    /// Adds a piece of the file system's own memory. It must stay allocated and unchanged until the lease is released.
    /// </summary>
    /// <param name="memory">The piece.</param>
    /// <returns>False when no more pieces fit (<see cref="MaxLent"/>): the caller copies into <see cref="Room"/> instead, after <see cref="Reset"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More bytes than were asked for.</exception>
    public bool Lend(UnmanagedMemory memory)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)memory.Length, (uint)(Room.Length - Length), nameof(memory));
        if (_lentCount == _lent.Length)
            return false;
        _lent[_lentCount++] = memory;
        Length += memory.Length;
        return true;
    }

    /// <summary>Names who is told when the lent memory is free again.</summary>
    /// <param name="lease">Told once.</param>
    /// <param name="token">Given back with it.</param>
    public void LeasedBy(ILease lease, ulong token)
    {
        Lease = lease;
        LeaseToken = token;
    }

    /// <summary>Takes back what was filled or lent.</summary>
    public void Reset()
    {
        _lentCount = 0;
        Length = 0;
        Lease = null;
    }
}
