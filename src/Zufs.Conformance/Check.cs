namespace Zufs.Conformance;

/// <summary>One named check: some work on a directory of the mount, and the record of what it came to.</summary>
/// <param name="Name">Its name: lower case and dashes; unique and stable, since people and scripts pass it to <c>--only</c>.</param>
/// <param name="Summary">One sentence: what is done and what is right.</param>
/// <param name="Kind">Whether it changes anything.</param>
/// <param name="Body">The work. Runs on a thread of its own with umask 022, and may be called any number of times.</param>
public sealed record Check(string Name, string Summary, CheckKind Kind, Action<CheckContext> Body);
