using Zufs.Arenas;
using Zufs.Protocol;

namespace Zufs.Diagnostics;

/// <summary>
/// What a mount's server threads counted, summed at one moment. Over the life of the mount: a successor goes on counting.
/// </summary>
public sealed class SessionCounters
{
    private readonly long[] _operations = new long[OperationTable.Size];
    private readonly long[] _operationErrors = new long[OperationTable.Size];
    private readonly long[] _latency = new long[LatencyHistogram.BucketCount];

    private SessionCounters()
    {
    }

    /// <summary>Requests served, of every kind.</summary>
    public long Operations { get; private set; }

    /// <summary>Replies with an error. Many are ordinary answers: ENOENT of a LOOKUP, ENODATA of a GETXATTR.</summary>
    public long Errors { get; private set; }

    /// <summary>Requests refused because their lengths, names or offsets don't add up.</summary>
    public long Malformed { get; private set; }

    /// <summary>Answers of the file system that made no sense and became EIO.</summary>
    public long BrokenReplies { get; private set; }

    /// <summary>Exceptions of the file system, which became EIO.</summary>
    public long Exceptions { get; private set; }

    /// <summary>Requests with an opcode that isn't known; answered by ENOSYS.</summary>
    public long Unknown { get; private set; }

    /// <summary>Replies that were put off.</summary>
    public long Deferred { get; private set; }

    /// <summary>Entries of rings that were idle when their worker died. Each may have cost one request ECANCELED.</summary>
    public long LostRingEntries { get; private set; }

    /// <summary>Bytes that READ gave.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes that WRITE took.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>The median time from a request's arrival to its reply in nanoseconds, within 6 %; 0 before the first.</summary>
    /// <remarks>In the server only. The first thousand requests of a thread are timed, then one of eight.</remarks>
    public double P50 => Percentile(0.5);

    /// <summary>99 of 100 took no longer, in nanoseconds; as <see cref="P50"/>.</summary>
    public double P99 => Percentile(0.99);

    /// <summary>How many of the timed requests took how long, by the buckets of <see cref="LatencyHistogram"/>.</summary>
    public ReadOnlySpan<long> Latency => _latency;

    /// <summary>The time below which a share of the requests were served, in nanoseconds.</summary>
    /// <param name="share">0 to 1.</param>
    public double Percentile(double share) => LatencyHistogram.Percentile(_latency, share);

    /// <summary>How many requests of one kind came.</summary>
    /// <param name="opcode">The kind.</param>
    public long OperationsOf(FuseOpcode opcode) => (uint)opcode < OperationTable.Size ? _operations[(int)opcode] : 0;

    /// <summary>How many requests of one kind ended in an error.</summary>
    /// <param name="opcode">The kind.</param>
    public long ErrorsOf(FuseOpcode opcode) => (uint)opcode < OperationTable.Size ? _operationErrors[(int)opcode] : 0;

    /// <summary>Sums the counters of an arena, from any process that attached it.</summary>
    /// <param name="arena">The mount's arena.</param>
    public static SessionCounters Read(Arena arena)
    {
        var sum = new SessionCounters { LostRingEntries = Volatile.Read(ref arena.Root(ArenaRoot.LostRingEntries)) };
        for (long at = Volatile.Read(ref arena.Root(ArenaRoot.Counters)); at != 0; at = arena.At<CounterBlock>(at).Next)
            sum.Add(ref arena.At<CounterBlock>(at));
        return sum;
    }

    private void Add(ref CounterBlock block)
    {
        Errors += block.Errors;
        Malformed += block.Malformed;
        BrokenReplies += block.BrokenReplies;
        Exceptions += block.Exceptions;
        Unknown += block.Unknown;
        Deferred += block.Deferred;
        BytesRead += block.BytesRead;
        BytesWritten += block.BytesWritten;
        for (int i = 0; i < OperationTable.Size; i++)
        {
            Operations += block.Operations[i];
            _operations[i] += block.Operations[i];
            _operationErrors[i] += block.OperationErrors[i];
        }
        for (int i = 0; i < LatencyHistogram.BucketCount; i++)
            _latency[i] += block.Latency[i];
    }
}
