namespace Zufs.Conformance;

/// <summary>What a check does to the mount.</summary>
public enum CheckKind
{
    /// <summary>Changes nothing; may run on any tree.</summary>
    ReadOnly,

    /// <summary>Creates, changes and removes things, in a private directory of its own.</summary>
    Modifies,
}
