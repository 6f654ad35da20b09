using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;
using Zufs.Conformance;

namespace Zufs.VmTests;

/// <summary>zufs.ko and its channel, in a virtual machine: each line of the guest that says PASS or FAIL is a case, with the lines before it.</summary>
public sealed partial class GuestTests(ITestOutputHelper output)
{
    // Enumerated when the tests run, not when they are looked for: this boots the guest.
    public static TheoryData<string, string, int> Results()
    {
        var data = new TheoryData<string, string, int>();
        IReadOnlyList<GuestResult> results = GuestRun.Once.Results;
        for (int i = 0; i < results.Count; i++)
            data.Add(results[i].Suite, Seconds().Replace(results[i].What, ""), i);
        return data;
    }

    [Theory]
    [MemberData(nameof(Results), DisableDiscoveryEnumeration = true)]
    public void In_the_guest(string suite, string what, int index)
    {
        GuestResult result = GuestRun.Once.Results[index];
        output.WriteLine(result.Log);
        Assert.True(result.Passed, $"{suite}: {what}\n{result.Log}\n{GuestRun.Console()}");
    }

    [Fact]
    public void The_guest_ends_and_its_kernel_reports_nothing()
    {
        GuestRun run = GuestRun.Once;
        output.WriteLine(run.Said);
        Assert.True(run.ExitCode == 0, $"{run.ExitCode}: {run.Said}\n{GuestRun.Console()}");
    }

    [Fact]
    public void Every_suite_has_results_and_none_is_forgotten()
    {
        foreach (string suite in GuestRun.Suites)
            Assert.Contains(GuestRun.Once.Results, r => r.Suite == suite && r.What != "the suite ends with 0");
    }

    [Fact]
    public void Every_test_of_the_module_ran()
    {
        string source = File.ReadAllText(Path.Combine(GuestRun.Root, "compat-tests/vm/guest/zufs-module.c"));
        string[] wanted = [.. ModuleTest().Matches(source).Select(m => m.Groups[1].Value)];
        Assert.True(wanted.Length > 20, "zufs-module.c names no tests");
        Assert.All(wanted, name => Assert.Contains(GuestRun.Once.Results, r => r.Suite == "module" && r.What.Split(' ', ':')[0] == name));
    }

    [Fact]
    public void Every_check_was_made_on_both_channels_or_says_why_not()
    {
        _ = GuestRun.Once;
        string lines = File.ReadAllText(Path.Combine(GuestRun.Root, "artifacts/vm/test.out"));
        Assert.All(CheckCatalogue.All, check => Assert.Matches($@"(?m)^(PASS|FAIL|NOTE) check {Regex.Escape(check.Name)}\b", lines));
    }

    [GeneratedRegex(@"TEST\((\w+)\);")]
    private static partial Regex ModuleTest();

    // Seconds differ from run to run; a case's name should not.
    [GeneratedRegex(@" \([0-9.]+ s(, [0-9.]+ s)?\)$")]
    private static partial Regex Seconds();
}
