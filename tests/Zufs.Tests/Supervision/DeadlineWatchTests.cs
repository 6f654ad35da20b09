using Xunit;
using Zufs.Arenas;
using Zufs.Diagnostics;
using Zufs.Supervision;

namespace Zufs.Tests.Supervision;

public sealed class DeadlineWatchTests : IDisposable
{
    private readonly Arena _arena = Arena.Create("deadline-test", 64L << 20);
    private readonly DeadlineWatch _watch = new(TimeSpan.FromSeconds(1));

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void A_request_that_stands_for_long_is_overdue_and_the_next_one_is_not()
    {
        ref CounterBlock block = ref _arena.At<CounterBlock>(CounterBlocks.Take(_arena));
        block.Serving = 42 | 1;
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 1000));
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 1700));
        OverdueRequest overdue = Assert.Single(_watch.Look(_arena, pending: 0, now: 1800));
        Assert.Equal((42ul, block.ThreadId, 800L), (overdue.Unique, overdue.Thread, overdue.Milliseconds));

        block.Serving = 44 | 1;
        block.Operations[0]++;
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 1900));
        _watch.Reset();
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 9000));
    }

    [Fact]
    public void The_same_id_in_another_request_is_not_overdue()
    {
        ref CounterBlock block = ref _arena.At<CounterBlock>(CounterBlocks.Take(_arena));
        for (long now = 0; now < 5000; now += 100)
        {
            // FORGET has the id 0, always.
            block.Serving = 1;
            block.Operations[2]++;
            Assert.Empty(_watch.Look(_arena, pending: 0, now: now));
        }
    }

    [Fact]
    public void A_worker_that_serves_nothing_is_probed_and_is_stuck_when_the_probe_is_not_answered()
    {
        ref CounterBlock block = ref _arena.At<CounterBlock>(CounterBlocks.Take(_arena));
        Assert.False(_watch.TakeProbe(0));
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 1000));
        Assert.False(_watch.TakeProbe(1100));
        Assert.True(_watch.TakeProbe(1200));
        Assert.False(_watch.TakeProbe(1250));
        Assert.Empty(_watch.Look(_arena, pending: 2, now: 1600));
        // Answered late: it lives.
        Assert.Empty(_watch.Look(_arena, pending: 0, now: 1690));
        Assert.True(_watch.TakeProbe(2000));
        block.Operations[3]++;
        Assert.Empty(_watch.Look(_arena, pending: 2, now: 2600));
        Assert.True(_watch.TakeProbe(3000));
        Assert.Equal(0ul, Assert.Single(_watch.Look(_arena, pending: 2, now: 3500)).Unique);
    }

    [Fact]
    public void A_successor_knows_what_its_predecessor_was_given_up_over()
    {
        Assert.True(OverdueRequests.Prepare(_arena));
        Assert.False(OverdueRequests.Contains(_arena, 42));
        OverdueRequests.Add(_arena, 42);
        Assert.True(OverdueRequests.Prepare(_arena));
        Assert.True(OverdueRequests.Contains(_arena, 42));
        for (ulong unique = 100; unique < 100 + OverdueRequests.Size; unique++)
            OverdueRequests.Add(_arena, unique);
        Assert.False(OverdueRequests.Contains(_arena, 42));
        Assert.False(OverdueRequests.Contains(_arena, 0));
    }

    [Fact]
    public void The_threads_of_a_process_are_described()
    {
        string text = ProcessStacks.Describe(Environment.ProcessId, []);
        Assert.Contains($"thread {Environment.ProcessId}", text);
        Assert.Contains("wchan", text);
        Assert.Equal("", ProcessStacks.Describe(int.MaxValue, []));
    }

    [Theory]
    [InlineData("fuse", "uring", true)]
    [InlineData("uring", "fuse", false)]
    [InlineData("fuse", "zufs", false)]
    [InlineData("uring", "uring", true)]
    public void A_change_of_channel_says_what_it_does_before_it_is_made(string from, string to, bool isPossible)
    {
        SwitchPlan plan = SwitchPlan.Make("/mnt/x", from, to);
        Assert.Equal((isPossible, from == to), (plan.IsPossible, plan.IsNothing));
        Assert.NotEmpty(plan.Effect);
    }
}
