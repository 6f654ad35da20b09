using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Arenas;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <content>The frame's memory as spans, so that whoever decodes a request needs no pointer.</content>
public unsafe partial struct RequestFrame
{
    /// <summary>The request's header.</summary>
    public readonly ref readonly FuseInHeader Head => ref *Header;

    /// <summary>Names, data and extensions behind the fixed part.</summary>
    // SAFETY: the channel vouches for Rest and RestLength until the next exchange.
    public readonly ReadOnlySpan<byte> RestBytes => new(Rest, RestLength);

    /// <summary>Where the reply's body may be written.</summary>
    // SAFETY: the channel vouches for Room and RoomLength until the next exchange.
    public readonly Span<byte> RoomBytes => new(Room, RoomLength);

    /// <summary>The fixed part as the operation's structure.</summary>
    /// <typeparam name="T">The structure.</typeparam>
    /// <exception cref="InvalidOperationException">The fixed part is shorter: the caller didn't ask the operation table.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref readonly T FixedAs<T>()
        where T : unmanaged
    {
        if (FixedLength < sizeof(T))
            ThrowShort();
        return ref *(T*)Fixed;
    }

    /// <summary>Makes the reply an error, or success without data.</summary>
    /// <param name="errno">0 or a positive errno.</param>
    public void SetError(int errno)
    {
        Reply = ReplyKind.Error;
        Error = errno;
        Length = 0;
    }

    /// <summary>Makes the first bytes of the room the reply.</summary>
    /// <param name="length">0 to <see cref="RoomLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there is room.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetFilled(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)RoomLength, nameof(length));
        Reply = ReplyKind.Filled;
        Error = 0;
        Length = length;
    }

    /// <summary>Makes pieces of other memory the reply.</summary>
    /// <param name="pieces">A pinned array: the channel reads it at the next exchange.</param>
    /// <param name="count">How many of it.</param>
    /// <param name="length">Bytes in all.</param>
    /// <param name="taken">Told when the pieces were taken; may be null.</param>
    public void SetLent(UnmanagedMemory[] pieces, int count, int length, ILentReplyTaken? taken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)pieces.Length, nameof(count));
        Reply = ReplyKind.Lent;
        Error = 0;
        Length = length;
        // SAFETY: the array is pinned (its owner made it so) and lives as long as the server thread.
        Lent = (UnmanagedMemory*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pieces));
        LentCount = count;
        LentTaken = taken;
    }

    private static void ThrowShort() => throw new InvalidOperationException("The fixed part is shorter than the operation's structure.");
}

/// <content>The room as a span.</content>
public unsafe partial struct DeferredFrame
{
    /// <summary>Where the reply's body may be written.</summary>
    // SAFETY: the channel vouches for Room and RoomLength until the request is completed.
    public readonly Span<byte> RoomBytes => new(Room, RoomLength);
}
