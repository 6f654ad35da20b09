namespace Zufs.Conformance.Latency;

/// <summary>A row can't be measured on a mount; the reason is told as a note.</summary>
internal sealed class ProbeException(string reason) : Exception(reason);
