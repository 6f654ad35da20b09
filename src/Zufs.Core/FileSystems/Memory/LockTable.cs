using System.Runtime.InteropServices;

namespace Zufs.FileSystems.Memory;

/// <summary>
/// Reader/writer spin locks, striped by inode. They live in this process, not in the arena, so a dead worker's locks die with it.
/// </summary>
/// <remarks>
/// Nothing blocks under such a lock. Within one table a thread holds one lock at a time, or a <see cref="LockSet"/>, which takes its
/// stripes in ascending order. A waiting writer keeps new readers out, so a lock must not be entered twice, not even for reading.
/// </remarks>
internal sealed class LockTable
{
    private const int Count = 1024;
    private readonly Stripe[] _stripes = new Stripe[Count];

    /// <summary>The stripe of an inode.</summary>
    public static int StripeOf(uint slot) => (int)(slot & (Count - 1));

    /// <summary>Enters for reading until the guard is disposed.</summary>
    public ReadGuard Read(uint slot) => new(ref _stripes[StripeOf(slot)].State);

    /// <summary>Enters for writing until the guard is disposed.</summary>
    public WriteGuard Write(uint slot) => new(ref _stripes[StripeOf(slot)].State);

    /// <summary>Enters the locks of up to four inodes for writing; 0 stands for none.</summary>
    public LockSet Write(uint first, uint second, uint third = 0, uint fourth = 0) => new(_stripes, first, second, third, fourth);

    /// <summary>A lock on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct Stripe
    {
        [FieldOffset(0)] public int State;
    }
}

/// <summary>The lock word: readers are counted from bit 0.</summary>
internal static class ReadWriteSpin
{
    private const int Writing = 1 << 31;
    private const int WriterWaits = 1 << 30;

    public static void EnterRead(ref int state)
    {
        SpinWait spin = default;
        for (; ; )
        {
            int seen = Volatile.Read(ref state);
            if ((seen & (Writing | WriterWaits)) == 0 && Interlocked.CompareExchange(ref state, seen + 1, seen) == seen)
                return;
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    public static void ExitRead(ref int state) => Interlocked.Decrement(ref state);

    public static void EnterWrite(ref int state)
    {
        SpinWait spin = default;
        for (; ; )
        {
            int seen = Volatile.Read(ref state);
            // Entering clears the mark; other waiting writers set it again.
            if ((seen & ~WriterWaits) == 0)
            {
                if (Interlocked.CompareExchange(ref state, Writing, seen) == seen)
                    return;
            }
            else if ((seen & WriterWaits) == 0)
            {
                Interlocked.CompareExchange(ref state, seen | WriterWaits, seen);
            }
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    public static void ExitWrite(ref int state) => Interlocked.And(ref state, ~Writing);
}

/// <summary>Leaves a lock that was entered for reading.</summary>
internal readonly ref struct ReadGuard
{
    private readonly ref int _state;

    public ReadGuard(ref int state)
    {
        _state = ref state;
        ReadWriteSpin.EnterRead(ref state);
    }

    public void Dispose() => ReadWriteSpin.ExitRead(ref _state);
}

/// <summary>Leaves a lock that was entered for writing.</summary>
internal readonly ref struct WriteGuard
{
    private readonly ref int _state;

    public WriteGuard(ref int state)
    {
        _state = ref state;
        ReadWriteSpin.EnterWrite(ref state);
    }

    public void Dispose() => ReadWriteSpin.ExitWrite(ref _state);
}

/// <summary>Leaves up to four locks that were entered for writing, each stripe once, in ascending order.</summary>
internal readonly ref struct LockSet
{
    private readonly Span<LockTable.Stripe> _stripes;
    private readonly int _first;
    private readonly int _second;
    private readonly int _third;
    private readonly int _fourth;

    public LockSet(LockTable.Stripe[] stripes, uint first, uint second, uint third, uint fourth)
    {
        _stripes = stripes;
        int a = Stripe(first), b = Stripe(second), c = Stripe(third), d = Stripe(fourth);
        Order(ref a, ref b);
        Order(ref c, ref d);
        Order(ref a, ref c);
        Order(ref b, ref d);
        Order(ref b, ref c);
        _first = a;
        _second = b == a ? -1 : b;
        _third = c == b ? -1 : c;
        _fourth = d == c ? -1 : d;
        Enter(_first);
        Enter(_second);
        Enter(_third);
        Enter(_fourth);
    }

    public void Dispose()
    {
        Exit(_first);
        Exit(_second);
        Exit(_third);
        Exit(_fourth);
    }

    private static int Stripe(uint slot) => slot == 0 ? -1 : LockTable.StripeOf(slot);

    private static void Order(ref int low, ref int high)
    {
        if (low > high)
            (low, high) = (high, low);
    }

    private void Enter(int stripe)
    {
        if (stripe >= 0)
            ReadWriteSpin.EnterWrite(ref _stripes[stripe].State);
    }

    private void Exit(int stripe)
    {
        if (stripe >= 0)
            ReadWriteSpin.ExitWrite(ref _stripes[stripe].State);
    }
}
