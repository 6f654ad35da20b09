namespace Zufs.Conformance;

/// <summary>Ends a check's body early; what is to be told stands in the observations already, or in the reason.</summary>
internal sealed class CheckStoppedException(string? skipped = null) : Exception(skipped ?? "A step that the rest builds on failed.")
{
    /// <summary>Why the check can't be run here; null when a step failed.</summary>
    public string? Skipped { get; } = skipped;
}
