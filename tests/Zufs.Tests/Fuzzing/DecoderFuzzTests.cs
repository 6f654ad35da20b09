using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.FileSystems.Memory;
using Zufs.Protocol;
using Zufs.Sessions;
using Zufs.Tests.Sessions;

namespace Zufs.Tests.Fuzzing;

/// <summary>
/// Mutated requests over the loopback channel: whatever comes, there is one answer that the kernel takes, in time, and the session goes on. A
/// failure prints the request in hexadecimal: put it into <c>corpus.txt</c>, and it is tried first from then on.
/// </summary>
public sealed class DecoderFuzzTests(ITestOutputHelper output)
{
    // A million in all; ZUFS_FUZZ_REQUESTS asks for more.
    private const int Requests = 500_000;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void The_corpus_has_every_operation()
    {
        var there = RequestSeeds.Corpus.Select(c => BitConverter.ToUInt32(c.Request, 4)).ToHashSet();
        var missing = RequestSeeds.Valid.Where(r => !there.Contains(BitConverter.ToUInt32(r, 4)))
            .Select(r => $"{OperationTable.Find(BitConverter.ToUInt32(r, 4))!.Name.ToLowerInvariant()} {Convert.ToHexString(r)}").ToList();
        Assert.True(missing.Count == 0, "Add to corpus.txt:\n" + string.Join('\n', missing));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_is_asked_of_memory_gets_an_answer_that_the_kernel_takes(bool roomIsRest)
    {
        using var arena = Arena.Create("zufs-fuzz", 1L << 30);
        var thrown = new List<string>();
        void Log(string line)
        {
            if (line.Contains("threw", StringComparison.Ordinal) && thrown.Count < 5)
                thrown.Add(line);
        }
        var memory = new MemoryFileSystem(MemoryOptions.Parse("size=32M,nr_inodes=10k"));
        using var session = new LoopbackSession(memory, arena, new SessionOptions { MaxWrite = 64 << 10, Log = Log }, roomIsRest);
        long done = Run(session, roomIsRest ? 2 : 1, static () => { });
        // A million over both; a machine that is too slow for that in its time must at least have done its share of a fifth.
        Assert.InRange(done, Requests / 5, long.MaxValue);
        Assert.True(session.Counters.Exceptions == 0, $"{session.Counters.Exceptions} exceptions:\n{string.Join('\n', thrown)}");
        Assert.Equal(0, session.Counters.BrokenReplies);
        Assert.NotEqual(0, session.Counters.Malformed);
        Assert.Equal(16 + 104, session.Call(Wire.Request(FuseOpcode.FUSE_GETATTR, 1, new FuseGetattrIn())).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_a_file_system_answers_the_kernel_gets_what_it_takes(bool roomIsRest)
    {
        using var arena = Arena.Create("zufs-fuzz", 256 << 20);
        int seed = Seed();
        var misbehaving = new MisbehavingFileSystem(seed);
        using var session = new LoopbackSession(misbehaving, arena, new SessionOptions { MaxWrite = 64 << 10 }, roomIsRest, depth: 8);
        Run(session, seed, misbehaving.CompleteSome, Requests / 5);
        misbehaving.CompleteAll();
        Assert.NotEqual(0, session.Counters.BrokenReplies);
        Assert.NotEqual(0, session.Counters.Exceptions);
        Assert.NotEqual(0, session.Counters.Deferred);
        Assert.NotEqual(0, misbehaving.Twice);
        Assert.NotEqual(0, misbehaving.AfterInterrupt);
        output.WriteLine($"{session.Counters.BrokenReplies} broken replies, {session.Counters.Exceptions} exceptions, {session.Counters.Deferred} deferred, {misbehaving.Twice} answered twice, {misbehaving.AfterInterrupt} after an interrupt");
        misbehaving.Behaves = true;
        Assert.Equal(16 + 104, session.Call(Wire.Request(FuseOpcode.FUSE_GETATTR, 1, new FuseGetattrIn())).Length);
    }

    // No random seed in the run that everybody makes, so that it fails for everybody or nobody; ZUFS_FUZZ_SEED has others tried.
    private static int Seed() => int.TryParse(Environment.GetEnvironmentVariable("ZUFS_FUZZ_SEED"), out int seed) ? seed : 7;

    private long Run(LoopbackSession session, int salt, Action between, int share = Requests)
    {
        int seed = Seed();
        long wanted = long.TryParse(Environment.GetEnvironmentVariable("ZUFS_FUZZ_REQUESTS"), out long asked) ? asked : share;
        TimeSpan bound = wanted > share ? TimeSpan.FromDays(1) : s_bound;
        var mutator = new RequestMutator(new Random(seed * 31 + salt), [.. RequestSeeds.Valid, .. RequestSeeds.Corpus.Select(c => c.Request)]);
        int room = session.Agreed.MaxWrite + 4096;
        foreach ((string name, byte[] request) in RequestSeeds.Corpus)
            Check(session, request, room, name);
        // What is deferred is looked at once its reply has come.
        var late = new List<LoopbackCall>();
        var watch = Stopwatch.StartNew();
        long done = 0;
        for (; done < wanted && watch.Elapsed < bound; done++)
        {
            LoopbackCall call = Check(session, mutator.Next(), room, $"seed {seed}, request {done}");
            if (call.WasDeferred)
                late.Add(call);
            // A signal for somebody who waits; now and then for one who has its answer already.
            if (late.Count > 0 && done % 5 == 0)
                Check(session, Wire.Request(FuseOpcode.FUSE_INTERRUPT, 0, new FuseInterruptIn { Unique = UniqueOf(late[^1]) }, unique: UniqueOf(late[^1]) | 1), room, $"seed {seed}, interrupt at {done}");
            between();
            late.RemoveAll(c => c.IsDone && Judge(c, room, $"seed {seed}, deferred"));
        }
        output.WriteLine($"{done} requests in {watch.Elapsed.TotalSeconds:f1} s, seed {seed}; {session.Counters.Malformed} were malformed");
        return done;
    }

    private static ulong UniqueOf(LoopbackCall call) => BitConverter.ToUInt64(call.Request.Span[8..]);

    private static LoopbackCall Check(LoopbackSession session, byte[] request, int room, string what)
    {
        long start = Stopwatch.GetTimestamp();
        var call = new LoopbackCall { Request = request };
        try
        {
            session.Call(call);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{what}: the session threw at {Convert.ToHexString(request)}", e);
        }
        Assert.True(Stopwatch.GetElapsedTime(start) < s_longest, $"{what}: it took {Stopwatch.GetElapsedTime(start)}: {Convert.ToHexString(request)}");
        if (!call.WasDeferred)
            Judge(call, room, what);
        return call;
    }

    private static bool Judge(LoopbackCall call, int room, string what)
    {
        if (KernelView.WhatIsWrong(call.Request.Span, call.Reply, room) is { } wrong)
            Assert.Fail($"{what}: {wrong}: {Convert.ToHexString(call.Request.Span)} was answered by {Convert.ToHexString(call.Reply[..Math.Min(call.ReplyLength, 64)])}");
        return true;
    }
}
