using System.CommandLine;
using Zufs.Conformance;
using Zufs.FuseShim.Paths;
using Zufs.Migrate.Compare;
using Zufs.Migrate.Output;
using Zufs.Mounting;
using Zufs.Plugins;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>compare</c>: two mounts held against each other, in behaviour and speed.</summary>
internal static class CompareVerb
{
    private static readonly string[] _parts = ["tree", "speed"];

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var first = new Argument<string?>("FS_OR_MOUNT")
        {
            Description = "A file system (path.dll, path.dll#Type, memory), mounted twice; or the first of two mounts that exist.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rest = new Argument<string[]>("MOUNT_OR_ARGUMENT")
        {
            Description = "The second mount; or, behind --, what the file system's constructor gets: {backing} is an empty directory of each mount's own.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var channels = new Option<string?>("--channels") { Description = "The two channels for a file system. Default: fuse and the best that is usable.", HelpName = "A,B" };
        var reference = new Option<string?>("--reference") { Description = "A command that mounts the second, in the foreground or not: 'COMMAND {mountpoint}'.", HelpName = "COMMAND" };
        var options = new Option<string[]>("-o", "--options") { Description = "Mount options for the file system, as mount(8) takes them.", HelpName = "LIST" };
        var scratch = new Option<string?>("--scratch") { Description = "An empty directory for mount points and backings. Default: a new one under /tmp.", HelpName = "DIR" };
        var readOnly = new Option<bool>("--read-only") { Description = "Change nothing on the mounts: only what looks is compared." };
        var only = new Option<string[]>("--only") { Description = "Only this check; can be given again. Also: tree, speed.", HelpName = "NAME" };
        only.CompletionSources.Add(_ => CheckCatalogue.All.Select(c => c.Name).Concat(_parts).Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        var list = new Option<bool>("--list") { Description = "Print the checks' names and what they are for." };
        var source = new Option<string>("--source") { Description = "The tree that is copied in and read back.", HelpName = "DIR", DefaultValueFactory = _ => "/usr/include" };
        var treeLimit = new Option<int?>("--tree-limit") { Description = "At most so many files of it. Default: 20000; with --quick 2000.", HelpName = "FILES" };
        treeLimit.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int?>() <= 0) r.AddError("--tree-limit takes a number above 0.");
        });
        var quick = new Option<bool>("--quick") { Description = "A smaller tree, shorter measuring." };
        var pin = new Option<bool>("--pin") { Description = "Bind the measuring threads to CPUs." };
        var machine = new Option<bool>("--vm") { Description = "Do it in a virtual machine with zufs.ko (QEMU; from a checkout). Default channels there: fuse,zufs." };
        var verb = new Verb(
            "compare",
            "Holds two mounts against each other: named checks, a real tree, and speed. Exit code 0: same; 1: different; 2: it could not be done.",
            "zufs-migrate compare memory",
            "zufs-migrate compare ./MyFileSystem.dll --channels fuse,uring --quick",
            "zufs-migrate compare ./MyFileSystem.dll -- --store {backing}",
            "zufs-migrate compare ./MyFileSystem.dll --channels fuse,zufs --vm --quick",
            "zufs-migrate compare /mnt/a /mnt/b --json",
            "zufs-migrate compare ./MyFileSystem.dll --reference 'dotnet original.dll {mountpoint}'",
            "zufs-migrate compare /mnt/a /mnt/b --only rename-over-file")
        {
            first, rest, channels, reference, options, scratch, readOnly, only, list, source, treeLimit, quick, pin, machine, CommonOptions.Json,
        };
        verb.SetAction((result, cancellation) =>
        {
            var output = CommandOutput.For(result);
            if (result.GetValue(list)) return Task.FromResult(List(output));
            if (result.GetValue(first) is not { } name)
            {
                output.Error("Name a file system or two mounts.", "zufs-migrate compare memory");
                return Task.FromResult(ExitCode.Trouble);
            }

            // Mounting and comparing block: not on the thread that takes ^C.
            return Task.Run(() => Run(
                () => new CompareRequest
                {
                    FileSystemOptions = PathOptions.Take(string.Join(',', result.GetValue(options) ?? []), out string mountOptions).ToString(),
                    First = name,
                    Rest = result.GetValue(rest) ?? [],
                    Channels = result.GetValue(channels)?.Split(',', StringSplitOptions.TrimEntries),
                    Reference = result.GetValue(reference),
                    Options = MountOptions.Parse(mountOptions),
                    Scratch = result.GetValue(scratch),
                    ReadOnly = result.GetValue(readOnly),
                    Only = result.GetValue(only) ?? [],
                    Source = result.GetRequiredValue(source),
                    TreeLimit = result.GetValue(treeLimit),
                    Quick = result.GetValue(quick),
                    Pin = result.GetValue(pin),
                },
                result.GetValue(machine),
                output,
                cancellation), CancellationToken.None);
        });
        return verb;
    }

    private static int Run(Func<CompareRequest> parse, bool inGuest, CommandOutput output, CancellationToken cancellation)
    {
        try
        {
            var request = parse();
            foreach (string name in request.Only.Where(n => CheckCatalogue.Find(n) is null && !_parts.Contains(n)))
                throw new CompareException($"There is no check “{name}”. “zufs-migrate compare --list” prints all names.");
            if (inGuest)
            {
                List<string> flags = [];
                if (output.IsJson) flags.Add("--json");
                if (output.IsVerbose) flags.Add("--verbose");
                return GuestComparison.Run(request, flags);
            }
            CompareReport report;
            using (var pair = SidePair.Open(request, cancellation)) report = new Comparer(request, pair, output, cancellation).Run();
            if (output.IsJson) output.WriteJson(report);
            else CompareTables.Show(report, output);
            return report.IsSame ? ExitCode.Success : ExitCode.Finding;
        }
        catch (Exception e) when (e is CompareException or MountException or SupervisionException or PluginException or FormatException or IOException or UnauthorizedAccessException)
        {
            output.Error(e.Message);
            return ExitCode.Trouble;
        }
    }

    private static int List(CommandOutput output)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { SchemaVersion = 1, Checks = CheckCatalogue.All.Select(c => new { c.Name, c.Summary, ReadOnly = c.Kind == CheckKind.ReadOnly }) });
            return ExitCode.Success;
        }

        int width = CheckCatalogue.All.Max(c => c.Name.Length);
        foreach (var check in CheckCatalogue.All) output.WriteLine($"{check.Name.PadRight(width)}  {check.Summary}");
        return ExitCode.Success;
    }
}
