using Zufs.Conformance;

namespace Zufs.CompatTests.Conformance;

/// <summary>A file system that the checks are run on, and what of them it is declared not to meet.</summary>
/// <param name="Name">Its name in the tests' list.</param>
/// <param name="Source">As people name it to <c>zufs-migrate run</c>.</param>
/// <param name="IsReadOnly">Whether it can't be changed: only what looks is run then.</param>
/// <param name="Exclusions">Checks that it is known not to pass, each with the reason.</param>
internal sealed record Subject(string Name, string Source, bool IsReadOnly, params Exclusion[] Exclusions)
{
    private static readonly string[] s_data = ["mmap", "io-", "open-", "truncate", "hole", "read-", "times-"];

    private const string KernelChecks = "allow_other,default_permissions";

    /// <summary>Everyone may look, and the kernel checks who may do what: the checks act as several users.</summary>
    public string Options { get; init; } = KernelChecks;

    /// <summary>What shows only while the other name's attributes are cached (1 s): such a check may also pass.</summary>
    public const string HardLinks = "Paths have no inode numbers: the names of a hard link are files of their own to the kernel, as with libfuse.";

    private const string NoCaller = "Tmds.Fuse doesn't say who calls: what is made belongs to the server's user.";
    private const string Hidden = "A path-based file system keeps an open file under a hidden name till its last close, as with libfuse.";
    private const string OneName = "It knows one name and calls every other one ENOENT, however long.";

    /// <summary>How the names begin of the checks that are run on it; empty: all.</summary>
    public string[] Families { get; init; } = [];

    public static IReadOnlyList<Subject> All { get; } =
    [
        new("memory", "memory", false),
        // The kernel checks permissions, or the backing; the kernel moves the data, or the file system does; and the other cache modes for what they could change.
        new("passthrough", "passthrough:{backing}", false),
        new("passthrough-backing", "passthrough:{backing},permissions=backing", false) { Options = "allow_other" },
        new("passthrough-copy", "passthrough:{backing},data=copy", false),
        new("passthrough-writeback", "passthrough:{backing},cache=writeback", false) { Families = s_data },
        new("passthrough-direct", "passthrough:{backing},data=copy,cache=none", false) { Families = s_data },
        new("hello", Sample("hello"), true, new Exclusion("look-missing", OneName)),
        new("tmds-hello", Sample("tmds-hello"), true,
            new Exclusion("look-missing", OneName),
            new Exclusion("look-statfs", "It doesn't implement StatFS, which is ENOSYS with Tmds.Fuse.")),
        new("tmds-operations", Sample("tmds-operations"), false,
            new Exclusion("link", HardLinks),
            new Exclusion("link-symlink-itself", HardLinks),
            new Exclusion("link-changes-ctime", HardLinks),
            new Exclusion("link-hundred", HardLinks),
            new Exclusion("parallel-links", HardLinks),
            new Exclusion("permission-new-files", NoCaller),
            new Exclusion("permission-sticky", NoCaller),
            new Exclusion("permission-chmod-and-chown", NoCaller),
            new Exclusion("unlink-open-file", Hidden)),
    ];

    public static Subject Of(string name) => All.Single(s => s.Name == name);

    /// <summary>The checks that make sense on it.</summary>
    public IEnumerable<Check> Checks => CheckCatalogue.All.Where(c => !IsReadOnly || c.Kind == CheckKind.ReadOnly)
        .Where(c => Families.Length == 0 || Families.Any(f => c.Name.StartsWith(f, StringComparison.Ordinal)));

    /// <summary>The command that runs one of them again, held against tmpfs.</summary>
    public string Reproduce(string check, string channel) => string.Create(
        null, $"artifacts/zufs-migrate compare {Source} --channels {channel} -o {Options} --reference 'mount -t tmpfs none {{mountpoint}}' --only {check}");

    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
