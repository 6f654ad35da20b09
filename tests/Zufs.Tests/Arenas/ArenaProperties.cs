using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.Arenas;

namespace Zufs.Tests.Arenas;

public class ArenaProperties
{
    [Fact]
    public void Live_blocks_never_overlap_and_keep_what_was_written()
    {
        // A positive number allocates so many bytes, another frees one of the live blocks.
        Gen<int> step = Gen.Frequency((3, Gen.Choose(1, 300)), (1, Gen.Choose(1, 300_000)), (3, Gen.Choose(-1000, -1)));
        Prop.ForAll(Arb.From(Gen.ArrayOf(step), ArbMap.Default.ArbFor<int[]>().Shrinker), Holds)
            .QuickCheckThrowOnFailure();
    }

    private static bool Holds(int[] steps)
    {
        using Arena arena = Arena.Create("property", 256L << 20);
        var live = new List<(long Offset, int Size, byte Mark)>();
        byte mark = 0;
        foreach (int step in steps)
        {
            if (step > 0)
            {
                long block = arena.Allocate(step);
                if (block == 0 || arena.Bytes(block, step).IndexOfAnyExcept((byte)0) >= 0)
                    return false;
                mark = (byte)(mark % 255 + 1);
                arena.Bytes(block, step).Fill(mark);
                live.Add((block, step, mark));
            }
            else if (live.Count > 0)
            {
                int index = -step % live.Count;
                arena.Free(live[index].Offset, live[index].Size);
                live.RemoveAt(index);
            }
        }
        return live.TrueForAll(b => arena.Bytes(b.Offset, b.Size).IndexOfAnyExcept(b.Mark) < 0);
    }
}
