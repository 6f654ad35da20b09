namespace Zufs.Bench;

/// <summary>Who is held against whom under one load.</summary>
/// <param name="Ours">The subject of ours.</param>
/// <param name="Peers">The subjects it is held against: the best of them counts.</param>
/// <param name="Goal">The ratio ours / peer that the project promises: of times at most, of rates at least; null where it promises none.</param>
internal sealed record Contest(string Ours, IReadOnlyList<string> Peers, double? Goal = null);
