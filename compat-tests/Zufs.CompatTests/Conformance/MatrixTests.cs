using Xunit;
using Zufs.Channels;
using Zufs.CompatTests.Supervision;
using Zufs.Conformance;
using Zufs.Supervision;

namespace Zufs.CompatTests.Conformance;

/// <summary>
/// Every check on every file system of ours by every channel of this machine, mounted as people mount them: a supervisor and a worker each.
/// A channel that this machine can't use is a failure, not a skip.
/// </summary>
public sealed class MatrixTests(MatrixTests.Mounts mounts) : IClassFixture<MatrixTests.Mounts>
{
    private static readonly string[] s_channels = ["fuse", "uring"];

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (Subject subject in Subject.All)
            {
                foreach (string channel in s_channels)
                {
                    foreach (Check check in subject.Checks)
                        rows.Add(subject.Name, channel, check.Name);
                }
            }
            return rows;
        }
    }

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (Subject subject in Subject.All)
            {
                foreach (string channel in s_channels)
                    pairs.Add(subject.Name, channel);
            }
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_check_passes(string fileSystem, string channel, string name)
    {
        Subject subject = Subject.Of(fileSystem);
        RunningMount mount = mounts.Get(subject, channel);
        CheckResult result = new CheckRunner(mount.MountPoint, subject.IsReadOnly).Run(CheckCatalogue.Find(name)!);
        string repro = subject.Reproduce(name, channel);
        if (subject.Exclusions.FirstOrDefault(e => e.Check == name) is { } exclusion)
        {
            Assert.Null(result.Skipped);
            Assert.False(result.Passed && exclusion.Reason != Subject.HardLinks, $"{name} passes: it needs no exclusion any more ({exclusion.Reason}).\n$ {repro}");
            return;
        }
        Assert.True(result.Passed, $"{result.Explain()}\n$ {repro}");
        // A tree with one file gives some checks nothing to look at; what can be changed has everything.
        Assert.True(subject.IsReadOnly || result.Observations.Count > 0, "Nothing was looked at.");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_requests_came_by_the_channel_that_was_asked_for(string fileSystem, string channel)
    {
        Assert.True(ChannelProbes.All().Single(p => p.Channel == channel).IsUsable, $"The channel {channel} isn't usable here: run “zufs-migrate doctor”.");
        RunningMount mount = mounts.Get(Subject.Of(fileSystem), channel);
        Assert.Equal(channel, mount.Channel);
        // What the process has open, not what it says.
        Assert.Equal(channel == "uring", Descriptors(mount.WorkerPid).Any(d => d.Contains("io_uring", StringComparison.Ordinal)));
    }

    [Fact]
    public void Exclusions_are_few_and_have_reasons()
    {
        foreach (Subject subject in Subject.All)
        {
            Assert.All(subject.Exclusions, e => Assert.NotNull(CheckCatalogue.Find(e.Check)));
            Assert.All(subject.Exclusions, e => Assert.EndsWith(".", e.Reason));
            Assert.True(subject.Exclusions.Length <= (subject.Name is "memory" || subject.Name.StartsWith("passthrough", StringComparison.Ordinal) ? 0 : 10), $"{subject.Name} is excused too often.");
        }
    }

    private static IEnumerable<string> Descriptors(int pid) =>
        Directory.GetFiles($"/proc/{pid}/fd").Select(f => File.ResolveLinkTarget(f, false)?.Name ?? "");

    /// <summary>One mount a file system and channel, made when first asked for.</summary>
    public sealed class Mounts : IDisposable
    {
        private readonly MountFixture _fixture = new();
        private readonly Dictionary<(string, string), RunningMount> _mounts = [];

        internal RunningMount Get(Subject subject, string channel)
        {
            if (!_mounts.TryGetValue((subject.Name, channel), out RunningMount? mount))
                _mounts[(subject.Name, channel)] = mount = _fixture.Mount(subject.Source.Replace("{backing}", _fixture.NewDirectory(), StringComparison.Ordinal), channel, subject.Options);
            Assert.False(mount.Ended.IsCompleted, $"The mount has ended: {(mount.Ended.IsCompleted ? mount.Ended.Result.Reason : "")}\n{_fixture.Log}");
            return mount;
        }

        public void Dispose() => _fixture.Dispose();
    }
}
