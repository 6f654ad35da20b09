using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Zufs.Protocol;

namespace Zufs.Tests.Protocol;

/// <summary>
/// Asks a C compiler what <c>linux/fuse.h</c> of this machine says. Its header is older than 7.45: what it has must agree; the facts cover the rest.
/// </summary>
public class CompilerTests
{
    [Fact]
    public void A_C_compiler_lays_the_structures_out_as_the_facts_say()
    {
        string header = Gcc("-E", "#include <linux/fuse.h>\n");
        var program = new StringBuilder("#include <linux/fuse.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n");
        var expected = new List<string>();
        foreach (WireFacts.CStruct fact in WireFacts.Structs.Values)
        {
            Match body = Regex.Match(header, @$"struct {fact.Name} \{{(.*?)\n\}};", RegexOptions.Singleline);
            if (!body.Success)
                continue;
            program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{fact.Name} %zu\\n\", sizeof(struct {fact.Name}));");
            expected.Add($"{fact.Name} {fact.Size}");
            // "padding" and "unused" shrink as fields are added.
            foreach (WireFacts.CField field in fact.Fields.Where(f => f.Size > 0 && !f.Name.Contains("unused") && Regex.IsMatch(body.Groups[1].Value, @$"\b{f.Name}\b")))
            {
                program.AppendLine(CultureInfo.InvariantCulture,
                    $"printf(\"{fact.Name}.{field.Name} %zu %zu\\n\", offsetof(struct {fact.Name}, {field.Name}), sizeof(((struct {fact.Name} *)0)->{field.Name}));");
                expected.Add($"{fact.Name}.{field.Name} {field.Offset} {field.Size}");
            }
        }
        program.AppendLine("return 0; }");
        Assert.True(expected.Count > 300, $"Only {expected.Count} structures and fields were found in linux/fuse.h.");
        Assert.Equal(expected, Run(program.ToString()));
    }

    [Fact]
    public void A_C_compiler_gives_opcodes_notifications_and_flags_the_same_numbers()
    {
        string header = Gcc("-E", "#include <linux/fuse.h>\n");
        var program = new StringBuilder("#include <linux/fuse.h>\n#include <stdio.h>\nint main(void) {\n");
        var expected = new List<string>();
        foreach (Enum value in Enum.GetValues<FuseOpcode>().Cast<Enum>().Concat(Enum.GetValues<FuseNotifyCode>().Cast<Enum>()))
        {
            if (!Regex.IsMatch(header, @$"\b{value}\b"))
                continue;
            program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{value} %llu\\n\", (unsigned long long){value});");
            expected.Add($"{value} {Convert.ToUInt64(value, CultureInfo.InvariantCulture)}");
        }
        string macros = Gcc("-E -dM", "#include <linux/fuse.h>\n");
        foreach (InitFlags flag in Enum.GetValues<InitFlags>().Where(f => f != InitFlags.None))
        {
            string name = "FUSE_" + Regex.Replace(flag.ToString(), "(?<!^)([A-Z])", "_$1").ToUpperInvariant();
            if (!Regex.IsMatch(macros, @$"#define {name}\b"))
                continue;
            program.AppendLine(CultureInfo.InvariantCulture, $"printf(\"{name} %llu\\n\", (unsigned long long)({name}) & (sizeof({name}) == 4 ? 0xffffffffULL : ~0ULL));");
            expected.Add($"{name} {(ulong)flag}");
        }
        program.AppendLine("return 0; }");
        Assert.True(expected.Count > 85, $"Only {expected.Count} numbers were found in linux/fuse.h.");
        Assert.Equal(expected, Run(program.ToString()));
    }

    /// <summary>Compiles a program and runs it.</summary>
    /// <returns>The lines that it printed.</returns>
    internal static List<string> Run(string program, string? headers = null)
    {
        string directory = Directory.CreateTempSubdirectory("zufs-wire-").FullName;
        try
        {
            string executable = Path.Combine(directory, "wire");
            Gcc(headers is null ? $"-o {executable}" : $"-I {headers} -o {executable}", program);
            return [.. Start(executable, "", null).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Gcc(string options, string source) => Start("gcc", $"-w {options} -x c -", source);

    private static string Start(string command, string arguments, string? input)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"This test needs {command} and linux/fuse.h: apt-get install gcc linux-libc-dev. {e.Message}", e);
        }
        using (process!)
        {
            Task<string> errors = process!.StandardError.ReadToEndAsync();
            if (input is not null)
                process.StandardInput.Write(input);
            process.StandardInput.Close();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{command} {arguments} failed: {errors.Result}");
            return output;
        }
    }
}
