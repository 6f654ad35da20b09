using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Zufs.Interop;
using Zufs.Tests.Protocol;

namespace Zufs.Tests.Channels;

/// <summary>Holds the C# mirror of <c>/dev/zufs</c>'s ABI against what a C compiler makes of the one definition, <c>kernel/uapi/zufs.h</c>.</summary>
public class ZufsAbiTests
{
    private static readonly (Type Mirror, string Name)[] s_structures =
    [
        (typeof(ZufsHello), "zufs_hello"),
        (typeof(ZufsCreate), "zufs_create"),
        (typeof(ZufsAttach), "zufs_attach"),
        (typeof(ZufsDetach), "zufs_detach"),
        (typeof(ZufsPiece), "zufs_piece"),
        (typeof(ZufsSlot), "zufs_slot"),
    ];

    // Two fields here are an array there.
    private static readonly Dictionary<string, string> s_others = new() { ["exclude_low"] = "exclude[0]", ["exclude_high"] = "exclude[1]", ["lend"] = "lend[0]" };

    [Fact]
    public void A_C_compiler_lays_the_structures_out_as_here()
    {
        var program = new StringBuilder(Includes);
        var expected = new List<string>();
        foreach ((Type mirror, string name) in s_structures)
        {
            program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{name} %zu\\n\", sizeof(struct {name}));");
            expected.Add($"{name} {Marshal.SizeOf(mirror)}");
            foreach (FieldInfo field in mirror.GetFields(BindingFlags.Public | BindingFlags.Instance))
            {
                string snake = Regex.Replace(field.Name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();
                string wire = s_others.GetValueOrDefault(snake, snake);
                program.AppendLine(CultureInfo.InvariantCulture,
                    $"printf(\"{name}.{wire} %zu %zu\\n\", offsetof(struct {name}, {wire}), sizeof(((struct {name} *)0)->{wire}));");
                expected.Add($"{name}.{wire} {Marshal.OffsetOf(mirror, field.Name)} {Marshal.SizeOf(field.FieldType)}");
            }
        }
        Assert.True(expected.Count > 45, $"Only {expected.Count} structures and fields were held against the header.");
        Assert.Equal(expected, CompilerTests.Run(program + "return 0; }", HeaderDirectory));
    }

    [Fact]
    public void A_C_compiler_gives_the_numbers_of_calls_and_flags_the_same_values()
    {
        var program = new StringBuilder(Includes);
        var expected = new List<string>();
        foreach (FieldInfo field in typeof(LibC).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.Name.StartsWith("ZUFS_", StringComparison.Ordinal) && f.FieldType != typeof(string)))
        {
            program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{field.Name} %llu\\n\", (unsigned long long){field.Name});");
            expected.Add($"{field.Name} {Convert.ToUInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }
        Assert.True(expected.Count >= 20, $"Only {expected.Count} numbers were held against the header.");
        program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"lend %zu\\n\", offsetof(struct zufs_slot, lend));");
        expected.Add($"lend {ZufsSlot.LendOffset}");
        Assert.Equal(expected, CompilerTests.Run(program + "return 0; }", HeaderDirectory));
    }

    [Fact]
    public void Every_structure_and_flag_of_the_header_has_its_mirror()
    {
        string header = File.ReadAllText(Path.Combine(HeaderDirectory, "zufs.h"));
        string[] unknown =
        [
            .. Regex.Matches(header, @"^struct (\w+) \{", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Where(name => s_structures.All(s => s.Name != name)),
            .. Regex.Matches(header, @"^#define (ZUFS_\w+)\s", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Where(name => typeof(LibC).GetField(name) is null),
        ];
        Assert.Empty(unknown);
    }

    private const string Includes = "#include <stddef.h>\n#include <stdio.h>\n#include \"zufs.h\"\nint main(void) {\n";

    private static string HeaderDirectory => Path.Combine(Architecture.SourceTree.Root, "kernel", "uapi");
}
