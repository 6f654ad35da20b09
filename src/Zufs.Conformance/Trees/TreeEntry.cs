using Zufs.Conformance.Interop;

namespace Zufs.Conformance.Trees;

/// <summary>One entry of a source tree, as it was when it was walked.</summary>
/// <param name="Path">Below the tree's root.</param>
/// <param name="Status">Its attributes.</param>
/// <param name="Target">A symlink's target.</param>
/// <param name="Hash">SHA-256 of a file's data as it was copied.</param>
internal sealed record TreeEntry(Name Path, FileStatus Status, Name? Target, byte[] Hash);
