using System.Reflection;
using Xunit;

namespace Zufs.CompatTests.LibFuse;

/// <summary>Options and messages are libfuse's: programs that are compiled against it print the same on both libraries.</summary>
public sealed class OptionTests : IDisposable
{
    private const string CommandLines = """
        a b -o name=x,number=5,unknown,keep,drop
        -oname=x\,y,octal=17 -- -x -o flag
        -o
        -n
        -n value -nvalue --long=1 --longer
        -o number=abc
        -o key=v,key=eat -k 5 -k5
        -o flag,noflag,,flag --
        --
        x -- y
        -o name=\101b,name=\\z fail
        -o eat,failing tail
        - -x --
        -o unknown -o other=\054
        """;

    // Each ends before it mounts.
    private const string WrongUses = """
        -o foo,bar d
        d e
        nothing
        -o entry_timeout=x d
        -o subtype
        -o modules=subdir d
        --bogus d
        -f
        """;

    private static readonly string s_root = typeof(OptionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("-D_FILE_OFFSET_BITS=64 -I/usr/include/fuse", "-l:libfuse.so.2")]
    [InlineData("-I/usr/include/fuse3", "-lfuse3")]
    public void Options_are_parsed_as_by_the_distributions_library(string flags, string library)
    {
        string source = Path.Combine(s_root, "compat-tests/Zufs.CompatTests/LibFuse/options.c");
        _workspace.Shell($"gcc {flags} {source} -o program {library}", _workspace["."]);
        AssertSame(CommandLines, 14);
    }

    [Theory]
    [InlineData("-D_FILE_OFFSET_BITS=64 -DFUSE_USE_VERSION=26 -I/usr/include/fuse", "-l:libfuse.so.2")]
    [InlineData("-DFUSE_USE_VERSION=31 -I/usr/include/fuse3", "-lfuse3")]
    public void Wrong_uses_get_the_same_messages_and_exit_codes(string flags, string library)
    {
        File.WriteAllText(_workspace["main.c"], "#include <fuse.h>\nint main(int c, char **v) { static struct fuse_operations none; return fuse_main(c, v, &none, 0); }\n");
        _workspace.Shell($"gcc {flags} main.c -o program {library}; mkdir d", _workspace["."]);
        AssertSame(WrongUses, 8);
    }

    private void AssertSame(string lines, int count)
    {
        File.WriteAllText(_workspace["lines"], lines + "\n");
        const string Script = """
            set -f
            while IFS= read -r line; do echo "> $line"; status=0; timeout 10 ./program $line 2>&1 || status=$?; echo "= $status"; done <lines
            """;
        string expected = _workspace.Shell(Script, _workspace["."]);
        string found = _workspace.Shell($"export LD_LIBRARY_PATH={FuseProgram.Library}; ldd ./program | grep -q zufs/libfuse;{Script}", _workspace["."]);
        Assert.Equal(count, expected.Split('\n').Count(l => l.StartsWith('>')));
        Assert.Equal(expected, found);
    }
}
