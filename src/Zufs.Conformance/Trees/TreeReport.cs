namespace Zufs.Conformance.Trees;

/// <summary>What copying a real tree into a mount and reading it back came to.</summary>
/// <param name="Files">Regular files copied.</param>
/// <param name="Directories">Directories made.</param>
/// <param name="Symlinks">Symlinks made.</param>
/// <param name="Bytes">Bytes of data copied.</param>
/// <param name="Differences">Path and what is different there, against the source; the first hundred.</param>
/// <param name="Digest">SHA-256 over all paths, attributes and data as read back from the mount, in hexadecimal.</param>
/// <param name="IsWhole">False when the limit of files was reached before the source's end.</param>
/// <param name="CopySeconds">How long writing took.</param>
/// <param name="ReadSeconds">How long reading back took.</param>
public sealed record TreeReport(
    int Files,
    int Directories,
    int Symlinks,
    long Bytes,
    IReadOnlyList<TreeDifference> Differences,
    string Digest,
    bool IsWhole,
    double CopySeconds,
    double ReadSeconds)
{
    /// <summary>Whether everything came back as it is in the source.</summary>
    public bool IsSame => Differences.Count == 0;
}
