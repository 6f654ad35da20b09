using System.Numerics;
using Xunit;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.FileSystems;
using Zufs.Protocol;
using Zufs.Sessions;

namespace Zufs.Tests.Sessions;

public class NegotiationTests
{
    private const FileSystemFeatures All = (FileSystemFeatures)0x1FFF;

    [Fact]
    public void Every_capability_has_one_row_with_a_reason()
    {
        Assert.Equal(Enum.GetValues<InitFlags>().Where(flag => flag != InitFlags.None).Order(), CapabilityTable.Rows.Select(row => row.Flag).Order());
        Assert.All(CapabilityTable.Rows, row => Assert.Equal(1, BitOperations.PopCount((ulong)row.Flag)));
        Assert.All(CapabilityTable.Rows, row => Assert.EndsWith(".", row.Reason));
    }

    [Fact]
    public void Every_feature_of_a_file_system_is_decided_by_a_capability() =>
        Assert.All(Enum.GetValues<FileSystemFeatures>().Where(f => f != FileSystemFeatures.None),
            feature => Assert.Contains(CapabilityTable.Rows, row => row.Feature == feature));

    [Fact]
    public void What_is_refused_is_never_agreed_on()
    {
        Negotiation agreed = Decide(All, isUring: true);
        Assert.Equal(InitFlags.None, agreed.Agreed & (InitFlags.RequestTimeout | InitFlags.AllowIdmap | InitFlags.Submounts | InitFlags.SpliceRead
            | InitFlags.InitReserved | InitFlags.SecurityCtx | InitFlags.HandleKillpriv));
    }

    [Fact]
    public void Locks_stay_in_the_kernel_unless_they_are_wanted()
    {
        const InitFlags Locks = InitFlags.PosixLocks | InitFlags.FlockLocks;
        Assert.Equal(InitFlags.None, Decide(FileSystemFeatures.None).Agreed & Locks);
        Assert.Equal(Locks, Decide(FileSystemFeatures.PosixLocks | FileSystemFeatures.FlockLocks).Agreed & Locks);
    }

    [Fact]
    public void The_ring_is_agreed_on_only_with_its_channel()
    {
        Assert.False(Decide(All).Agreed.HasFlag(InitFlags.OverIoUring));
        Assert.True(Decide(All, isUring: true).Agreed.HasFlag(InitFlags.OverIoUring));
    }

    [Fact]
    public void Passthrough_excludes_the_writeback_cache()
    {
        Negotiation both = Decide(FileSystemFeatures.Passthrough | FileSystemFeatures.WritebackCache);
        Assert.Equal(FileSystemFeatures.Passthrough, both.Granted);
        Assert.Equal(1u, both.ToReply().MaxStackDepth);
        Negotiation writeback = Decide(FileSystemFeatures.WritebackCache);
        Assert.True(writeback.Agreed.HasFlag(InitFlags.WritebackCache));
        Assert.Equal(0u, writeback.ToReply().MaxStackDepth);
    }

    [Fact]
    public void Nothing_is_granted_that_the_kernel_does_not_offer()
    {
        var init = new FuseInitIn { Major = 7, Minor = 31, Flags = (uint)(InitFlags.PosixLocks | InitFlags.AsyncRead), Flags2 = uint.MaxValue };
        Negotiation agreed = Negotiation.Decide(init, All, isUring: true, 1 << 20, 256);
        Assert.Equal(InitFlags.PosixLocks | InitFlags.AsyncRead, agreed.Agreed);
        Assert.Equal(FileSystemFeatures.PosixLocks, agreed.Granted);
        Assert.Equal(31u, agreed.Minor);
        // Without MAX_PAGES, 32 pages.
        Assert.Equal(128 << 10, agreed.MaxWrite);
    }

    [Theory]
    [InlineData(1 << 20, 256, 1 << 20, 256)]
    [InlineData(1 << 20, 64, 256 << 10, 64)]
    [InlineData(4096, 256, 4096, 1)]
    [InlineData(1, 256, 4096, 1)]
    [InlineData(128 << 10, 65535, 128 << 10, 32)]
    public void The_largest_transfer_is_cut_to_the_kernels_limit(int wanted, int limit, int maxWrite, int pages)
    {
        FuseInitOut reply = Negotiation.Decide(Everything(), All, false, wanted, limit).ToReply();
        Assert.Equal(((uint)maxWrite, (ushort)pages), (reply.MaxWrite, reply.MaxPages));
        Assert.Equal((64, 48), (reply.MaxBackground, reply.CongestionThreshold));
    }

    [Fact]
    public void The_outcome_stands_in_the_arena_for_a_successor()
    {
        using Arena arena = Arena.Create("zufs-test", 4 << 20);
        Assert.Null(NegotiationRecord.Load(arena));
        Negotiation outcome = Decide(All, isUring: true);
        NegotiationRecord.Save(arena, outcome, unique: 2);
        Assert.Equal(outcome, NegotiationRecord.Load(arena));
        Assert.Equal(2ul, NegotiationRecord.Unanswered(arena));
        NegotiationRecord.MarkAnswered(arena);
        Assert.Equal(0ul, NegotiationRecord.Unanswered(arena));
    }

    [Fact]
    public void An_asked_for_channel_that_is_not_usable_is_an_error_with_a_remedy()
    {
        ChannelProbe[] probes = [new("zufs", false, "No module.", null), new("uring", false, "It is off.", "switch it on"), new("fuse", true, "", null)];
        SessionException e = Assert.Throws<SessionException>(() => ChannelChoice.Make("uring", Concurrency.Parallel, probes));
        Assert.Contains("It is off.", e.Message);
        Assert.Equal("switch it on", e.Remedy);
        Assert.Throws<SessionException>(() => ChannelChoice.Make("carrier pigeon", Concurrency.Parallel, probes));
        ChannelChoice best = ChannelChoice.Make("auto", Concurrency.Parallel, probes);
        Assert.Equal("fuse", best.Channel);
        Assert.Equal(2, best.Notes.Count);
        Assert.Contains("switch it on", best.Notes[1]);
        Assert.Throws<SessionException>(() => ChannelChoice.Make("zufs", Concurrency.Parallel, probes));
    }

    [Fact]
    public void Auto_takes_zufs_before_uring_before_fuse()
    {
        ChannelProbe[] probes = [new("zufs", true, "", null), new("uring", true, "", null), new("fuse", true, "", null)];
        Assert.Equal("zufs", ChannelChoice.Make("auto", Concurrency.Parallel, probes).Channel);
        Assert.Equal("zufs", ChannelChoice.Make("zufs", Concurrency.Blocking, probes).Channel);
        Assert.Equal("uring", ChannelChoice.Make("auto", Concurrency.Parallel, probes[1..]).Channel);
    }

    [Fact]
    public void A_file_system_on_its_callers_thread_gets_fuse()
    {
        ChannelProbe[] probes = [new("uring", true, "", null), new("fuse", true, "", null)];
        Assert.Equal("uring", ChannelChoice.Make("auto", Concurrency.Parallel, probes).Channel);
        ChannelChoice choice = ChannelChoice.Make("auto", Concurrency.CallerThread, probes);
        Assert.Equal(("fuse", 1), (choice.Channel, choice.Notes.Count));
        Assert.Throws<SessionException>(() => ChannelChoice.Make("uring", Concurrency.CallerThread, probes));
    }

    [Fact]
    public void A_short_INIT_of_an_older_kernel_is_read()
    {
        FuseInitIn init = Handshake.Parse(Wire.Request(FuseOpcode.FUSE_INIT, 0, [7, 0, 0, 0, 31, 0, 0, 0, 0, 0, 2, 0, 255, 0, 0, 0], unique: 1), out ulong unique);
        Assert.Equal((1ul, 31u, 255u, 0u), (unique, init.Minor, init.Flags, init.Flags2));
        Assert.Throws<SessionException>(() => Handshake.Parse(Wire.Request(FuseOpcode.FUSE_INIT, 0, [7, 0]), out _));
        Assert.Throws<SessionException>(() => Handshake.Parse(Wire.Request(FuseOpcode.FUSE_GETATTR, 1, new FuseGetattrIn()), out _));
    }

    private static FuseInitIn Everything() => new() { Major = 7, Minor = 45, Flags = uint.MaxValue, Flags2 = uint.MaxValue };

    private static Negotiation Decide(FileSystemFeatures wanted, bool isUring = false) => Negotiation.Decide(Everything(), wanted, isUring, 1 << 20, 256);
}
