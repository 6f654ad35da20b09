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
            for (int slot = 0; slot < _used; slot++)
            {
                if (_entries[slot].State is UringEntryState.Unused or UringEntryState.Serving or UringEntryState.Completed)
                    FreeEntry(ref _entries[slot]);
            }
            LibC.close(_wake);
        }
        if (!_wakeArmed)
            NativeMemory.Free(_wakeCount);
        _transport.LetGo();
    }

    // Waits until the kernel has given back what it has, as it does by itself when the connection has ended.
    private void Drain()
    {
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
            bool ended = _last is ExchangeOutcome.Ended or ExchangeOutcome.Refused;
            if ((!ended || !KernelHasEntries()) && !_wakeArmed || !_ring.IsOwn || clock.ElapsedMilliseconds > DrainMilliseconds)
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
