using Zufs.Mounting;

namespace Zufs.Migrate.Compare;

/// <summary>What is to be compared, and how far.</summary>
internal sealed record CompareRequest
{
    /// <summary>A file system, or a directory of a mount that exists.</summary>
    public required string First { get; init; }

    /// <summary>The second mount, or what the file system's constructor gets.</summary>
    public IReadOnlyList<string> Rest { get; init; } = [];

    /// <summary>The channels for a file system; null: real FUSE and the best that is usable.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>A command that mounts what is to be the second; <c>{mountpoint}</c> and <c>{backing}</c> stand for directories.</summary>
    public string? Reference { get; init; }

    /// <summary>Mount options for the file system.</summary>
    public MountOptions Options { get; init; } = new();

    /// <summary>Of these, the file system's own: libfuse's words for paths and caches.</summary>
    public string FileSystemOptions { get; init; } = "";

    /// <summary>An empty directory for backings; null: one under the temporary files.</summary>
    public string? Scratch { get; init; }

    /// <summary>Change nothing on the mounts.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Only these checks; empty: all, the tree and the speed.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The tree that is copied.</summary>
    public string Source { get; init; } = "/usr/include";

    /// <summary>At most so many files of it; null: 20,000, or 2,000 when quick.</summary>
    public int? TreeLimit { get; init; }

    /// <summary>Shorter in all.</summary>
    public bool Quick { get; init; }

    /// <summary>Bind the measuring threads to CPUs.</summary>
    public bool Pin { get; init; }

    /// <summary>Whether a part other than the checks is asked for: <c>tree</c> or <c>speed</c>.</summary>
    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part);

    /// <summary>The command line that runs one check or part again.</summary>
    public string Reproduce(string name)
    {
        var words = new List<string> { "zufs-migrate", "compare", First };
        if (Channels is not null) words.AddRange(["--channels", string.Join(',', Channels)]);
        if (Reference is not null) words.AddRange(["--reference", Reference]);
        if (Options != new MountOptions()) words.AddRange(["-o", Options.ToString()]);
        if (FileSystemOptions.Length > 0) words.AddRange(["-o", FileSystemOptions]);
        if (Scratch is not null) words.AddRange(["--scratch", Scratch]);
        if (ReadOnly) words.Add("--read-only");
        if (GuestComparison.IsHere) words.Add("--vm");
        if (name == "tree" && !GuestComparison.IsHere) words.AddRange(["--source", Source]);
        words.AddRange(["--only", name]);
        if (Rest.Count > 0) words.AddRange(["--", .. Rest]);
        return string.Join(' ', words.Select(Quote));
    }

    /// <summary>A word as a shell reads it back.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
