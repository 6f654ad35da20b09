using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zufs.Protocol;

namespace Zufs.Diagnostics;

/// <summary>
/// What one server thread counts, in the arena. Written by its thread only, without locks; read by anybody. Blocks are powers of two of at
/// least 4 KiB, so no two share a cache line.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CounterBlock
{
    /// <summary>The next block of the list; 0 at its end. Set before the block is linked, never changed.</summary>
    public long Next;

    /// <summary>1 while a thread owns it; taken by compare-and-swap.</summary>
    public int Owned;

    /// <summary>The thread that owns it, as gettid(2) says.</summary>
    public int ThreadId;

    /// <summary>The id of the request that is served now, with bit 0 set (FORGET has the id 0); 0 between requests.</summary>
    public ulong Serving;
    public long Errors;
    public long Malformed;
    public long BrokenReplies;
    public long Exceptions;
    public long Unknown;
    public long Deferred;
    public long BytesRead;
    public long BytesWritten;

    /// <summary>Requests with an effect that a dead worker had begun, or done.</summary>
    public long ServedAgain;

    /// <summary>Requests by opcode; those beyond the table count in row 0.</summary>
    public PerOpcode Operations;

    public PerOpcode OperationErrors;
    public LatencyHistogram Latency;

    [InlineArray(OperationTable.Size)]
    public struct PerOpcode
    {
        private long _first;
    }
}
