using System.Runtime.InteropServices;
using Zufs.Interop;
using Zufs.Protocol;

namespace Zufs.Channels;

/// <content>Deferred requests: each keeps its buffer until any thread completes it, also after the channel was disposed.</content>
public sealed unsafe partial class FuseChannel
{
    /// <inheritdoc/>
    public override bool TryDefer(ref RequestFrame frame, out DeferredFrame deferred)
    {
        deferred = default;
        lock (_gate)
        {
            int next = _buffers.Take();
            if (next < 0)
                return false;
            int slot = _current;
            _buffers[slot] = FuseBuffers.State.Deferred;
            _current = next;
            deferred.Slot = slot;
            // SAFETY: the frame's header lies in the slot's buffer.
            deferred.Unique = frame.Header->Unique;
            deferred.Room = _buffers.Room(slot);
            deferred.RoomLength = _buffers.RoomSize;
        }
        frame.Reply = ReplyKind.Deferred;
        return true;
    }

    /// <inheritdoc/>
    public override void Complete(in DeferredFrame deferred)
    {
        int slot = deferred.Slot;
        lock (_gate)
        {
            // A second completion would write into a buffer that another request has by now.
            // SAFETY: a deferred slot has its buffer, and the request's header stays in it.
            if (!_buffers.IsValid(slot) || _buffers[slot] != FuseBuffers.State.Deferred
                || ((FuseInHeader*)_buffers.Request(slot))->Unique != deferred.Unique)
                throw new InvalidOperationException("This request isn't deferred, or was completed before.");
            _buffers[slot] = FuseBuffers.State.Completing;
        }
        bool fits = (uint)deferred.Length <= (uint)_buffers.RoomSize;
        WriteHeader(slot, deferred.Unique, fits ? deferred.Error : LibC.EIO, deferred.Error == 0 && fits ? deferred.Length : 0);
        lock (_gate)
        {
            _buffers.Release(slot);
            if (_disposed)
                FreeUnheld();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            NativeMemory.Free(_vectors);
            FreeUnheld();
        }
    }

    // The connection is held as long as a completion may come.
    private void FreeUnheld()
    {
        if (_buffers.UnmapUnheld() == 0)
            _transport.LetGo();
    }
}
