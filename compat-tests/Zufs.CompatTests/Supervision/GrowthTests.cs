using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Channels;
using Zufs.FileSystems;
using Zufs.Supervision;

namespace Zufs.CompatTests.Supervision;

/// <summary>Operations that wait for one another, on a mount where no file was ever opened.</summary>
public sealed class GrowthTests(ITestOutputHelper output) : IDisposable
{
    private const int ENOENT = 2;

    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("fuse")]
    [InlineData("uring")]
    public void Lookups_that_wait_for_one_another_all_arrive(string channel)
    {
        RunningMount mount = _fixture.Mount(UpgradeTests.Plugin<MeetingFileSystem>(), channel);
        for (int round = 0; round < 3; round++)
        {
            int[] results = new int[MeetingFileSystem.Members];
            string[] names = [.. Enumerable.Range(0, results.Length).Select(i => Path.Combine(mount.MountPoint, $"{round}-{i}"))];
            Thread[] threads = [.. names.Select((name, i) => new Thread(() => results[i] = Native.Stat(name)) { IsBackground = true })];
            Array.ForEach(threads, thread => thread.Start());
            Assert.All(threads, thread => Assert.True(thread.Join(30_000), "A lookup hangs."));
            Assert.All(results, result => Assert.Equal(ENOENT, result));
        }
    }
}

/// <summary>Each LOOKUP waits until as many as belong together have arrived. There is no file.</summary>
public sealed class MeetingFileSystem : FileSystemBase
{
    /// <summary>How many LOOKUPs belong together.</summary>
    public const int Members = 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Barrier _meeting = new(Members);

    /// <inheritdoc/>
    public override FileSystemTraits Traits { get; } = new()
    {
        Name = "meeting",
        Concurrency = Concurrency.Blocking,
        Recovery = RecoveryClass.Stateless,
        Features = FileSystemFeatures.ParallelDirectoryOperations,
    };

    /// <inheritdoc/>
    public override Errno Lookup(in Request request, ulong parent, ReadOnlySpan<byte> name, ref Entry entry) =>
        _meeting.SignalAndWait(s_patience) ? Errno.ENOENT : Errno.ETIMEDOUT;

    /// <inheritdoc/>
    public override Errno GetAttr(in Request request, ulong node, ulong handle, ref Attributes attributes, ref CacheTimeout timeout)
    {
        attributes.Mode = FileSystems.FileMode.S_IFDIR | 0x1ED;
        attributes.Nlink = 1;
        return Errno.Success;
    }
}
