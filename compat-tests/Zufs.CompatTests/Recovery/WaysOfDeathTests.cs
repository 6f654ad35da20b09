using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Conformance.Interop;
using Zufs.Supervision;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.CompatTests.Recovery;

/// <summary>However a worker dies, whoever waits for it gets an answer from the next one, and what was open goes on.</summary>
public sealed class WaysOfDeathTests(ITestOutputHelper output) : IDisposable
{
    private const int AT_FDCWD = -100;
    private const int MapLength = 1 << 16;

    private readonly MountFixture _fixture = new(output);

    public static TheoryData<string> Ways => [.. DyingFileSystem.Ways];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void Whoever_waits_while_the_file_systems_process_dies_gets_the_answer_from_the_next(string way)
    {
        string orders = _fixture.NewDirectory();
        RunningMount mount = _fixture.Mount(UpgradeTests.Plugin<DyingFileSystem>(), "fuse", arguments: orders);
        File.WriteAllText(Path.Combine(orders, way), "");
        using (MemoryGroup? group = way == "memory" ? new MemoryGroup() : null)
        {
            group?.Bound(mount.WorkerPid, 64 << 20);
            long began = Stopwatch.GetTimestamp();
            Outcome outcome = Sys.Status(AT_FDCWD, Path.Combine(mount.MountPoint, way), 0, out FileStatus status);
            output.WriteLine($"{way}: {outcome} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");
            Assert.Equal((Errno.None, S_IFREG), (outcome.Error, status.Mode & S_IFMT));
            Assert.Equal(way == "memory" ? 1 : null, group?.Kills);
        }
        Assert.True(SpinWait.SpinUntil(() => mount.Status()!.State == "serving", TimeSpan.FromSeconds(20)));
        Assert.Equal(1, mount.Status()!.Restarts);
        Assert.Contains(way == "memory" ? "SIGKILL" : "SIGABRT", _fixture.Log);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("passthrough")]
    [InlineData("tmds-directory")]
    public void What_is_open_locked_mapped_or_half_listed_goes_on(string kind)
    {
        RunningMount mount = Mount(kind);
        string root = mount.MountPoint;
        Directory.CreateDirectory($"{root}/listed");
        for (int i = 0; i < 300; i++)
            File.WriteAllText($"{root}/listed/name-{i:d4}", "");
        int kept = Open($"{root}/kept", O_CREAT | O_EXCL | O_RDWR);
        Assert.Equal(4, Sys.PWrite(kept, "kept"u8, 0).Value);
        int unlinked = Open($"{root}/unlinked", O_CREAT | O_EXCL | O_RDWR);
        Assert.Equal(4, Sys.PWrite(unlinked, "gone"u8, 0).Value);
        Assert.False(Sys.Unlink(AT_FDCWD, $"{root}/unlinked").Failed);
        int appended = Open($"{root}/appended", O_CREAT | O_EXCL | O_WRONLY | O_APPEND);
        short writing = F_WRLCK;
        Assert.False(Sys.Lock(kept, F_SETLK, ref writing, 10, 5).Failed);
        int whole = Open($"{root}/kept", O_RDWR);
        Assert.False(Sys.FLock(whole, LOCK_EX | LOCK_NB).Failed);
        int mapped = Open($"{root}/mapped", O_CREAT | O_EXCL | O_RDWR);
        Assert.False(Sys.Truncate(mapped, MapLength).Failed);
        using var map = MemoryMappedFile.CreateFromFile(new FileStream(new SafeFileHandle(mapped, ownsHandle: true), FileAccess.ReadWrite), null, MapLength,
            MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor();
        int stream = Open($"{root}/listed", O_RDONLY | O_DIRECTORY);
        var items = new List<DirectoryItem>();
        Assert.True(Sys.List(stream, new byte[2000], items).Value > 0);

        // Closing any descriptor of a file gives the process's own locks on it up: these stay till the end.
        var others = new List<int>();
        for (int death = 1; death <= 3; death++)
        {
            string at = $"after {death} deaths on {kind}: ";
            Kill(mount);
            Assert.True(Sys.List(stream, new byte[2000], items).Value > 0, at + "the directory stream");
            Assert.True(view.ReadByte(100) == death - 1, at + "the mapping");
            view.Write(100, (byte)death);
            view.Flush();
            Expect(unlinked, death == 1 ? "gone" : $"{death - 1:d4}", at);
            Assert.Equal(4, Sys.PWrite(unlinked, Encoding.ASCII.GetBytes($"{death:d4}"), 0).Value);
            Assert.Equal(2, Sys.Write(appended, "x\n"u8).Value);
            Expect(kept, "kept", at);
            // Neither a process's lock nor a file's is another's.
            int other = Open($"{root}/kept", O_RDWR);
            short found = F_WRLCK;
            Assert.False(Sys.Lock(other, F_OFD_GETLK, ref found, 12, 1).Failed);
            Assert.True(found == F_WRLCK, at + "the lock on bytes");
            Assert.True(Sys.FLock(other, LOCK_EX | LOCK_NB).Error == Errno.EAGAIN, at + "the lock on the file");
            others.Add(other);
        }

        while (Sys.List(stream, new byte[2000], items).Value > 0)
        {
        }
        Assert.Equal(["", .. Enumerable.Range(0, 300).Select(i => $"name-{i:d4}")],
            items.Select(item => item.Name.ToString()).Where(name => name is not ("." or "..")).Prepend("").Order(StringComparer.Ordinal));
        Assert.Equal("x\nx\nx\n", File.ReadAllText($"{root}/appended"));
        Assert.False(Sys.FLock(whole, LOCK_UN).Failed);
        foreach (int fd in (int[])[kept, unlinked, appended, whole, stream, .. others])
            Assert.False(Sys.Close(fd).Failed);
        Assert.Equal(3, mount.Status()!.Restarts);
    }

    private RunningMount Mount(string kind) => kind switch
    {
        "memory" => _fixture.Mount("memory", "fuse"),
        "passthrough" => _fixture.Mount($"passthrough:{_fixture.NewDirectory()}", "fuse"),
        _ => _fixture.Mount(typeof(Samples.DirectoryFileSystem).Assembly.Location, "fuse", arguments: _fixture.NewDirectory()),
    };

    private static int Open(string path, int flags)
    {
        Outcome opened = Sys.Open(AT_FDCWD, path, flags | O_CLOEXEC, Octal(640));
        Assert.False(opened.Failed, $"open of {path}: {opened}");
        return (int)opened.Value;
    }

    private static void Expect(int fd, string content, string at)
    {
        var buffer = new byte[100];
        Sys.DropCache(fd);
        Outcome read = Sys.PRead(fd, buffer, 0);
        Assert.True(!read.Failed && Encoding.ASCII.GetString(buffer, 0, (int)read.Value) == content, $"{at}{read} where “{content}” should be");
    }

    // The next call waits for the successor by itself.
    private static void Kill(RunningMount mount)
    {
        MountStatus before = mount.Status()!;
        Process.GetProcessById(before.WorkerPid).Kill();
        Assert.True(SpinWait.SpinUntil(() => mount.Status() is { State: "serving" } now && now.WorkerPid != before.WorkerPid, TimeSpan.FromSeconds(20)), "no other worker took over");
    }
}
