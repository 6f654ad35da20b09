using System.Reflection;
using Xunit;
using Zufs.Tests.Architecture;

namespace Zufs.Tests.ApiSurface;

/// <summary>
/// The public surface of each library, as it was approved. Tmds.Fuse and Tmds.LibC are frozen: programs exist that are compiled against them.
/// A wanted change of the others is accepted with ZUFS_APPROVE=1, and shows in the review.
/// </summary>
public class ApiSurfaceTests
{
    public static TheoryData<string> Libraries => ["Tmds.Fuse", "Tmds.LibC", "Zufs.Core", "Zufs.FuseShim"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_approved_one(string library)
    {
        string file = Path.Combine(SourceTree.Root, "tests/Zufs.Tests/ApiSurface", library + ".approved.txt");
        string now = ApiDump.Of(Assembly.Load(library));
        if (Environment.GetEnvironmentVariable("ZUFS_APPROVE") == "1")
        {
            File.WriteAllText(file, now);
            return;
        }
        string approved = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(approved == now, $"The public surface of {library} changed:\n{Difference(approved, now)}\n"
            + $"If that is wanted: ZUFS_APPROVE=1 dotnet test tests/Zufs.Tests --filter {nameof(ApiSurfaceTests)}");
    }

    [Fact]
    public void The_dump_shows_names_and_defaults_of_parameters()
    {
        string dump = ApiDump.Of(typeof(Tmds.Fuse.IFuseFileSystem).Assembly);
        Assert.Contains("static IFuseMount Mount(String mountPoint, IFuseFileSystem fileSystem, MountOptions options = null)", dump);
    }

    private static string Difference(string approved, string now)
    {
        var before = Lines(approved);
        var after = Lines(now);
        return string.Join('\n', before.Except(after).Select(l => "- " + l).Concat(after.Except(before).Select(l => "+ " + l)));
    }

    // A member says little without its type.
    private static List<string> Lines(string dump)
    {
        var lines = new List<string>();
        string type = "";
        foreach (string line in dump.Split('\n'))
        {
            if (line.StartsWith(' '))
                lines.Add($"{type}: {line.Trim()}");
            else if (line.Length > 0)
                lines.Add(type = line);
        }
        return lines;
    }
}
