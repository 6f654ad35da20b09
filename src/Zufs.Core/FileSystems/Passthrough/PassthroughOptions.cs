namespace Zufs.FileSystems.Passthrough;

/// <summary>Who moves the bytes of files.</summary>
public enum PassthroughData
{
    /// <summary>The kernel, where it may (root, Linux 6.9, a directory that isn't stacked itself); the file system where not.</summary>
    Auto,

    /// <summary>The file system, by a copy.</summary>
    Copy,
}

/// <summary>What the kernel keeps of files in its page cache.</summary>
public enum PassthroughCache
{
    /// <summary>What was read stays till the file is seen to have changed.</summary>
    Auto,

    /// <summary>Nothing: every read and write comes to the file system.</summary>
    None,

    /// <summary>Also what was written, for a while: only when nobody else changes the directory.</summary>
    Writeback,
}

/// <summary>Who checks whether a caller may do something.</summary>
public enum PassthroughPermissions
{
    /// <summary>The kernel, by owner, mode and ACL (<c>default_permissions</c>).</summary>
    Kernel,

    /// <summary>The file system below, as if the caller had asked it: nothing is cached that could save a check.</summary>
    Backing,
}

/// <summary>How a directory is passed through. Immutable.</summary>
public sealed record PassthroughOptions
{
    /// <summary>The directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Who moves the bytes.</summary>
    public PassthroughData Data { get; init; }

    /// <summary>What the page cache keeps.</summary>
    public PassthroughCache Cache { get; init; }

    /// <summary>Who checks permissions.</summary>
    public PassthroughPermissions Permissions { get; init; }

    /// <summary>Whether reading leaves the time of access as it was.</summary>
    public bool NoAtime { get; init; }

    /// <summary>
    /// Reads <c>DIR[,data=auto|copy][,cache=auto|none|writeback][,permissions=kernel|backing][,noatime]</c>. Options are looked for from the end, so that the
    /// directory's name may hold commas; <c>/</c> behind a name that ends like an option makes it a name.
    /// </summary>
    /// <param name="text">What stands behind the colon.</param>
    /// <exception cref="FormatException">There is no directory in it, or an option's value isn't known.</exception>
    public static PassthroughOptions Parse(string text)
    {
        var options = new PassthroughOptions { Directory = "" };
        string rest = text;
        for (int comma = rest.LastIndexOf(','); comma >= 0; comma = rest.LastIndexOf(','))
        {
            if (options.With(rest[(comma + 1)..]) is not { } next)
                break;
            options = next;
            rest = rest[..comma];
        }
        return rest.Length > 0
            ? options with { Directory = rest }
            : throw new FormatException("Name the directory that is passed through: passthrough:DIR");
    }

    private PassthroughOptions? With(string word) => word switch
    {
        "noatime" => this with { NoAtime = true },
        "data=auto" => this with { Data = PassthroughData.Auto },
        "data=copy" => this with { Data = PassthroughData.Copy },
        "cache=auto" => this with { Cache = PassthroughCache.Auto },
        "cache=none" => this with { Cache = PassthroughCache.None },
        "cache=writeback" => this with { Cache = PassthroughCache.Writeback },
        "permissions=kernel" => this with { Permissions = PassthroughPermissions.Kernel },
        "permissions=backing" => this with { Permissions = PassthroughPermissions.Backing },
        _ when word.StartsWith("data=", StringComparison.Ordinal) => throw Unknown(word, "auto or copy"),
        _ when word.StartsWith("cache=", StringComparison.Ordinal) => throw Unknown(word, "auto, none or writeback"),
        _ when word.StartsWith("permissions=", StringComparison.Ordinal) => throw Unknown(word, "kernel or backing"),
        _ => null,
    };

    private static FormatException Unknown(string word, string wanted)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return word.EndsWith('/')
            ? new FormatException($"“,{word}” reads like an option. A directory whose name ends so can't be passed through.")
            : new FormatException($"“{word}” isn't known: {word[..equals]} takes {wanted}.");
    }
}
