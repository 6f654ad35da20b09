namespace Zufs.Supervision;

/// <summary>Where Zufs's own programs are: beside this one, or where <c>ZUFS_LIB</c> says, or in <c>/usr/lib/zufs</c>.</summary>
internal static class ProgramFiles
{
    public const string Supervisor = "zufs-supervisor";
    public const string Worker = "zufs-worker";
    public const string CommandLine = "zufs-migrate";

    /// <summary>A program's path.</summary>
    /// <exception cref="SupervisionException">It isn't installed.</exception>
    public static string Find(string program)
    {
        string? chosen = Environment.GetEnvironmentVariable("ZUFS_LIB");
        string[] places = string.IsNullOrEmpty(chosen) ? [AppContext.BaseDirectory, "/usr/lib/zufs"] : [chosen];
        return places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists)
            ?? throw new SupervisionException($"{program} isn't in {string.Join(" nor in ", places)}. "
                + "Build it with “make build”, or set ZUFS_LIB to the directory that holds it.");
    }
}
