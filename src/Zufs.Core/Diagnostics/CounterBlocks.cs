using System.Runtime.CompilerServices;
using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.Diagnostics;

/// <summary>The list of counter blocks in an arena: <see cref="ArenaRoot.Counters"/> is its head.</summary>
internal static class CounterBlocks
{
    /// <summary>Takes a block that nobody owns, or adds one. What it counted before stays: totals are the mount's, not the thread's.</summary>
    /// <returns>Its offset; 0 when the arena is full.</returns>
    public static long Take(Arena arena)
    {
        ref long head = ref arena.Root(ArenaRoot.Counters);
        for (long at = Volatile.Read(ref head); at != 0; at = arena.At<CounterBlock>(at).Next)
        {
            if (Interlocked.CompareExchange(ref arena.At<CounterBlock>(at).Owned, 1, 0) != 0)
                continue;
            arena.At<CounterBlock>(at).ThreadId = LibC.gettid();
            return at;
        }
        long block = arena.Allocate(Unsafe.SizeOf<CounterBlock>());
        if (block == 0)
            return 0;
        ref CounterBlock added = ref arena.At<CounterBlock>(block);
        added.Owned = 1;
        added.ThreadId = LibC.gettid();
        long first;
        do
        {
            first = Volatile.Read(ref head);
            added.Next = first;
        }
        while (Interlocked.CompareExchange(ref head, block, first) != first);
        return block;
    }

    /// <summary>Gives a block back for another thread.</summary>
    public static void Return(Arena arena, long block)
    {
        if (block != 0)
            Volatile.Write(ref arena.At<CounterBlock>(block).Owned, 0);
    }

    /// <summary>Takes every block from the threads of a worker that died. Called before this worker's threads run.</summary>
    public static void Disown(Arena arena)
    {
        for (long at = arena.Root(ArenaRoot.Counters); at != 0; at = arena.At<CounterBlock>(at).Next)
        {
            ref CounterBlock block = ref arena.At<CounterBlock>(at);
            block.Serving = 0;
            block.Owned = 0;
        }
    }
}
