using Zufs.Conformance.Checks;

namespace Zufs.Conformance;

/// <summary>All checks, in the order in which they run: what looks first, then by topic. A table, not discovery: it works ahead of time too.</summary>
public static class CheckCatalogue
{
    /// <summary>Every check.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        .. Looking.All,
        .. Names.All,
        .. Files.All,
        .. OpenFlags.All,
        .. ReadWrite.All,
        .. Sizes.All,
        .. Directories.All,
        .. Links.All,
        .. Renames.All,
        .. Attributes.All,
        .. XAttrs.All,
        .. Acls.All,
        .. Mappings.All,
        .. Locks.All,
        .. SpecialFiles.All,
        .. Permissions.All,
        .. Privileges.All,
        .. Concurrency.All,
        .. Races.All,
    ];

    /// <summary>The check of this name, or null.</summary>
    /// <param name="name">The name.</param>
    public static Check? Find(string name) => All.FirstOrDefault(check => check.Name == name);
}
