using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;
using Xunit.Abstractions;
using Zufs.Arenas;
using Zufs.FileSystems.Memory;
using Zufs.Protocol;
using Zufs.Sessions;
using Zufs.Tests.Sessions;

namespace Zufs.Tests.Exhaustion;

/// <summary>
/// Many nodes through the whole session, then none: what is left. The start is after a few thousand, when everything has been used once; from there a million
/// must leave no more than a tenth.
/// </summary>
[Collection(Alone.Name)]
public sealed class MillionNodesTests(ITestOutputHelper output)
{
    private const int Nodes = 1_000_000;
    private const int Few = 5_000;
    private const int InOneBatch = 200;

    [Fact]
    public void A_million_nodes_that_were_forgotten_leave_nothing_behind()
    {
        using var arena = Arena.Create("zufs-million", 1L << 34);
        using var session = new LoopbackSession(new MemoryFileSystem(MemoryOptions.Parse("nr_inodes=2m")), arena);
        MakeAndForget(session, Few);
        long arenaBefore = BytesOf(arena), heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        MakeAndForget(session, Nodes);
        long arenaAfter = BytesOf(arena), heapAfter = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"arena {arenaBefore >> 10} KiB, then {arenaAfter >> 10} KiB; managed heap {heapBefore >> 10} KiB, then {heapAfter >> 10} KiB");
        Assert.InRange(arenaAfter, 0, arenaBefore * 11 / 10);
        Assert.InRange(heapAfter, 0, heapBefore * 11 / 10);
        FuseKstatfs left = Wire.Body<FuseStatfsOut>(session.Call(Wire.Request(FuseOpcode.FUSE_STATFS, 1, []))).St;
        Assert.Equal((left.Blocks, left.Files - 1), (left.BFree, left.FFree));
        Assert.Equal((0, 0, 0), (session.Counters.Malformed, session.Counters.BrokenReplies, session.Counters.Exceptions));
    }

    private static void MakeAndForget(LoopbackSession session, int count)
    {
        var nodes = new ulong[count];
        for (int i = 0; i < count; i++)
            nodes[i] = Wire.Body<FuseEntryOut>(session.Call(Named(FuseOpcode.FUSE_MKNOD, new FuseMknodIn { Mode = 0x81A4 }, Name(i)))).NodeId;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> reply = session.Call(Wire.Request(FuseOpcode.FUSE_UNLINK, 1, [.. System.Text.Encoding.ASCII.GetBytes(Name(i)), 0]));
            if (Wire.Header(reply).Error != 0)
                Assert.Fail($"{Name(i)}: {Wire.Header(reply).Error}");
        }
        for (int i = 0; i < count; i += InOneBatch)
        {
            FuseForgetOne[] batch = [.. nodes.AsSpan(i, InOneBatch).ToArray().Select(n => new FuseForgetOne { NodeId = n, Nlookup = 1 })];
            session.Call(Wire.Request(FuseOpcode.FUSE_BATCH_FORGET, 0, new FuseBatchForgetIn { Count = InOneBatch }, MemoryMarshal.AsBytes(batch.AsSpan())));
        }
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"node-{i}");

    private static byte[] Named<T>(FuseOpcode opcode, T fixedPart, string name)
        where T : unmanaged => Wire.Request(opcode, 1, fixedPart, [.. System.Text.Encoding.ASCII.GetBytes(name), 0]);

    // What the kernel holds for it, not what its allocator thinks.
    internal static long BytesOf(Arena arena)
    {
        string path = $"/proc/self/fd/{arena.File.DangerousGetHandle()}";
        using System.Diagnostics.Process stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["-L", "-c", "%b", $"/proc/{Environment.ProcessId}/fd/{arena.File.DangerousGetHandle()}"]) { RedirectStandardOutput = true })!;
        string blocks = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        return long.TryParse(blocks, CultureInfo.InvariantCulture, out long count) ? count * 512 : throw new IOException($"stat of {path} said “{blocks}”.");
    }
}
