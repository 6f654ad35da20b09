using System.Runtime.CompilerServices;
using Zufs.Arenas;

namespace Zufs.Sessions;

/// <summary>
/// The records of effects that must not happen twice: a list in the arena, <see cref="ArenaRoot.Intents"/> is its head. A server thread owns one record and uses
/// it for one request after the other: when it takes the next request, the kernel has the reply to the last. So the list is as long as the most
/// requests that were served at a time, and no two CPUs share a line of it.
/// </summary>
internal sealed class IntentJournal
{
    // What dead workers left is kept so long that each request that may come again has come. Far more than can be unanswered after one death.
    private const int MaxOrphans = 1024;

    private readonly Arena _arena;
    private readonly object _lock = new();

    // Guarded by _lock but for reading the count; found orphans are taken out.
    private readonly List<(ulong Unique, long Record)> _orphans = [];
    private int _orphanCount;

    /// <summary>The journal of an arena. What is in it was left by workers that have died: made before this worker's threads.</summary>
    public IntentJournal(Arena arena)
    {
        _arena = arena;
        foreach (long at in Records().OrderByDescending(at => _arena.At<IntentRecord>(at).Since))
        {
            ref IntentRecord record = ref arena.At<IntentRecord>(at);
            bool isKept = record.State != IntentState.None && _orphans.Count < MaxOrphans;
            if (isKept)
                _orphans.Add((record.Unique, at));
            else
                record.State = IntentState.None;
            record.Owner = isKept ? IntentOwner.Orphan : IntentOwner.Free;
        }
        _orphanCount = _orphans.Count;
    }

    /// <summary>Whether any request may have been served by a worker before. False on a mount whose worker never died: one load a request.</summary>
    public bool HasOrphans => Volatile.Read(ref _orphanCount) != 0;

    /// <summary>How many records there are. For tests and diagnostics.</summary>
    public int Count => Records().Count;

    /// <summary>Takes a record that nobody has, or adds one.</summary>
    /// <returns>Its offset; 0 when the arena is full.</returns>
    public long Take()
    {
        ref long head = ref _arena.Root(ArenaRoot.Intents);
        for (long at = Volatile.Read(ref head); at != 0; at = _arena.At<IntentRecord>(at).Next)
        {
            ref int owner = ref _arena.At<IntentRecord>(at).Owner;
            if (Volatile.Read(ref owner) == IntentOwner.Free && Interlocked.CompareExchange(ref owner, IntentOwner.Taken, IntentOwner.Free) == IntentOwner.Free)
                return at;
        }
        long block = _arena.Allocate(Unsafe.SizeOf<IntentRecord>());
        if (block == 0)
            return 0;
        ref IntentRecord added = ref _arena.At<IntentRecord>(block);
        added.Owner = IntentOwner.Taken;
        long first;
        do
        {
            first = Volatile.Read(ref head);
            added.Next = first;
        }
        while (Interlocked.CompareExchange(ref head, block, first) != first);
        return block;
    }

    /// <summary>Gives a record to whoever needs one. What it says stays till then: its reply may still be on the way.</summary>
    public void Return(long record)
    {
        if (record != 0)
            Volatile.Write(ref _arena.At<IntentRecord>(record).Owner, IntentOwner.Free);
    }

    /// <summary>The record that a dead worker wrote for a request; the caller owns it from here on.</summary>
    /// <returns>Its offset; 0 when there is none: the request is new, or nothing was done for it.</returns>
    public long Adopt(ulong unique)
    {
        lock (_lock)
        {
            int at = _orphans.FindIndex(orphan => orphan.Unique == unique);
            if (at < 0)
                return 0;
            long record = _orphans[at].Record;
            _orphans.RemoveAt(at);
            Volatile.Write(ref _orphanCount, _orphans.Count);
            Volatile.Write(ref _arena.At<IntentRecord>(record).Owner, IntentOwner.Taken);
            return record;
        }
    }

    private List<long> Records()
    {
        var records = new List<long>();
        for (long at = _arena.Root(ArenaRoot.Intents); at != 0; at = _arena.At<IntentRecord>(at).Next)
            records.Add(at);
        return records;
    }
}
