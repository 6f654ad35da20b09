using System.Collections;
using Zufs.Migrate.Interop;
using Zufs.Plugins;

namespace Zufs.Migrate.Compare;

/// <summary>The same comparison in a virtual machine with <c>zufs.ko</c>: this program, the file system's directory and .NET go into the guest of scripts/vm.sh.</summary>
internal static class GuestComparison
{
    private const string Harness = "scripts/vm.sh";

    /// <summary>The variable by which the program in the guest knows where it is.</summary>
    private const string Guest = "ZUFS_GUEST";

    /// <summary>Whether this process is the one in the guest.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable(Guest) is "1";

    /// <summary>Becomes the harness, which prints what the program in the guest prints and ends with its exit code.</summary>
    /// <param name="request">What is to be compared.</param>
    /// <param name="flags">Options that the request doesn't hold.</param>
    /// <returns>Never, unless it fails.</returns>
    /// <exception cref="CompareException">It can't be done in the guest, or the harness isn't here.</exception>
    /// <exception cref="PluginException">It is no file system.</exception>
    public static int Run(CompareRequest request, IEnumerable<string> flags)
    {
        if (request.Reference is not null || request.Scratch is not null)
            throw new CompareException("--vm has a machine of its own: --reference and --scratch are about this one.");
        var source = FileSystemSource.Parse(request.First);
        string name = request.First, directory = "";
        if (source.AssemblyPath is { } path)
        {
            path = Path.GetFullPath(path);
            directory = Path.GetDirectoryName(path)!;
            name = source.TypeName is null ? path : $"{path}#{source.TypeName}";
        }

        string failure = Exec.Replace(
            [FindHarness(), "compare", "--log", "visit", "--timeout", "3600", "--", directory, .. Words(request with { First = name }), .. flags, .. Behind(request)],
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => $"{e.Key}={e.Value}"));
        throw new CompareException($"{Harness} could not be started: {failure}.");
    }

    // It is part of the sources: the kernel module is built for the guest's kernel.
    private static string FindHarness()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, Harness);
            if (File.Exists(path)) return path;
        }

        throw new CompareException($"--vm needs Zufs's sources ({Harness}), and this program isn't below them. Use artifacts/zufs-migrate of a checkout: make build");
    }

    private static IEnumerable<string> Words(CompareRequest request)
    {
        yield return request.First;
        yield return "--channels";
        yield return request.Channels is { } channels ? string.Join(',', channels) : "fuse,zufs";
        if (request.Options != new Mounting.MountOptions()) yield return $"-o{request.Options}";
        if (request.FileSystemOptions.Length > 0) yield return $"-o{request.FileSystemOptions}";
        if (request.ReadOnly) yield return "--read-only";
        if (request.Quick) yield return "--quick";
        if (request.Pin) yield return "--pin";
        if (request.TreeLimit is { } limit) yield return $"--tree-limit={limit}";
        foreach (string only in request.Only) yield return $"--only={only}";
    }

    private static IEnumerable<string> Behind(CompareRequest request) => request.Rest.Count > 0 ? ["--", .. request.Rest] : [];
}
