namespace Zufs.Conformance.Latency;

/// <summary>One operation's speed on one mount.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Channel">Which mount: the channel's name, or the label that was given.</param>
/// <param name="Threads">Threads at once, each on a file or name of its own.</param>
/// <param name="Size">Bytes of one read or write; 0 where there is none.</param>
/// <param name="P50Us">Half of the operations took at most so many microseconds.</param>
/// <param name="P99Us">99 of 100 took at most so many microseconds.</param>
/// <param name="OpsPerS">Operations a second, of all threads together.</param>
public sealed record LatencyRow(string Operation, string Channel, int Threads, int Size, double P50Us, double P99Us, double OpsPerS);
