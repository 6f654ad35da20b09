namespace Zufs.Conformance.Trees;

/// <summary>One thing in a copied tree that isn't as in its source.</summary>
/// <param name="Path">The path below the tree; bytes that aren't printable ASCII as \xNN.</param>
/// <param name="What">What differs: content, mode, mtime, target, or an errno.</param>
/// <param name="Expected">As it is in the source.</param>
/// <param name="Actual">As it came back.</param>
public sealed record TreeDifference(string Path, string What, string Expected, string Actual);
