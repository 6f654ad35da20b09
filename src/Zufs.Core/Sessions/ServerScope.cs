using System.Runtime.CompilerServices;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Diagnostics;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Sessions;

/// <summary>
/// What one server thread has for itself: the request it serves, its channel, its scratch memory and its counters. Made once, used for every
/// request; so a request allocates nothing.
/// </summary>
internal sealed partial class ServerScope : RequestScope, ILentReplyTaken, IDisposable
{
    /// <summary>Bytes of scratch: the largest ioctl(2) argument, and more than any xattr name with its NUL.</summary>
    public const int ScratchSize = 1 << 14;

    private const int MaxGroups = 32;

    // So many requests are timed each; then one of eight, since reading the clock costs as much as the rest of a small request.
    private const uint TimedAtFirst = 1024;

    private readonly Arena _arena;
    private readonly InFlight _inFlight;
    private readonly long _counters;
    private readonly IntentJournal _intents;
    private long _intent;
    private readonly uint[] _groups = new uint[MaxGroups];
    private int _groupCount;
    private uint _served;
    private uint _random = 2463534242;
    private ulong _current;
    private ulong _interrupted;
    private ILease? _lease;
    private ulong _leaseToken;

    /// <summary>A scope for one server thread.</summary>
    /// <exception cref="SessionException">The arena is full.</exception>
    public ServerScope(Arena arena, InFlight inFlight, IntentJournal intents, Channel channel, RateLimitedLog log)
    {
        _arena = arena;
        _inFlight = inFlight;
        Channel = channel;
        Log = log;
        _counters = CounterBlocks.Take(arena);
        _intents = intents;
        _intent = intents.Take();
        if (_counters == 0 || _intent == 0)
            throw new SessionException("The arena is full: there is no room for a server thread's counters.");
        inFlight.Add(this);
    }

    /// <summary>The request and its reply. A field, since it is passed by reference.</summary>
    public RequestFrame Frame;

    /// <summary>The thread's channel.</summary>
    public Channel Channel { get; }

    /// <summary>Lines for people.</summary>
    public RateLimitedLog Log { get; }

    /// <summary>Pinned, and no part of the channel's memory: what must outlive the first byte of a reply on <c>uring</c> is copied here.</summary>
    public byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(ScratchSize, pinned: true);

    /// <summary>The pieces of a lent reply; pinned, since the channel reads it by address.</summary>
    public UnmanagedMemory[] Lent { get; } = GC.AllocateArray<UnmanagedMemory>(DataReply.MaxLent, pinned: true);

    /// <summary>The row of the request that is served; null for an opcode that isn't known.</summary>
    public Operation? Row { get; private set; }

    /// <summary>The id of the request without FUSE_UNIQUE_RESEND.</summary>
    public ulong Unique { get; private set; }

    /// <summary>Bytes behind the fixed part without extensions.</summary>
    public int TailLength { get; private set; }

    /// <summary>This thread's counters.</summary>
    public ref CounterBlock Counters => ref _arena.At<CounterBlock>(_counters);

    /// <inheritdoc/>
    public override bool IsResend => (Frame.Head.Unique & FuseConstants.UniqueResend) != 0;

    /// <inheritdoc/>
    public override ReadOnlySpan<uint> SupplementaryGroups => _groups.AsSpan(0, _groupCount);

    /// <inheritdoc/>
    public override bool IsInterrupted => Volatile.Read(ref _interrupted) == _current;

    /// <summary>Begins the request that stands in <see cref="Frame"/>.</summary>
    /// <returns>False when its extensions don't add up.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Begin(Operation? row)
    {
        Row = row;
        Unique = Frame.Head.Unique & ~FuseConstants.UniqueResend;
        Deferred = null;
        Frame.SetError(0);
        Frame.LentTaken = null;
        TailLength = Frame.RestLength;
        _groupCount = 0;
        _interrupted = 0;
        Volatile.Write(ref _current, Unique);
        if (_inFlight.HasParked && _inFlight.TakeParked(Unique))
            Volatile.Write(ref _interrupted, Unique);
        return Frame.Head.TotalExtlen == 0 || ReadExtensions();
    }

    /// <summary>Ends it: an INTERRUPT that comes now is late.</summary>
    public void End() => Volatile.Write(ref _current, 0);

    /// <summary>Whether this request's time is to be taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsTimed()
    {
        if (_served < TimedAtFirst)
        {
            _served++;
            return true;
        }
        // Xorshift: a regular one of eight could always meet the same operation of a program's loop.
        uint next = _random;
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        _random = next;
        return (next & 7) == 0;
    }

    /// <summary>Marks the request as interrupted when this thread serves it or holds it as deferred. Any thread.</summary>
    public bool TryInterrupt(ulong unique)
    {
        bool found = Volatile.Read(ref _current) == unique;
        if (found)
            Volatile.Write(ref _interrupted, unique);
        return TryInterruptDeferred(unique) || found;
    }

    /// <summary>Holds who is to be told when the lent reply was taken.</summary>
    public void SetLease(ILease lease, ulong token)
    {
        _lease = lease;
        _leaseToken = token;
    }

    /// <inheritdoc/>
    public void OnTaken()
    {
        ILease? lease = _lease;
        _lease = null;
        lease?.Release(_leaseToken);
    }

    /// <summary>Gives the counters to the next thread. The thread has left its channel.</summary>
    public void Dispose()
    {
        OnTaken();
        _inFlight.Remove(this);
        CounterBlocks.Return(_arena, _counters);
        _intents.Return(_intent);
    }
}
