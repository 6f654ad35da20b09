using Xunit;

namespace Zufs.Tests.Architecture;

/// <summary>Who may know whom, by namespace. The map in docs/architecture.md says the same in words.</summary>
public class ReferenceRules
{
    // A layer may use itself and what is in its row. The wire structures and the system calls are below everything.
    private static readonly Dictionary<string, string[]> s_core = new()
    {
        ["Zufs.Interop"] = ["Zufs.Protocol"],
        ["Zufs.Protocol"] = [],
        ["Zufs.Arenas"] = ["Zufs.Interop"],
        ["Zufs.Channels"] = ["Zufs.Interop", "Zufs.Protocol", "Zufs.Arenas"],
        ["Zufs.FileSystems"] = ["Zufs.Interop", "Zufs.Protocol", "Zufs.Arenas"],
        ["Zufs.Diagnostics"] = ["Zufs.Interop", "Zufs.Protocol", "Zufs.Arenas"],
        ["Zufs.Sessions"] = ["Zufs.Interop", "Zufs.Channels", "Zufs.Protocol", "Zufs.FileSystems", "Zufs.Arenas", "Zufs.Diagnostics"],
        ["Zufs.Mounting"] = ["Zufs.Interop", "Zufs.FileSystems"],
        ["Zufs.Plugins"] = ["Zufs.Interop", "Zufs.FileSystems"],
        ["Zufs.Supervision"] = ["Zufs.Interop", "Zufs.Mounting", "Zufs.Sessions", "Zufs.Channels", "Zufs.Protocol", "Zufs.FileSystems", "Zufs.Arenas", "Zufs.Diagnostics", "Zufs.Plugins"],
    };

    private static readonly Dictionary<string, string[]> s_shim = new()
    {
        ["Zufs.FuseShim.Paths"] = ["Zufs.FileSystems", "Zufs.Arenas"],
    };

    public static TheoryData<string> CoreNamespaces => [.. s_core.Keys];

    [Theory]
    [MemberData(nameof(CoreNamespaces))]
    public void A_layer_of_the_core_knows_only_those_below_it(string layer) =>
        AssertKnowsOnly(typeof(Zufs.Channels.Channel).Assembly.Location, layer, s_core[layer]);

    [Fact]
    public void The_path_layer_knows_the_inode_level_api_and_the_arena_only() =>
        AssertKnowsOnly(Beside("Zufs.FuseShim.dll"), "Zufs.FuseShim.Paths", s_shim["Zufs.FuseShim.Paths"]);

    [Fact]
    public void Every_namespace_of_the_core_has_a_rule()
    {
        var unknown = typeof(Zufs.Channels.Channel).Assembly.GetTypes()
            .Where(t => t.Namespace is { } n && n.StartsWith("Zufs", StringComparison.Ordinal) && LayerOf(n) is null)
            .Select(t => t.FullName);
        SourceRules.AssertNone(unknown!);
    }

    [Fact]
    public void The_core_knows_no_front_end() => AssertKnowsNone(typeof(Zufs.Channels.Channel).Assembly.Location, "Zufs.FuseShim", "Zufs.Migrate", "Tmds.");

    [Fact]
    public void The_conformance_checks_know_nothing_but_a_mount_point() =>
        AssertKnowsNone(Beside("Zufs.Conformance.dll"), "Zufs.Channels", "Zufs.Sessions", "Zufs.Supervision", "Zufs.Mounting", "Zufs.FuseShim");

    [Fact]
    public void The_reader_of_references_finds_what_a_method_body_uses()
    {
        var pairs = TypeReferences.Read(typeof(ReferenceRules).Assembly.Location);
        Assert.Contains((typeof(ReferenceRules).FullName!, typeof(TypeReferences).FullName!), pairs);
        Assert.Contains((typeof(ReferenceRules).FullName!, "Zufs.Channels.Channel"), pairs);
    }

    private static string Beside(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly);

    private static string? LayerOf(string name) =>
        s_core.Keys.FirstOrDefault(k => name == k || name.StartsWith(k + ".", StringComparison.Ordinal));

    private static void AssertKnowsOnly(string assembly, string layer, string[] allowed)
    {
        var wrong = TypeReferences.Read(assembly)
            .Where(p => Within(p.User, layer) && p.Used.StartsWith("Zufs.", StringComparison.Ordinal))
            .Where(p => !Within(p.Used, layer) && !allowed.Any(a => Within(p.Used, a)))
            .Select(p => $"{p.User} uses {p.Used}");
        SourceRules.AssertNone(wrong);
    }

    private static void AssertKnowsNone(string assembly, params string[] forbidden)
    {
        var wrong = TypeReferences.Read(assembly)
            .Where(p => forbidden.Any(f => p.Used.StartsWith(f, StringComparison.Ordinal)))
            .Select(p => $"{p.User} uses {p.Used}");
        SourceRules.AssertNone(wrong);
    }

    private static bool Within(string type, string layer) => type.StartsWith(layer + ".", StringComparison.Ordinal);
}
