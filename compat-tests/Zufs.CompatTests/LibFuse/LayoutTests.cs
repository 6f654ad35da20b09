using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Zufs.CompatTests.LibFuse;

/// <summary>
/// The veneer's structures lie as those of the distribution's own headers, member by member, and so do the engine's in C#: a C compiler prints
/// the offsets of both.
/// </summary>
public sealed partial class LayoutTests : IDisposable
{
    private static readonly string s_root = typeof(LayoutTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    private static readonly string s_veneer = Path.Combine(s_root, "src/Zufs.FuseShim/LibFuse/Veneer");

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(2, "-I/usr/include/fuse -DFUSE_USE_VERSION=26", "fuse.h", "fuse_lowlevel.h")]
    [InlineData(3, "-I/usr/include/fuse3 -DFUSE_USE_VERSION=35", "fuse.h", "fuse_lowlevel.h")]
    public void Structures_lie_as_in_the_distributions_headers(int generation, string flags, params string[] headers)
    {
        var structures = Structures(File.ReadAllText(Path.Combine(s_veneer, "abi.h")), generation);
        Assert.Contains(structures, s => s.Name == "fuse_operations" && s.Members.Contains("fallocate"));
        // What opt.h's program-side names are differs in nothing but the header they come from.
        string probe = Probe(structures);
        string theirs = Offsets(string.Concat(headers.Select(h => $"#include <{h}>\n")) + "#include <fuse_opt.h>\n", probe, flags);
        string ours = Offsets("#include \"abi.h\"\n", probe, $"-I{s_veneer} -DFUSE_GENERATION={generation}");
        Assert.Equal(theirs, ours);
        Assert.True(ours.Split('\n').Length > 80, ours);
    }

    // Bits have no offset: one is set at a time, and the bytes are shown.
    [Theory]
    [InlineData(2, "-I/usr/include/fuse -DFUSE_USE_VERSION=26", "direct_io", "keep_cache", "flush", "nonseekable", "flock_release")]
    [InlineData(3, "-I/usr/include/fuse3 -DFUSE_USE_VERSION=35", "writepage", "direct_io", "keep_cache", "flush", "nonseekable", "flock_release", "cache_readdir", "noflush")]
    public void Bits_of_fuse_file_info_are_where_programs_set_them(int generation, string flags, params string[] bits)
    {
        string probe = string.Concat(bits.Select(b =>
            $"{{ struct fuse_file_info i; memset(&i, 0, sizeof i); i.{b} = 1; printf(\"{b}\"); for (size_t k = 0; k < sizeof i; k++) printf(\" %x\", ((unsigned char *)&i)[k]); puts(\"\"); }}\n"));
        Assert.Equal(Offsets("#include <fuse.h>\n", probe, flags), Offsets("#include \"abi.h\"\n", probe, $"-I{s_veneer} -DFUSE_GENERATION={generation}"));
    }

    [Theory]
    [InlineData(2, "-I/usr/include/fuse -DFUSE_USE_VERSION=26")]
    [InlineData(3, "-I/usr/include/fuse3 -DFUSE_USE_VERSION=35")]
    public void Capabilities_have_the_values_of_the_distributions_headers(int generation, string flags)
    {
        string abi = File.ReadAllText(Path.Combine(s_veneer, "abi.h"));
        var names = Capability().Matches(abi).Select(m => m.Groups[1].Value).ToList();
        Assert.Contains("FUSE_CAP_DONT_MASK", names);
        // Each generation has those that it knows.
        string probe = string.Concat(names.Select(n => $"\n#ifdef {n}\nif (strcmp(\"{n}\", \"FUSE_CAP_BIG_WRITES\") || {generation} == 2) printf(\"{n} %u\\n\", (unsigned)({n}));\n#endif\n"));
        string theirs = Offsets("#include <fuse.h>\n", probe, flags);
        string ours = Offsets("#include \"abi.h\"\n", probe, $"-I{s_veneer} -DFUSE_GENERATION={generation}");
        Assert.NotEmpty(theirs);
        Assert.Subset(ours.Split('\n').ToHashSet(), theirs.Split('\n').ToHashSet());
    }

    [Fact]
    public void The_engines_structures_lie_as_in_its_header()
    {
        string source = File.ReadAllText(Path.Combine(s_root, "src/Zufs.FuseShim/LibFuse/Engine/EngineAbi.cs"));
        string header = File.ReadAllText(Path.Combine(s_veneer, "engine.h"));
        var ours = Structures(header, 3).ToDictionary(s => s.Name);
        foreach ((string name, string structure) in new[]
        {
            ("zufs_caller", "EngineCaller"), ("zufs_file", "EngineFile"), ("zufs_attributes", "EngineAttributes"), ("zufs_statfs", "EngineStatFs"),
            ("zufs_lock", "EngineLock"), ("zufs_times", "EngineTimes"), ("zufs_ioctl", "EngineIoctl"), ("zufs_wishes", "EngineWishes"),
            ("zufs_start", "EngineStart"), ("zufs_operations", "EngineOperations"),
        })
        {
            string probe = string.Concat(ours[name].Members.Select(m => $"printf(\"%zu %zu\\n\", offsetof(struct {name}, {m}), sizeof(((struct {name} *)0)->{m}));\n"));
            string[] offsets = Offsets("#include \"engine.h\"\n", probe, $"-I{s_veneer}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Sequential(source, structure), offsets);
        }
    }

    // Offset and size of each field of a sequential structure of plain fields, by the rules of C.
    private static List<string> Sequential(string source, string structure)
    {
        string body = Regex.Match(source, $@"struct {structure}\r?\n\{{(.*?)\n\}}", RegexOptions.Singleline).Groups[1].Value;
        var result = new List<string>();
        int offset = 0;
        foreach (Match field in Field().Matches(body))
        {
            int size = field.Groups[1].Value switch
            {
                "uint" or "int" or "EngineFileBits" or "EngineWishBits" => 4,
                _ => 8,
            };
            offset = (offset + size - 1) / size * size;
            result.Add($"{offset} {size}");
            offset += size;
        }
        Assert.NotEmpty(result);
        return result;
    }

    private static string Probe(IEnumerable<(string Name, List<string> Members)> structures) => string.Concat(structures.SelectMany(s =>
        s.Members.Select(m => $"printf(\"{s.Name}.{m} %zu %zu\\n\", offsetof(struct {s.Name}, {m}), sizeof(((struct {s.Name} *)0)->{m}));\n")
            .Append($"printf(\"{s.Name} %zu\\n\", sizeof(struct {s.Name}));\n")));

    // The structures of a header of ours, for one generation; members that are bits or padding are left out.
    private static List<(string Name, List<string> Members)> Structures(string header, int generation)
    {
        string text = Regex.Replace(header, @"/\*.*?\*/", "", RegexOptions.Singleline);
        Match parts = Regex.Match(text, @"#if FUSE_GENERATION == 3\n(.*?)\n#else\n(.*?)\n#endif", RegexOptions.Singleline);
        if (parts.Success)
            text = text[..parts.Index] + parts.Groups[generation == 3 ? 1 : 2].Value;
        var result = new List<(string, List<string>)>();
        foreach (Match structure in Structure().Matches(text))
        {
            var members = new List<string>();
            foreach (string line in structure.Groups[2].Value.Split(';').Where(l => !l.Contains(" : ", StringComparison.Ordinal)))
            {
                Match function = Regex.Match(line, @"\(\*(\w+)\)");
                if (function.Success)
                    members.Add(function.Groups[1].Value);
                else
                    members.AddRange(Regex.Matches(line, @"(\w+)(?:\[\d+\])?\s*(?:,|$)").Select(m => m.Groups[1].Value));
            }
            result.Add((structure.Groups[1].Value, members));
        }
        return result;
    }

    private string Offsets(string includes, string probe, string flags)
    {
        File.WriteAllText(_workspace["probe.c"], $"#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n{includes}\nint main(void)\n{{\n{probe}\nreturn 0;\n}}\n");
        return _workspace.Shell($"gcc -w -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 {flags} probe.c -o probe; ./probe", _workspace["."]);
    }

    [GeneratedRegex(@"struct (\w+) \{\n(.*?)\n\};", RegexOptions.Singleline)]
    private static partial Regex Structure();

    [GeneratedRegex(@"#define (FUSE_CAP_\w+)")]
    private static partial Regex Capability();

    [GeneratedRegex(@"public (delegate\* unmanaged<.*>|\S+) \w+;")]
    private static partial Regex Field();
}
