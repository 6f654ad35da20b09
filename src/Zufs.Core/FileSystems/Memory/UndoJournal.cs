using System.Runtime.CompilerServices;
using Zufs.Arenas;
using Zufs.Interop;

namespace Zufs.FileSystems.Memory;

/// <summary>One step of a change of names, as it was before it: enough to take it back.</summary>
internal struct UndoStep
{
    /// <summary>An <see cref="UndoKind"/>.</summary>
    public uint Kind;

    /// <summary>The inode it is about.</summary>
    public uint Slot;

    public long First;
    public long Second;
}

/// <summary>What an <see cref="UndoStep"/> takes back.</summary>
internal enum UndoKind : uint
{
    None,

    /// <summary>A name in directory <c>Slot</c> that leads to inode <c>First</c>, its hash being <c>Second</c>: it goes.</summary>
    AddedName,

    /// <summary>The place <c>First</c> of directory <c>Slot</c> had the entry <c>Second</c>: it comes back.</summary>
    RemovedName,

    /// <summary>The entry <c>First</c> led to inode <c>Second</c>.</summary>
    Redirected,

    /// <summary>The inode had <c>First</c> links.</summary>
    Links,

    /// <summary>The directory had <c>First</c> as parent.</summary>
    Parent,
}

/// <summary>The steps of one operation that is under way: four cache lines of the arena, of one thread at a time.</summary>
internal struct UndoRecord
{
    public const int MaxSteps = 10;

    /// <summary>1 while an operation of this process has it.</summary>
    public int Owned;

    /// <summary>Steps that are to be taken back when the worker dies now; 0: the operation is as good as done, or hasn't begun.</summary>
    public int Count;

    public StepTable Steps;

    [InlineArray(MaxSteps)]
    public struct StepTable
    {
        private UndoStep _first;
    }
}

/// <summary>
/// Makes operations that change several records atomic: before each store, what was there is noted; one store at the end says that the whole is done. A successor
/// takes back what was cut short, and the request that comes again begins anew.
/// </summary>
internal sealed class UndoJournal(Arena arena, long records)
{
    /// <summary>More than CPUs that serve at a time; then one waits for another.</summary>
    public const int Records = 64;

    /// <summary>Bytes of a record.</summary>
    public const int RecordSize = 256;

    /// <summary>Begins an operation. Disposing it means that it is done.</summary>
    public Undo Begin()
    {
        int start = Thread.GetCurrentProcessorId();
        SpinWait wait = default;
        for (int i = 0; ; i++)
        {
            ref UndoRecord record = ref At((start + i) & (Records - 1));
            if (Volatile.Read(ref record.Owned) == 0 && Interlocked.CompareExchange(ref record.Owned, 1, 0) == 0)
                return new Undo(ref record);
            if (i > Records)
                wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>The record of a number. For a successor, who also frees it.</summary>
    public ref UndoRecord At(int index) => ref arena.At<UndoRecord>(records + index * RecordSize);
}

/// <summary>An operation that is under way. Its thread holds the locks of what it changes until it is done.</summary>
internal readonly ref struct Undo
{
    private readonly ref UndoRecord _record;

    public Undo(ref UndoRecord record) => _record = ref record;

    /// <summary>Notes how it was, before it is changed.</summary>
    public void Note(UndoKind kind, uint slot, long first, long second = 0)
    {
        int count = _record.Count;
        _record.Steps[count] = new UndoStep { Kind = (uint)kind, Slot = slot, First = first, Second = second };
        Volatile.Write(ref _record.Count, count + 1);
        FaultPoint.Reach("memory", "noted");
    }

    /// <summary>From here on the operation has happened.</summary>
    public void Commit()
    {
        FaultPoint.Reach("memory", "uncommitted");
        Volatile.Write(ref _record.Count, 0);
        FaultPoint.Reach("memory", "committed");
    }

    public void Dispose()
    {
        Volatile.Write(ref _record.Count, 0);
        Volatile.Write(ref _record.Owned, 0);
    }
}
