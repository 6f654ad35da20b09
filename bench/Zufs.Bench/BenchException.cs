namespace Zufs.Bench;

/// <summary>The bench can't go on; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
