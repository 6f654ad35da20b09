using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.Diagnostics;

/// <summary>
/// The requests over which a worker was given up, in the arena: its successor answers them by an error instead of getting stuck in them too. The last
/// <see cref="Size"/> are kept. Written by the supervisor while no worker runs, read by workers.
/// </summary>
internal struct OverdueRequests
{
    /// <summary>How many are kept: more threads than one worker gets stuck with.</summary>
    public const int Size = 256;

    private int _next;
    private Table _uniques;

    /// <summary>Makes room. By the worker, when it starts.</summary>
    /// <returns>False when the arena is full.</returns>
    public static bool Prepare(Arena arena)
    {
        ref long root = ref arena.Root(ArenaRoot.Overdue);
        if (root == 0)
            Volatile.Write(ref root, arena.Allocate(Unsafe.SizeOf<OverdueRequests>()));
        return root != 0;
    }

    /// <summary>Adds one.</summary>
    /// <param name="arena">The mount's.</param>
    /// <param name="unique">Its id without FUSE_UNIQUE_RESEND.</param>
    public static void Add(Arena arena, ulong unique)
    {
        if (arena.Root(ArenaRoot.Overdue) is not (not 0 and var root))
            return;
        ref OverdueRequests list = ref arena.At<OverdueRequests>(root);
        list._uniques[(int)((uint)list._next++ % Size)] = unique;
    }

    /// <summary>Whether a request is one of them. Asked only of requests that come again.</summary>
    public static bool Contains(Arena arena, ulong unique)
    {
        long root = arena.Root(ArenaRoot.Overdue);
        return root != 0 && unique != 0 && ((ReadOnlySpan<ulong>)arena.At<OverdueRequests>(root)._uniques).Contains(unique);
    }

    [InlineArray(Size)]
    private struct Table
    {
        private ulong _first;
    }
}
