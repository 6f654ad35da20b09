using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zufs.Arenas;

/// <content>
/// The lists of units that have something free, one for each shard and size class. They are this process's own: made from the table of units, which stands in the
/// arena, when it first allocates. The shard's lock guards a list and the links and words of its units.
/// </content>
public sealed unsafe partial class Arena
{
    private readonly object _preparing = new();
    private uint[] _lists = [];
    private UnitInfo* _info;
    private bool _areListsReady;

    private uint UnitCount => (uint)(Size >> ArenaUnit.SizeShift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ArenaUnit UnitAt(uint unit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unit, UnitCount);
        return new ArenaUnit(Volatile.Read(ref At<uint>(Header.Units + unit * sizeof(uint))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(uint unit, ArenaUnit state) => Volatile.Write(ref At<uint>(Header.Units + unit * sizeof(uint)), state.Word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref UnitInfo InfoAt(uint unit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unit, UnitCount);
        // SAFETY: there is one for each unit, and PrepareLists came before.
        return ref _info[unit];
    }

    private ref uint ListOf(int shard, int sizeClass) => ref _lists[shard * Classes + sizeClass];

    /// <summary>Whether no other unit of the class has room, on any CPU. Others may come and go meanwhile: it is about cost only.</summary>
    private bool IsLast(int sizeClass, uint unit)
    {
        if (InfoAt(unit) is not { Next: 0, Previous: 0 })
            return false;
        for (int shard = 0; shard < Shards; shard++)
        {
            uint first = Volatile.Read(ref ListOf(shard, sizeClass));
            if (first != 0 && first != unit)
                return false;
        }
        return true;
    }

    private void Push(int shard, int sizeClass, uint unit)
    {
        ref uint head = ref ListOf(shard, sizeClass);
        ref UnitInfo info = ref InfoAt(unit);
        info.Previous = 0;
        info.Next = head;
        if (head != 0)
            InfoAt(head).Previous = unit;
        Volatile.Write(ref head, unit);
    }

    private void Remove(int shard, int sizeClass, uint unit)
    {
        ref UnitInfo info = ref InfoAt(unit);
        if (info.Next != 0)
            InfoAt(info.Next).Previous = info.Previous;
        if (info.Previous != 0)
            InfoAt(info.Previous).Next = info.Next;
        else
            Volatile.Write(ref ListOf(shard, sizeClass), info.Next);
        info.Next = info.Previous = 0;
    }

    // Not when the arena is attached: a successor may wait beside the one that still allocates.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrepareLists()
    {
        if (!Volatile.Read(ref _areListsReady))
            MakeLists();
    }

    private void MakeLists()
    {
        lock (_preparing)
        {
            if (_areListsReady)
                return;
            // Only what is touched costs memory.
            _info = (UnitInfo*)NativeMemory.AllocZeroed(UnitCount, (nuint)sizeof(UnitInfo));
            _lists = new uint[Shards * Classes];
            int shards = Math.Clamp(Environment.ProcessorCount, 1, Shards);
            for (uint unit = (uint)(HighWaterMark >> ArenaUnit.SizeShift) - 1; unit > 0; unit--)
            {
                ArenaUnit state = UnitAt(unit);
                if (state.Word == 0 || state.Class is < 0 or >= Classes || state.IsFree != state.Class >= UnitClass)
                    continue;
                int shard = (int)unit % shards;
                InfoAt(unit).Shard = (byte)shard;
                // A damaged word must not lead into another unit.
                if (state.IsFree || (state.Count is > 0 && state.Count <= BlocksOf(state.Class) && state.First is > 0 && state.First <= BlocksOf(state.Class)))
                    Push(shard, state.Class, unit);
            }
            Volatile.Write(ref _areListsReady, true);
        }
    }

    /// <summary>What this process knows of a unit.</summary>
    private struct UnitInfo
    {
        public uint Next;
        public uint Previous;

        /// <summary>Whose lists it is in.</summary>
        public byte Shard;
    }
}
