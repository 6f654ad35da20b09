using System.Globalization;
using Zufs.Conformance.Interop;

namespace Zufs.Conformance;

/// <summary>A small tree with something of everything, for the checks that only look.</summary>
internal static class SampleTree
{
    private static readonly int[] _sizes = [0, 1, 4095, 4096, 4097, 70_000, 131_072, 300_001];

    public static void Create(CheckContext c)
    {
        c.Ready("mkdir a", c.Mkdir("a"));
        c.Ready("mkdir a/b", c.Mkdir("a/b", 750));
        c.Ready("mkdir empty", c.Mkdir("empty", 700));
        foreach (int size in _sizes)
        {
            Name name = string.Create(CultureInfo.InvariantCulture, $"a/file-{size}");
            c.Put(name, c.Data(size), size % 2 == 0 ? 644 : 600);
        }

        c.Put("a/b/caf\u00e9", "umlaut"u8);
        c.Put((Name)(byte[])[.. "a/b/latin-"u8, 0xe9], "not UTF-8"u8);
        c.Put((Name)("a/b/" + new string('n', 255)), "long name"u8);
        c.Ready("link", c.Link("a/file-1", "a/b/hard"));
        c.Ready("symlink", c.Symlink("a/file-4096", "to-file"));
        c.Ready("symlink", c.Symlink("a/b", "to-directory"));
        c.Ready("symlink", c.Symlink("nowhere/at/all", "dangling"));

        var time = new TimeValue(1_600_000_000, 123_456_789);
        foreach (string name in (string[])["a/file-4096", "a/file-4097", "empty"]) c.Ready("utimens", c.SetTimes(name, time, time));
    }
}
