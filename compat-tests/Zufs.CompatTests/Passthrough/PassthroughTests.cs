using Microsoft.Win32.SafeHandles;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Channels;
using Zufs.CompatTests.Conformance;
using Zufs.CompatTests.Exhaustion;
using Zufs.CompatTests.Supervision;
using Zufs.Conformance.Interop;
using Zufs.Supervision;

namespace Zufs.CompatTests.Passthrough;

/// <summary>What makes a passed-through directory good enough to live in, on real mounts.</summary>
public sealed class PassthroughTests(ITestOutputHelper output) : IDisposable
{
    private readonly MountFixture _fixture = new(output);
    private string _backing = "";

    public static TheoryData<string, string> Rows => new()
    {
        { "fuse", "data=auto" },
        { "uring", "data=auto" },
        { "fuse", "data=copy" },
        { "uring", "data=copy" },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Paths_may_be_longer_than_PATH_MAX_below(string channel, string options)
    {
        string mount = Mount(channel, options).MountPoint;
        // 60 directories of 200 bytes: 12 kB, three times PATH_MAX.
        const string Descend = "n=$(printf '%0200d' 0); for i in $(seq 60); do mkdir -p $n; cd $n; done; ";
        Assert.Equal("deep", Shell.Run(mount, Descend + "echo deep >f; mv f g; ln g h; cat h"));
        Assert.Equal("deep", Shell.Run(_backing, Descend + "cat g"));
        // .NET can't remove it.
        Shell.Run(mount, "rm -r 0*; [ -z \"$(ls -A)\" ]");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Nothing_leads_out_of_the_directory(string channel, string options)
    {
        string outside = _fixture.NewDirectory();
        string mount = Mount(channel, options).MountPoint;
        Shell.Run(mount, "mkdir -p d/sub; echo inside >d/file; cat d/file; ls d/sub");
        // Below the mount's feet, what the kernel knows as a directory is replaced by a link to the outside.
        Shell.Run(_backing, $"echo outside >{outside}/file; mv d moved; ln -s {outside} d; rm moved/file; ln -s {outside}/file moved/file");
        using (SafeFileHandle handle = File.OpenHandle($"{mount}/moved/sub/../sub/new", FileMode.Create, FileAccess.Write))
            RandomAccess.Write(handle, "x"u8, 0);
        Shell.Try(mount, "sleep 1.1; chmod 600 d/file; echo changed >d/sub/f");
        Assert.False(File.Exists($"{outside}/new") || Directory.Exists($"{outside}/sub"), "something was made outside");
        // What a link says is the application's to follow, in its own tree.
        Assert.Equal($"{outside}/file", Shell.Run(mount, "readlink moved/file"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Ten_thousand_files_are_open_at_a_time(string channel, string options)
    {
        string mount = Mount(channel, options).MountPoint;
        ManyFiles.OpenTogether(mount);
        Assert.Equal("10000", Shell.Run(_backing, "ls -f | grep -c ^f"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_systems_limit_of_open_files_is_the_mounts(string channel, string options)
    {
        RunningMount mount = Mount(channel, options);
        // The server is given so few that the application runs into it.
        Shell.Run("/", $"prlimit --pid {mount.WorkerPid} --nofile=300:300");
        var files = new List<SafeFileHandle>();
        try
        {
            IOException error = Assert.Throws<IOException>(() =>
            {
                for (int i = 0; i < 1000; i++)
                    files.Add(File.OpenHandle($"{mount.MountPoint}/f{i}", FileMode.Create, FileAccess.ReadWrite));
            });
            Assert.Contains("Too many open files", error.Message);
            Assert.True(files.Count > 100, $"{files.Count}");
            RandomAccess.Write(files[0], "x"u8, 0);
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
        // Closing gives them back: RELEASE comes after close(2).
        Assert.True(SpinWait.SpinUntil(() => Shell.Try(mount.MountPoint, "echo y >again; cat again").Text == "y", TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_full_disk_is_told_and_loses_nothing(string channel, string options)
    {
        using var disk = new TemporaryFileSystem("size=16m");
        string mount = _fixture.Mount($"passthrough:{disk.MountPoint},{options}", channel, "allow_other").MountPoint;
        (int code, string text) = Shell.Try(mount, "head -c 4000000 /dev/urandom >kept; sync kept; dd if=/dev/zero of=full bs=64k");
        Assert.True(code != 0 && text.Contains("No space left on device", StringComparison.Ordinal), text);
        Assert.Equal(Shell.Run(disk.MountPoint, "sha256sum kept; stat -c %s full"), Shell.Run(mount, "sha256sum kept; stat -c %s full"));
        Assert.Equal("0", Shell.Run(mount, "stat -f -c %a ."));
        Shell.Run(mount, "rm full");
        Assert.True(
            SpinWait.SpinUntil(() => Shell.Try(mount, "dd if=/dev/zero of=again bs=1M count=8 && sync again && rm again").Code == 0, TimeSpan.FromSeconds(10)),
            "the space of a removed file doesn't come back");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_is_open_lives_on_without_a_name(string channel, string options)
    {
        string mount = Mount(channel, options).MountPoint;
        string said = Shell.Run(mount, """
            exec 3<>f; echo one >&3; rm f; echo two >&3
            stat -L -c %h,%s /proc/self/fd/3; cat /proc/self/fd/3
            mkdir d; cd d; rmdir ../d; stat -c %h .; ls -a; touch x && exit 1; true
            """);
        Assert.StartsWith("0,8\none\ntwo\n0\n", said);
        Assert.Contains("No such file or directory", said);
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void The_kernel_moves_the_data_itself_where_it_may(string channel)
    {
        long auto = OperationsOfReading(Mount(channel, "data=auto"));
        long copy = OperationsOfReading(Mount(channel, "data=copy,cache=none"));
        Assert.InRange(auto, 0, 20);
        Assert.InRange(copy, 250, long.MaxValue);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",data=copy")]
    public void Reading_leaves_the_time_of_access_when_asked_to(string options)
    {
        string mount = Mount("auto", "noatime" + options).MountPoint;
        Shell.Run(mount, "echo x >f; touch -a -d 2001-01-01 f; cat f >/dev/null; mkdir d; touch -a -d 2001-01-01 d; ls d");
        Assert.Equal("2001\n2001", Shell.Run(_backing, "stat -c %x f d | cut -c1-4"));
    }

    [Fact]
    public void What_is_changed_below_is_seen_after_a_second()
    {
        string mount = Mount("auto", "data=copy").MountPoint;
        Shell.Run(mount, "echo old >f; cat f");
        Shell.Run(_backing, "echo new! >f; echo x >g; rm -f h");
        Assert.Equal("new!\nx", Shell.Run(mount, "sleep 1.2; cat f g"));
    }

    [Theory]
    [InlineData("data=auto")]
    [InlineData("data=copy")]
    public void Another_worker_goes_on_with_what_is_open(string options)
    {
        RunningMount mount = Mount("fuse", options);
        string root = mount.MountPoint;
        Shell.Run(root, "mkdir -p a/b; echo hello >a/b/file");
        using SafeFileHandle file = File.OpenHandle($"{root}/a/b/file", FileMode.Open, FileAccess.ReadWrite);
        var room = new byte[5];
        Assert.Equal(5, RandomAccess.Read(file, room, 0));
        for (int round = 1; round <= 3; round++)
        {
            int worker = mount.Status()!.WorkerPid;
            System.Diagnostics.Process.GetProcessById(worker).Kill();
            RandomAccess.Write(file, BitConverter.GetBytes(round), 100 * round);
            RandomAccess.FlushToDisk(file);
            Assert.Equal(5, RandomAccess.Read(file, room, 0));
            Assert.Equal("hello", System.Text.Encoding.ASCII.GetString(room));
            Shell.Run(root, $"echo {round} >a/b/new{round}; ls a/b; cat a/b/new{round}; mv a/b/new{round} a/");
            Assert.Equal(round, mount.Status()!.Restarts);
        }
        Assert.Equal("304", Shell.Run(_backing, "stat -c %s a/b/file"));
        Assert.Equal("new1\nnew2\nnew3", Shell.Run(_backing, "ls a | grep new"));
    }

    [Theory]
    [InlineData("data=auto")]
    [InlineData("data=copy")]
    [InlineData("data=copy,permissions=backing")]
    public void What_is_open_and_has_no_name_outlives_the_worker(string options)
    {
        RunningMount mount = Mount("fuse", options);
        string root = mount.MountPoint;
        int removed = New($"{root}/removed", 0), replaced = New($"{root}/replaced", 0), never = New(root, Flags.O_TMPFILE);
        File.Delete($"{root}/removed");
        Shell.Run(root, "echo other >other; mv other replaced; echo third >removed");
        for (int round = 1; round <= 2; round++)
        {
            System.Diagnostics.Process.GetProcessById(mount.Status()!.WorkerPid).Kill();
            foreach (int fd in (int[])[removed, replaced, never])
            {
                Assert.Equal(6, Native.Write(fd, "after!"u8, 6 * round));
                Assert.Equal(0, Native.Stat(fd));
                Assert.False(Sys.Sync(fd).Failed);
                byte[] content = new byte[100];
                Assert.Equal("before" + string.Concat(Enumerable.Repeat("after!", round)), System.Text.Encoding.ASCII.GetString(content, 0, (int)Math.Max(0, Native.Read(fd, content, 0))));
            }
            // Where the kernel moves the data nobody waits for the other worker.
            Assert.True(SpinWait.SpinUntil(() => mount.Status()!.Restarts == round, TimeSpan.FromSeconds(10)));
        }
        // What has the names now is other files.
        Assert.Equal("other\nthird", Shell.Run(_backing, "cat replaced removed"));
        foreach (int fd in (int[])[removed, replaced, never])
            Native.close(fd);
        // They go with their last close: nothing keeps them.
        Assert.True(SpinWait.SpinUntil(() => Shell.Run("/", $"ls -l /proc/{mount.Status()!.WorkerPid}/fd | grep deleted | grep -vc memfd; true") == "0", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void What_no_name_and_no_handle_leads_to_any_more_is_an_error_and_nobody_elses_data()
    {
        // Two caches of what was written exclude each other, so the kernel keeps no file for a successor here.
        RunningMount mount = Mount("fuse", "cache=writeback");
        int fd = New($"{mount.MountPoint}/f", 0);
        File.Delete($"{mount.MountPoint}/f");
        Shell.Run(mount.MountPoint, "echo other >f; sync f");
        System.Diagnostics.Process.GetProcessById(mount.Status()!.WorkerPid).Kill();
        _ = Native.Write(fd, "after!"u8, 6);
        Assert.True(Sys.Sync(fd).Failed);
        Native.close(fd);
        Assert.Equal("other", Shell.Run(_backing, "cat f"));
    }

    private static int New(string path, int flags)
    {
        Outcome opened = Sys.Open(-100, path, flags == 0 ? Flags.O_RDWR | Flags.O_CREAT | Flags.O_EXCL : Flags.O_RDWR | flags, Flags.Octal(600));
        Assert.False(opened.Failed, $"{path}: {opened}");
        Assert.Equal(6, Native.Write((int)opened.Value, "before"u8, 0));
        Assert.False(Sys.Sync((int)opened.Value).Failed);
        return (int)opened.Value;
    }

    private static long OperationsOfReading(RunningMount mount)
    {
        Shell.Run(mount.MountPoint, "dd if=/dev/zero of=f bs=4k count=256; exec 3<f; sync f");
        using SafeFileHandle file = File.OpenHandle(Path.Combine(mount.MountPoint, "f"));
        long before = mount.Status()!.Operations;
        var room = new byte[4096];
        for (int i = 0; i < 256; i++)
            Assert.Equal(room.Length, RandomAccess.Read(file, room, i * room.Length));
        return mount.Status()!.Operations - before;
    }

    private RunningMount Mount(string channel, string options)
    {
        _backing = _fixture.NewDirectory();
        return _fixture.Mount($"passthrough:{_backing},{options}", channel, "allow_other");
    }
}
