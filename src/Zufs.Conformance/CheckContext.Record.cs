using System.Globalization;
using Zufs.Conformance.Interop;

namespace Zufs.Conformance;

/// <content>The record: what was seen, and what would be right.</content>
public sealed partial class CheckContext
{
    /// <summary>The call must work; its value isn't of interest (a new descriptor) or is looked at by the check. The body ends when it fails.</summary>
    internal int Works(string what, Outcome outcome)
    {
        Add(what, outcome.Failed ? outcome.ToString() : "ok", outcome.Failed ? "ok" : null);
        if (outcome.Failed) throw new CheckStoppedException();
        return (int)outcome.Value;
    }

    /// <summary>A step that only prepares: recorded when it fails, which ends the body.</summary>
    internal int Ready(string what, Outcome outcome) => outcome.Failed ? Works(what, outcome) : (int)outcome.Value;

    /// <summary>The call must return this number.</summary>
    internal void Gives(string what, long expected, Outcome outcome)
    {
        string right = expected.ToString(CultureInfo.InvariantCulture);
        Add(what, outcome.ToString(), outcome.Failed || outcome.Value != expected ? right : null);
    }

    /// <summary>The call must fail with one of these errors; which one is recorded, so two mounts must agree.</summary>
    internal void Fails(string what, Outcome outcome, params Errno[] right)
    {
        bool expected = outcome.Failed && right.Contains(outcome.Error);
        Add(what, outcome.Failed ? outcome.ToString() : "ok", expected ? null : string.Join(" or ", right));
    }

    /// <summary>
    /// An operation that POSIX and Linux leave to the file system: it works, or fails with one of these errors (EOPNOTSUPP and ENOSYS when none
    /// is named). Recorded, so two mounts must agree.
    /// </summary>
    /// <returns>Whether it worked, so that the check goes on with it.</returns>
    internal bool MayWork(string what, Outcome outcome, params Errno[] lacking)
    {
        if (lacking.Length == 0) lacking = [Errno.EOPNOTSUPP, Errno.ENOSYS];
        bool right = !outcome.Failed || lacking.Contains(outcome.Error);
        Add(what, outcome.Failed ? outcome.ToString() : "ok", right ? null : "ok or " + string.Join(" or ", lacking));
        return !outcome.Failed;
    }

    /// <summary>A value must be this.</summary>
    internal void Is<T>(string what, T expected, T actual)
    {
        string right = Text(expected), seen = Text(actual);
        Add(what, seen, seen == right ? null : right);
    }

    /// <summary>A statement must hold.</summary>
    internal void Holds(string what, bool truth) => Add(what, truth ? "yes" : "no", truth ? null : "yes");

    /// <summary>Seen, without being right or wrong; two mounts must still agree.</summary>
    internal void Note<T>(string what, T value) => Add(what, Text(value), null);

    /// <summary>Data must be this; the record has digests, and where the first difference is.</summary>
    internal void SameData(string what, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        int common = expected.CommonPrefixLength(actual);
        bool same = common == expected.Length && common == actual.Length;
        Add(what, same ? Digest.Of(actual) : $"{Digest.Of(actual)}, first difference at {common}", same ? null : Digest.Of(expected));
    }

    private void Add(string what, string value, string? expected) => Observations.Add(new Observation(what, value, expected));

    private static string Text<T>(T value) => value switch
    {
        null => "(nothing)",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
