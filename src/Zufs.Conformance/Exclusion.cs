namespace Zufs.Conformance;

/// <summary>A check whose expectations a file system is known, and declared, not to meet. It is still run and still compared.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record Exclusion(string Check, string Reason);
