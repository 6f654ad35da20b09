using System.Diagnostics;
using System.Reflection;

namespace Zufs.VmTests;

/// <summary>One boot of the guest with the short suites, and what its lines say. Made once, when somebody asks first.</summary>
internal sealed class GuestRun
{
    // What `make test` has time for. `make vm-test` runs all suites but the long ones.
    private static readonly string[] _suites = ["boot", "smoke", "module", "data", "kill", "allocation", "fuzz", "compare", "tmds"];

    private static readonly Lazy<GuestRun> _once = new(() => new GuestRun());

    private GuestRun()
    {
        var start = new ProcessStartInfo(
            Path.Combine(Root, "scripts/vm.sh"), ["run", "--log", "test", "--timeout", "1100", .. _suites])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        using Process script = Process.Start(start)!;
        Task<string> errors = script.StandardError.ReadToEndAsync();
        Said = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        ExitCode = script.ExitCode;
        Said += errors.Result;
        string lines = Path.Combine(Root, "artifacts/vm/test.out");
        // 2: it could not be run at all, and the script's sentence says what is missing.
        if (ExitCode == 2 || !File.Exists(lines))
            throw new InvalidOperationException($"The guest could not be started.\n{Said}");
        Results = Read(File.ReadLines(lines));
    }

    public static GuestRun Once => _once.Value;

    public static string Root { get; } = typeof(GuestRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    public static IReadOnlyList<string> Suites => _suites;

    /// <summary>The script's: 0 when every suite ended well and the kernel reported nothing.</summary>
    public int ExitCode { get; }

    /// <summary>What the script printed.</summary>
    public string Said { get; }

    public IReadOnlyList<GuestResult> Results { get; }

    /// <summary>The end of the guest's console: where a panic or a warning stands.</summary>
    public static string Console()
    {
        string path = Path.Combine(Root, "artifacts/vm/test.log");
        return File.Exists(path) ? $"{path} ends with\n{string.Join('\n', File.ReadLines(path).TakeLast(60))}" : $"There is no {path}.";
    }

    // A result carries the lines that came since the one before.
    private static List<GuestResult> Read(IEnumerable<string> lines)
    {
        var results = new List<GuestResult>();
        var log = new List<string>();
        string suite = "guest";
        foreach (string line in lines)
        {
            log.Add(line);
            string[] words = line.Split(' ', 2);
            switch (words)
            {
                case ["SUITE", var name]:
                    suite = name;
                    break;
                case ["PASS" or "FAIL", var what]:
                    Add(words[0] == "PASS", what);
                    break;
                case ["END", var end]:
                    // END SUITE STATUS uptime S
                    Add(end.Split(' ') is [_, "0", ..], "the suite ends with 0");
                    break;
            }
        }
        return results;

        void Add(bool passed, string what)
        {
            results.Add(new GuestResult(suite, what, passed, string.Join('\n', log)));
            log.Clear();
        }
    }
}

/// <summary>A line of the guest that says PASS or FAIL.</summary>
internal sealed record GuestResult(string Suite, string What, bool Passed, string Log);
