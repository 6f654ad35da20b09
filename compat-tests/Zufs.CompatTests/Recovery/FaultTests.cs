using System.Collections.Concurrent;
using Xunit;
using Xunit.Abstractions;
using Zufs.CompatTests.Supervision;
using Zufs.Conformance.Interop;
using Zufs.Supervision;

namespace Zufs.CompatTests.Recovery;

/// <summary>
/// Workers die in an operation, at each step between its request and its reply: whoever called gets what is right, and it has happened once.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("ZUFS_SOAK") == "1";

    // Most of a case is waiting, so that no worker is taken for one that can't live.
    private const int AtOnce = 8;
    private static readonly TimeSpan s_oldEnough = TimeSpan.FromMilliseconds(210);

    private readonly MountFixture _fixture = new(output);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("memory", "fuse")]
    [InlineData("memory", "uring")]
    [InlineData("tmds-directory", "fuse")]
    public void An_operation_happens_once_at_whatever_step_its_worker_dies(string kind, string channel)
    {
        // A worker of the sample is started by the .NET runtime: what differs most, and all of them in soak.
        bool isShort = kind == "tmds-directory" && !s_isSoak;
        FaultedOperation[] operations = [.. FaultedOperations.All.Where(operation => operation.Kinds.Contains(kind) && (!isShort || operation.IsShort))];
        var failures = new ConcurrentQueue<string>();
        int deaths = 0;
        Parallel.ForEach(operations, new ParallelOptions { MaxDegreeOfParallelism = isShort ? 3 : AtOnce }, operation =>
        {
            string[][] rounds = [.. operation.Deaths(isShort).Where(round => channel == "fuse" || !round[0].StartsWith("replied", StringComparison.Ordinal))];
            Interlocked.Add(ref deaths, rounds.Sum(round => round.Length));
            if (Run(operation, rounds, kind, channel) is { } failure)
                failures.Enqueue(failure);
        });
        output.WriteLine($"{kind} on {channel}: {operations.Length} operations, {deaths} deaths");
        Assert.True(failures.IsEmpty, string.Join('\n', failures));
    }

    private string? Run(FaultedOperation operation, string[][] rounds, string kind, string channel)
    {
        RunningMount mount = Mount(kind, channel, string.Join(',', rounds.SelectMany(round => round)));
        var scene = new FaultScene(mount.MountPoint, kind);
        int deaths = 0;
        int cancelled = 0;
        foreach (string[] round in rounds)
        {
            string at = $"{operation} on {kind} by {channel}, deaths at {string.Join(", ", round)}";
            deaths += round.Length;
            bool isRepeated;
            do
            {
                isRepeated = false;
                scene.Round++;
                try
                {
                    Once(operation, scene, mount, deaths);
                }
                catch (InvalidDataException e) when (channel == "uring" && e.Message.EndsWith(nameof(Errno.ECANCELED), StringComparison.Ordinal))
                {
                    // What a ring may lose: a request that came to an idle entry while its worker died. It is counted.
                    cancelled++;
                    Thread.Sleep(s_oldEnough);
                    isRepeated = mount.Status()!.Restarts < deaths;
                }
                catch (InvalidDataException e)
                {
                    return $"{at}: {e.Message}";
                }
                finally
                {
                    scene.CloseFile();
                }
            }
            while (isRepeated && cancelled < 10);
            Thread.Sleep(s_oldEnough);
        }
        MountStatus status = mount.Status()!;
        mount.Stop();
        return status.Restarts != deaths ? $"{operation} on {kind} by {channel}: {status.Restarts} deaths, and {deaths} were wanted"
            : cancelled > status.LostRingEntries ? $"{operation} on {kind} by {channel}: {cancelled} calls were cancelled, and {status.LostRingEntries} ring entries counted as lost"
            : null;
    }

    private static void Once(FaultedOperation operation, FaultScene scene, RunningMount mount, int deaths)
    {
        operation.SetUp(scene);
        List<string> before = scene.Names();
        FaultScene.Expect(Errno.None, operation.Act(scene).Error, "the outcome");
        if (!SpinWait.SpinUntil(() => mount.Status() is { State: "serving" } now && now.Restarts >= deaths, TimeSpan.FromSeconds(20)))
            throw new InvalidDataException($"after {mount.Status()?.Restarts} deaths no worker has come there");
        IEnumerable<string> expected = before.Except(operation.Removes.Select(scene.Of)).Concat(operation.Adds.Select(scene.Of));
        FaultScene.Expect(string.Join(' ', expected.Order(StringComparer.Ordinal)), string.Join(' ', scene.Names()), "the list of names");
        operation.Verify(scene);
    }

    private RunningMount Mount(string kind, string channel, string fault)
    {
        lock (_fixture)
        {
            // Nothing is answered from what the kernel remembers.
            const string Options = "entry_timeout=0,attr_timeout=0";
            var limit = new RestartLimit(100_000, 10);
            return kind switch
            {
                "memory" => _fixture.Mount("memory", channel, Options, limit: limit, fault: fault),
                "passthrough" => _fixture.Mount($"passthrough:{_fixture.NewDirectory()}", channel, Options, limit: limit, fault: fault),
                _ => _fixture.Mount(typeof(Samples.DirectoryFileSystem).Assembly.Location, channel, Options, limit: limit, fault: fault, arguments: [_fixture.NewDirectory()]),
            };
        }
    }
}
