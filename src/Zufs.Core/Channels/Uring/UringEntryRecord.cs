using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// An entry's header block as it lies in the arena: the kernel's header, the two vectors that REGISTER hands over, and what a
/// successor needs to find the entry again. The records are a list under <see cref="Arenas.ArenaRoot.Rings"/>.
/// </summary>
/// <remarks>
/// <para>A request is in flight when the kernel's commit id isn't 0. What became of it stands in the fields that name that id, which are written
/// last: <see cref="RepliedFor"/> with the reply complete, <see cref="KeptFor"/> with the beginning of its payload, which the reply may overwrite. Written
/// by the entry's thread, read by the successor, between which lies the end of a process; so nothing needs a fence.</para>
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 2048)]
internal unsafe struct UringEntryRecord
{
    /// <summary>Written by the kernel with a request; holds the reply's header when it is committed.</summary>
    [FieldOffset(0)] public FuseUringReqHeader Header;

    /// <summary>Names this header to the kernel. The kernel may read it as long as REGISTER is under way, so it isn't on a stack.</summary>
    [FieldOffset(512)] public IoVector HeaderVector;

    /// <summary>Names the payload.</summary>
    [FieldOffset(528)] public IoVector PayloadVector;

    /// <summary>The next record's offset, 0 at the end.</summary>
    [FieldOffset(768)] public long Next;

    /// <summary>Where the payload lies in the arena.</summary>
    [FieldOffset(776)] public long Payload;

    /// <summary>Bytes of the payload.</summary>
    [FieldOffset(784)] public int PayloadSize;

    /// <summary>The queue.</summary>
    [FieldOffset(788)] public int Queue;

    /// <summary>The commit id of the request that <see cref="ReplyError"/> and <see cref="ReplyLength"/> answer; the body stands in the payload.</summary>
    [FieldOffset(792)] public ulong RepliedFor;

    /// <summary>The reply's errno as the kernel takes it: 0 or negative.</summary>
    [FieldOffset(800)] public int ReplyError;

    /// <summary>Bytes of the reply's body.</summary>
    [FieldOffset(804)] public int ReplyLength;

    /// <summary>The commit id of the request whose payload begins with <see cref="Kept"/>.</summary>
    [FieldOffset(808)] public ulong KeptFor;

    /// <summary>How many bytes are kept.</summary>
    [FieldOffset(816)] public int KeptLength;

    /// <summary>
    /// The beginning of the payload as it came. The longest reply to a request with names is an entry and an open file, and GETXATTR's name is
    /// at most 256 bytes: only an ioctl's reply can overwrite more.
    /// </summary>
    [FieldOffset(1024)] public fixed byte Kept[KeptSize];

    /// <summary>Bytes at <see cref="Kept"/>.</summary>
    public const int KeptSize = 512;

    /// <summary>How much of <see cref="Header"/> is told to the kernel: a little more than it uses today.</summary>
    public const int HeaderSize = 512;
}
