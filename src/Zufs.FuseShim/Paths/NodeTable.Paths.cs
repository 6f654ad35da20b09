using Zufs.FileSystems;

namespace Zufs.FuseShim.Paths;

/// <content>Paths. The caller holds the tree lock for the nodes it asks about: no parent and no name on the way changes.</content>
internal sealed partial class NodeTable
{
    /// <summary>The longest path with its NUL, in bytes (PATH_MAX of linux/limits.h).</summary>
    public const int PathMax = 4096;

    /// <summary>Writes the path of a node, or of a name in it, at the end of a buffer, from the last component back to the root.</summary>
    /// <param name="slot">The node.</param>
    /// <param name="name">A name in it; empty: the node's own path.</param>
    /// <param name="buffer"><see cref="PathMax"/> bytes.</param>
    /// <param name="path">The path; a NUL stands behind it.</param>
    /// <returns>ENAMETOOLONG; ESTALE when the node, or a directory above it, has no name any more.</returns>
    public Errno PathOf(uint slot, ReadOnlySpan<byte> name, Span<byte> buffer, out ReadOnlySpan<byte> path)
    {
        path = default;
        int start = buffer.Length - 1;
        buffer[start] = 0;
        if (!name.IsEmpty)
        {
            start -= name.Length + 1;
            if (start < 0)
                return Errno.ENAMETOOLONG;
            buffer[start] = (byte)'/';
            name.CopyTo(buffer[(start + 1)..]);
        }
        while (slot != Root)
        {
            ref Node node = ref NodeAt(slot);
            ReadOnlySpan<byte> component = NameOf(ref node);
            if (component.IsEmpty)
                return Errno.ESTALE;
            start -= component.Length + 1;
            if (start < 0)
                return Errno.ENAMETOOLONG;
            buffer[start] = (byte)'/';
            component.CopyTo(buffer[(start + 1)..]);
            slot = node.Parent;
        }
        if (start == buffer.Length - 1)
            buffer[--start] = (byte)'/';
        path = buffer[start..^1];
        return Errno.Success;
    }

    /// <summary>Whether a node is another one or lies below it. Renames are kept away by the caller.</summary>
    public bool IsAtOrBelow(uint slot, uint ancestor)
    {
        // No path is deeper than this; a damaged table doesn't hang us.
        for (int depth = 0; slot != 0 && depth <= PathMax; depth++)
        {
            if (slot == ancestor)
                return true;
            slot = NodeAt(slot).Parent;
        }
        return false;
    }

    /// <summary>The parent of a node; the root's is the root. 0 when it has no name.</summary>
    public uint ParentOf(uint slot) => slot == Root ? Root : NodeAt(slot).Parent;

    /// <summary>Whether a node has no name any more.</summary>
    public bool IsUnnamed(uint slot) => slot != Root && NodeAt(slot).NameLength == 0;
}
