using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <summary>
/// An entry's header block as it lies in the arena: the kernel's header, the two vectors that REGISTER hands over, and what a
/// successor needs to find the entry again. The records are a list under <see cref="Arenas.ArenaRoot.Rings"/>.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal struct UringEntryRecord
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

    /// <summary>How much of <see cref="Header"/> is told to the kernel: a little more than it uses today.</summary>
    public const int HeaderSize = 512;
}
