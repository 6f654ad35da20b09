using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FileSystems.Passthrough;
using Zufs.Tests.Exhaustion;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FileSystems.Passthrough;

public sealed class BackingNodesTests : IDisposable
{
    private readonly Arena _arena = Arena.Create("zufs-nodes", 1L << 30);

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void A_node_is_found_by_its_id_until_it_is_forgotten()
    {
        var nodes = new BackingNodes(_arena);
        ulong id = Add(nodes, 7, out uint slot);
        Assert.True(nodes.TryResolve(id, out uint found));
        Assert.Equal(slot, found);
        Assert.Equal(slot, nodes.Find(Identity(7), default));
        Assert.Equal(-1, nodes.Forget(slot, 1)); // of two lookups
        Assert.True(nodes.TryResolve(id, out _));
        nodes.Forget(slot, 1);
        Assert.False(nodes.TryResolve(id, out _));
        Assert.Equal(0u, nodes.Find(Identity(7), default));
    }

    [Fact]
    public void An_id_is_not_given_out_twice()
    {
        var nodes = new BackingNodes(_arena);
        var ids = new HashSet<ulong>();
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(ids.Add(Add(nodes, 7, out uint slot)));
            nodes.Forget(slot, 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(0x7FFF_FFFF_FFFF_FFFF)]
    [InlineData(1UL << 32 | 0xFFFF_FFFF)]
    [InlineData(1UL << 32)]
    public void An_id_that_was_never_given_out_leads_nowhere(ulong id) => Assert.False(new BackingNodes(_arena).TryResolve(id, out _));

    [Fact]
    public void An_inode_number_that_is_used_again_is_another_node()
    {
        var nodes = new BackingNodes(_arena);
        ulong first = Add(nodes, 7, out _);
        uint slot = nodes.Add(Identity(7) with { Birth = new Timestamp(2, 0) }, FileMode.S_IFREG, default, -1, out bool isNew);
        Assert.True(isNew);
        Assert.NotEqual(first, BackingNodes.IdOf(slot, nodes.Get(slot)));
    }

    [Fact]
    public void A_successor_finds_nodes_and_names_but_no_descriptors()
    {
        var nodes = new BackingNodes(_arena);
        uint slot = nodes.Add(Identity(7), FileMode.S_IFREG, [4, 0, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9], 99, out _);
        ulong id = BackingNodes.IdOf(slot, nodes.Get(slot));
        nodes.NoteName(slot, 1, "a name"u8);

        var successor = new BackingNodes(_arena);
        Assert.True(successor.TryResolve(id, out uint found));
        Assert.NotEqual(successor.Epoch, successor.Get(found).Epoch);
        Assert.Equal(12, successor.Get(found).HandleLength);
        Span<byte> name = stackalloc byte[256];
        Assert.True(successor.TryName(found, out ulong parent, name, out int length));
        Assert.Equal((1UL, "a name"), (parent, System.Text.Encoding.ASCII.GetString(name[..length])));
        Assert.NotEqual(found, successor.Add(Identity(8), FileMode.S_IFREG, default, -1, out _));
    }

    [Fact]
    public void Three_hundred_thousand_nodes_that_are_forgotten_leave_no_memory_behind()
    {
        const int Count = 300_000;
        var nodes = new BackingNodes(_arena);
        var slots = new List<uint>(Count);
        long top = 0;
        for (uint i = 0; i < 1000; i++)
        {
            Add(nodes, i + 1, out uint slot);
            slots.Add(slot);
        }
        slots.ForEach(slot => nodes.Forget(slot, 1));
        slots.Clear();
        long start = MillionNodesTests.BytesOf(_arena);
        for (int round = 0; round < 3; round++)
        {
            for (uint i = 0; i < Count; i++)
            {
                Add(nodes, i + 1, out uint slot);
                slots.Add(slot);
            }
            foreach (uint slot in slots)
                nodes.Forget(slot, 1);
            slots.Clear();
            Assert.InRange(MillionNodesTests.BytesOf(_arena), 0, start * 11 / 10);
            // The same blocks are used again.
            if (round > 0)
                Assert.Equal(top, _arena.HighWaterMark);
            top = _arena.HighWaterMark;
        }
    }

    private static FileIdentity Identity(ulong ino) => new(1, ino, new Timestamp(1, 0));

    private static ulong Add(BackingNodes nodes, ulong ino, out uint slot)
    {
        slot = nodes.Add(Identity(ino), FileMode.S_IFREG, default, -1, out bool isNew);
        Assert.True(isNew);
        return BackingNodes.IdOf(slot, nodes.Get(slot));
    }
}
