using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Zufs.Tests.Protocol;

/// <summary>The structures of FUSE 7.45 as facts, read from <c>fuse-7.45.txt</c> beside this file.</summary>
internal static class WireFacts
{
    public static IReadOnlyDictionary<string, CStruct> Structs { get; } = Read();

    public static string CName(Type type) => Regex.Replace(type.Name, "(?<=[a-z0-9])([A-Z])", "_$1").ToLowerInvariant();

    private static Dictionary<string, CStruct> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("fuse-7.45.txt")
            ?? throw new InvalidOperationException("fuse-7.45.txt isn't embedded in the tests.");
        using var reader = new StreamReader(stream);
        var structs = new Dictionary<string, CStruct>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            string[] halves = line.Split(": ");
            string[] head = halves[0].Split(' ');
            var fields = new List<CField>();
            foreach (string field in halves[1].Split("; "))
            {
                string[] words = field.Split(' ');
                fields.Add(new CField(words[0], Number(words[1]), Number(words[2])));
            }
            structs.Add(head[0], new CStruct(head[0], Number(head[1]), fields));
        }
        return structs;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public sealed record CField(string Name, int Offset, int Size);

    public sealed record CStruct(string Name, int Size, IReadOnlyList<CField> Fields);
}
