using System.Diagnostics;
using System.Runtime.InteropServices;
using Zufs.Interop;

namespace Zufs.Channels;

/// <content>The end of a ring.</content>
public sealed unsafe partial class UringChannel
{
    // How long the kernel may take to give entries back once the connection has ended; it takes some milliseconds.
    private const int DrainMilliseconds = 2000;

    /// <inheritdoc/>
    /// <remarks>
    /// Called by the owning thread, or after that thread has ended. Memory of entries that the kernel hasn't given back stays in the arena
    /// (a connection that goes on without this ring): the kernel may write to it as long as the ring's thread lives.
    /// </remarks>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Wake();
        }
        Drain();
        _ring.Close();
        lock (_gate)
        {
            // What was handed over is the successor's.
            for (int slot = 0; slot < _used && !_handsOver; slot++)
            {
                if (_entries[slot].State is UringEntryState.Unused or UringEntryState.Serving or UringEntryState.Completed)
                    FreeEntry(ref _entries[slot]);
            }
            LibC.close(_wake);
        }
        // The kernel may still complete a read that it didn't give back: then 8 bytes stay.
        if (!_wakeArmed)
            NativeMemory.Free(_wakeCount);
        _transport.LetGo();
    }

    // Takes what the kernel gives back. With the connection ended it gives back everything, which is waited for; a connection that goes on
    // keeps its entries, and only the wake-up's read is waited for.
    private void Drain()
    {
        bool ended = _last is ExchangeOutcome.Ended or ExchangeOutcome.Refused;
        var clock = Stopwatch.StartNew();
        for (; ; )
        {
            while (_ring.TryTake(out IoUringCqe completion))
            {
                if (completion.UserData == WakeToken)
                    _wakeArmed = false;
                else
                    _entries[(int)completion.UserData].State = UringEntryState.Unused;
            }
            bool waits = ended && KernelHasEntries() || _disposed && _wakeArmed;
            if (!waits || !_ring.IsOwn || clock.ElapsedMilliseconds > DrainMilliseconds)
                return;
            _ring.Wait(milliseconds: 10);
        }
    }

    private bool KernelHasEntries()
    {
        for (int slot = 0; slot < _used; slot++)
        {
            if (_entries[slot].State is UringEntryState.Registered or UringEntryState.Committed)
                return true;
        }
        return false;
    }

    private void FreeEntry(ref UringEntry entry)
    {
        _transport.Memory.Free(entry.Offset);
        entry.State = UringEntryState.Unused;
        entry.Offset = 0;
    }
}
