using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.Sessions;

/// <summary>
/// An effect that must not happen twice, as it stands in the arena: what is about to be done, then what came of it. Names aren't kept: a request that is sent
/// again comes whole.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IntentRecord
{
    /// <summary>Room for the largest reply of a journalled operation: <c>fuse_entry_out</c> and <c>fuse_open_out</c>.</summary>
    public const int ReplySize = 160;

    /// <summary>The next record; set before the record is linked, never changed.</summary>
    public long Next;

    /// <summary>An <see cref="IntentOwner"/>; changed by compare-and-swap.</summary>
    public int Owner;

    /// <summary>An <see cref="IntentState"/>. The last of the record to be written, each time.</summary>
    public int State;

    /// <summary>The request's id without FUSE_UNIQUE_RESEND.</summary>
    public ulong Unique;

    public uint Opcode;

    /// <summary>The result's errno.</summary>
    public int Error;

    /// <summary>Bytes at <see cref="Reply"/>.</summary>
    public int ReplyLength;

    public int Reserved;

    /// <summary>The node that a LOOKUP counted.</summary>
    public ulong Node;

    /// <summary>Before RENAME_EXCHANGE: the inode numbers behind the two names.</summary>
    public ulong PriorSource;

    /// <summary>As <see cref="PriorSource"/>, of the second name.</summary>
    public ulong PriorTarget;

    /// <summary>When it was begun, in milliseconds of the monotonic clock.</summary>
    public long Since;

    public ReplyBytes Reply;

    [InlineArray(ReplySize)]
    public struct ReplyBytes
    {
        private byte _first;
    }
}

/// <summary>Who has an <see cref="IntentRecord"/>.</summary>
internal static class IntentOwner
{
    /// <summary>Nobody.</summary>
    public const int Free = 0;

    /// <summary>A server thread, or a deferred request.</summary>
    public const int Taken = 1;

    /// <summary>A worker that died: the request may come again.</summary>
    public const int Orphan = 2;
}

/// <summary>How far an <see cref="IntentRecord"/> is.</summary>
internal static class IntentState
{
    public const int None = 0;

    /// <summary>The effect may have happened: the file system's state decides.</summary>
    public const int Intent = 1;

    /// <summary>It has, and this is the reply.</summary>
    public const int Result = 2;
}
