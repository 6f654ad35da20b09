using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// The clusters of a file. The first one stands in the inode; the others in a radix tree of 4 KiB nodes: leaves of 256 clusters (64 MiB), above
/// them nodes of 512. What is absent is a hole. Guarded by the inode's lock of contents.
/// </summary>
internal readonly struct ClusterTree(Arena arena)
{
    private const int NodeSize = 4096;
    private const int LeafShift = 8;
    private const int InnerShift = 9;
    private const long LeafMask = (1L << LeafShift) - 1;
    private const long InnerMask = (1L << InnerShift) - 1;
    private const long DepthMask = NodeSize - 1;

    /// <summary>The cluster, or a null reference where there is none.</summary>
    public ref Cluster Find(ref Inode inode, long index)
    {
        if (index == 0)
            return ref inode.First;
        int depth = (int)(inode.Tree & DepthMask);
        if (depth == 0 || index >> ShiftOf(depth) != 0)
            return ref Unsafe.NullRef<Cluster>();
        long node = inode.Tree & ~DepthMask;
        for (int level = depth; level > 1; level--)
        {
            node = Child(node, index, level);
            if (node == 0)
                return ref Unsafe.NullRef<Cluster>();
        }
        return ref Leaf(node, index);
    }

    /// <summary>The cluster, made (as a hole) where there was none; a null reference when the arena is full.</summary>
    public ref Cluster FindOrAdd(ref Inode inode, long index)
    {
        if (index == 0)
            return ref inode.First;
        int depth = (int)(inode.Tree & DepthMask);
        while (depth == 0 || index >> ShiftOf(depth) != 0)
        {
            long root = arena.Allocate(NodeSize);
            if (root == 0)
                return ref Unsafe.NullRef<Cluster>();
            if (depth > 0)
                arena.At<long>(root) = inode.Tree & ~DepthMask;
            depth++;
            // Root and depth change in one store.
            Volatile.Write(ref inode.Tree, root | (long)depth);
        }
        long node = inode.Tree & ~DepthMask;
        for (int level = depth; level > 1; level--)
        {
            ref long child = ref Child(node, index, level);
            if (child == 0)
            {
                long made = arena.Allocate(NodeSize);
                if (made == 0)
                    return ref Unsafe.NullRef<Cluster>();
                Volatile.Write(ref child, made);
            }
            node = child;
        }
        return ref Leaf(node, index);
    }

    /// <summary>The first cluster that has memory, at or behind an index; -1 when there is none.</summary>
    public long Next(ref Inode inode, long index)
    {
        if (index == 0)
        {
            if (inode.First.Offset != 0)
                return 0;
            index = 1;
        }
        int depth = (int)(inode.Tree & DepthMask);
        if (depth == 0 || index >> ShiftOf(depth) != 0)
            return -1;
        return NextIn(inode.Tree & ~DepthMask, depth, 0, index);
    }

    /// <summary>Frees the nodes that lie wholly at or behind an index. Their clusters were freed before.</summary>
    public void Trim(ref Inode inode, long index)
    {
        int depth = (int)(inode.Tree & DepthMask);
        if (depth == 0)
            return;
        long root = inode.Tree & ~DepthMask;
        if (index <= 1)
        {
            Volatile.Write(ref inode.Tree, 0);
            FreeNodes(root, depth, 0, 0);
            arena.Free(root, NodeSize);
            return;
        }
        FreeNodes(root, depth, 0, index);
    }

    private static int ShiftOf(int depth) => LeafShift + InnerShift * (depth - 1);

    private ref long Child(long node, long index, int level) =>
        ref arena.At<long>(node + (index >> ShiftOf(level - 1) & InnerMask) * sizeof(long));

    private ref Cluster Leaf(long node, long index) => ref arena.At<Cluster>(node + (index & LeafMask) * Unsafe.SizeOf<Cluster>());

    private long NextIn(long node, int level, long start, long from)
    {
        if (level == 1)
        {
            for (long index = Math.Max(start, from); index < start + (1 << LeafShift); index++)
            {
                if (Leaf(node, index).Offset != 0)
                    return index;
            }
            return -1;
        }
        long span = 1L << ShiftOf(level - 1);
        long end = start + (span << InnerShift);
        for (long begin = start + (Math.Max(from - start, 0) & ~(span - 1)); begin < end; begin += span)
        {
            long child = Child(node, begin, level);
            long found = child == 0 ? -1 : NextIn(child, level - 1, begin, from);
            if (found >= 0)
                return found;
        }
        return -1;
    }

    private void FreeNodes(long node, int level, long start, long from)
    {
        if (level == 1)
            return;
        long span = 1L << ShiftOf(level - 1);
        for (long i = 0; i <= InnerMask; i++)
        {
            long begin = start + i * span;
            if (begin + span <= from)
                continue;
            ref long link = ref Child(node, begin, level);
            long child = link;
            if (child == 0)
                continue;
            if (begin >= from)
            {
                Volatile.Write(ref link, 0);
                FreeNodes(child, level - 1, begin, from);
                arena.Free(child, NodeSize);
            }
            else
            {
                FreeNodes(child, level - 1, begin, from);
            }
        }
    }
}
