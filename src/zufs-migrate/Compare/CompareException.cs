namespace Zufs.Migrate.Compare;

/// <summary>The comparison can't be made; the sentence says why and what to do.</summary>
internal sealed class CompareException(string sentence) : Exception(sentence);
