using Xunit;

namespace Zufs.CompatTests.LibFuse;

/// <summary>
/// Unmodified file systems of the distribution do on our library and every channel what they do on their own libfuse: the same workload prints the
/// same. Which library and channel a run really used is looked up in the process.
/// </summary>
[Collection(nameof(LibFuse))]
[CollectionDefinition(nameof(LibFuse), DisableParallelization = true)]
public sealed class SubjectTests : IDisposable
{
    // Names, links, data, attributes, an open file that is unlinked. Only what doesn't depend on time is printed.
    private const string WritableWorkload = """
        mkdir work; cd work
        for i in $(seq 1 30); do echo "file $i" >f$i; done
        mkdir -p a/b/c; cp f1 a/b/c/x; mv a/b/c/x a/b/y; ln -s y a/b/l; readlink a/b/l; cat a/b/l
        head -c 2621440 /dev/urandom >big; cp big big2; cmp big big2; truncate -s 1000 big2; stat -c %s big2; cmp -n 1000 big big2
        chmod 600 f2; stat -c '%a %F' f2; touch -d '2001-01-01 UTC' f3; stat -c %Y f3; rm f4; ls
        echo more >>f5; cat f5; dd if=/dev/zero of=f7 bs=1 seek=3 count=2 conv=notrunc status=none; od -c f7
        exec 5<>f6; rm f6; echo hidden >&5; exec 5>&-; ls
        mv f8 f9; cat f9; rmdir a/b/c; ! rmdir a 2>/dev/null; ! cat nothing 2>/dev/null; ! mkdir a 2>/dev/null
        find . | sort; cd ..; rm -r work; ls -A
        """;

    private const string ReadingWorkload = "find . -printf '%p %y %m %s %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum; stat -f -c %l .";

    private readonly Workspace _workspace = new();

    public static TheoryData<string> Channels => ["fuse", "uring"];

    private string MountPoint => _workspace.Make("mount");

    public void Dispose() => _workspace.Dispose();

    // It always serves on one thread, so uring is asked for in vain, and it says so.
    [Theory]
    [MemberData(nameof(Channels))]
    public void Squashfuse(string channel)
    {
        MakeTree();
        _workspace.Shell("mksquashfs tree tree.sqsh -quiet -no-progress", _workspace["."]);
        AssertSame(channel, false, "libfuse3.so.3", ReadingWorkload, "squashfuse", "-f", _workspace["tree.sqsh"], "{mountpoint}");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Sshfs(string channel)
    {
        using var server = new LocalSshServer(_workspace);
        AssertSame(channel, true, "libfuse3.so.3", WritableWorkload, "sshfs", "-f", "-p", $"{server.Port}", $"root@127.0.0.1:{_workspace.Make("store")}", "{mountpoint}",
            "-o", $"IdentityFile={server.Identity},StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Rofiles_fuse(string channel) =>
        AssertSame(channel, true, "libfuse3.so.3", WritableWorkload, "rofiles-fuse", "-f", _workspace.Make("store"), "{mountpoint}");

    [Theory]
    [MemberData(nameof(Channels))]
    public void Bindfs(string channel) =>
        AssertSame(channel, true, "libfuse.so.2", WritableWorkload, "bindfs", "-f", "--multithreaded", _workspace.Make("store"), "{mountpoint}");

    [Theory]
    [MemberData(nameof(Channels))]
    public void Unionfs(string channel)
    {
        MakeTree();
        AssertSame(channel, true, "libfuse.so.2", "cat words.txt; echo changed >>words.txt; tail -n 1 words.txt; rm words.txt; ls -A;" + WritableWorkload,
            "unionfs", "-f", "-o", "cow", $"{_workspace.Make("upper")}=RW:{_workspace["tree"]}=RO", "{mountpoint}");
    }

    // Both serve on one thread, by fuse_loop; what was written is in the archive when they have ended.
    [Theory]
    [MemberData(nameof(Channels))]
    public void Fuse_zip(string channel)
    {
        MakeTree();
        AssertSame(channel, false, "libfuse.so.2", ReadingWorkload + "; echo new >new; mkdir made; rm words.txt; ls -A", "fuse-zip", "-f", _workspace["tree.zip"], "{mountpoint}");
        Assert.Contains("new\n", _workspace.Shell("unzip -Z1 tree.zip", _workspace["."]));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Archivemount(string channel)
    {
        MakeTree();
        AssertSame(channel, false, "libfuse.so.2", ReadingWorkload + "; echo new >new; mkdir made; rm words.txt; ls -A", "archivemount", "-f", "-s", _workspace["tree.tgz"], "{mountpoint}");
        Assert.Contains("new\n", _workspace.Shell("tar tzf tree.tgz", _workspace["."]));
    }

    private void MakeTree() => _workspace.Shell("""
        mkdir -p tree/deep/er; for i in $(seq 1 200); do echo "line $i" >>tree/words.txt; done; head -c 300000 /dev/zero | tr '\0' x >tree/deep/big
        for i in $(seq 1 60); do echo $i >tree/deep/er/$i; done; chmod 640 tree/deep/big
        """, _workspace["."]);

    private void MakeArchives() => _workspace.Shell("[ ! -d tree ] || { rm -f tree.zip tree.tgz; cd tree; zip -qr ../tree.zip .; tar czf ../tree.tgz *; }", _workspace["."]);

    private void AssertSame(string channel, bool isMultithreaded, string library, string workload, params string[] command)
    {
        MakeArchives();
        string expected = Run(null, workload, command, program => Assert.False(program.HasLoaded(library)));
        _workspace.Shell("rm -rf upper/* upper/.unionfs* store/*", _workspace["."]);
        MakeArchives();
        string found = Run(channel, workload, command, program =>
        {
            Assert.True(program.HasLoaded(library));
            Assert.True(program.HasLoaded("libzufs.so"));
            Assert.Equal(channel == "uring" && isMultithreaded, program.HasRing);
            Assert.DoesNotContain("no version information", program.Said);
        });
        Assert.NotEmpty(expected);
        Assert.Equal(expected, found);
    }

    private string Run(string? channel, string workload, string[] command, Action<FuseProgram> look)
    {
        using var program = new FuseProgram(MountPoint, channel, command);
        look(program);
        string output = _workspace.Shell(workload, program.MountPoint);
        look(program);
        Assert.Equal(0, program.Unmount());
        return output;
    }
}
