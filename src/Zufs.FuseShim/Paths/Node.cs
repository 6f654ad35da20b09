using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.FuseShim.Paths;

/// <summary>
/// A node of a <see cref="NodeTable"/>, as it lies in the arena: two cache lines, so that neighbours share none. From these records alone a
/// successor builds everything else anew.
/// </summary>
/// <remarks>
/// Parent and name change only while the tree lock is held exclusively for the node and the stripes of the old and the new hash are held. The
/// stripe of <see cref="Hash"/> guards the rest.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Node
{
    /// <summary>Longer names have a block of their own.</summary>
    public const int InlineNameLength = 80;

    /// <summary>Goes up with each use of the slot.</summary>
    public uint Generation;

    /// <summary>Of parent and name; of the slot while there is no name. Written last when a node changes its stripe.</summary>
    public uint Hash;

    /// <summary>The parent's slot; 0 for the root and for a node without a name.</summary>
    public uint Parent;

    /// <summary>The next slot in the bucket, or in the free list.</summary>
    public uint Next;

    /// <summary>How often the kernel was told of the node, less what it gave back.</summary>
    public ulong Lookups;

    /// <summary>The newest open file of the node: the offset of its <see cref="OpenRecord"/>, 0 when none is open.</summary>
    public long FirstOpen;

    /// <summary>The block of a long name, 0 for a short one.</summary>
    public long LongName;

    /// <summary>How many nodes have this one as parent; changed atomically.</summary>
    public int Children;

    /// <summary>Bytes of the name; 0 when there is none.</summary>
    public ushort NameLength;

    /// <summary>Whether the slot is in use.</summary>
    public bool IsLive;

    /// <summary>Whether the name is a <c>.fuse_hidden</c> one, to be unlinked at the last close.</summary>
    public bool IsHidden;

    /// <summary>A short name.</summary>
    public InlineName ShortName;

    /// <summary>The bytes of a short name.</summary>
    [InlineArray(InlineNameLength)]
    public struct InlineName
    {
        private byte _first;
    }
}
