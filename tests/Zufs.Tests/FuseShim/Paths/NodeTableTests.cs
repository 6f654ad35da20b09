using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class NodeTableTests
{
    [Fact]
    public void Whatever_happens_to_names_every_node_has_the_path_the_model_says()
    {
        Gen<Step> step = ArbMap.Default.GeneratorFor<byte>().Four()
            .Select(t => new Step(t.Item1 % 10, t.Item2, t.Item3, t.Item4));
        Prop.ForAll(step.ArrayOf(200).ToArbitrary(), steps =>
        {
            using Arena arena = Arena.Create("test", 16L << 20);
            var run = new ModelRun(new NodeTable(arena));
            foreach (Step s in steps)
                run.Do(s);
            run.Verify(new NodeTable(arena));
            run.ForgetAll();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void A_hundred_thousand_names_are_found_again_and_leave_nothing_behind()
    {
        using Arena arena = Arena.Create("test", 256L << 20);
        var table = new NodeTable(arena);
        byte[] name = new byte[100];
        for (int i = 0; i < 100_000; i++)
            Assert.NotEqual(0u, table.Lookup(NodeTable.Root, Name(name, i)));
        Assert.Equal(100_001, table.CountLive());
        for (int i = 0; i < 100_000; i++)
        {
            uint slot = table.Find(NodeTable.Root, Name(name, i));
            Assert.NotEqual(0u, slot);
            table.Forget(slot, 1);
        }
        Assert.Equal(1, table.CountLive());
        Assert.Equal(0, table.NodeAt(NodeTable.Root).Children);
    }

    [Fact]
    public void A_full_arena_is_said_and_loses_nothing()
    {
        using Arena arena = Arena.Create("test", 4L << 20);
        var table = new NodeTable(arena);
        byte[] name = new byte[100];
        int count = 0;
        while (table.Lookup(NodeTable.Root, Name(name, count)) != 0)
            count++;
        Assert.InRange(count, 1000, 40_000);
        Assert.Equal(count + 1, table.CountLive());
        table.Forget(table.Find(NodeTable.Root, Name(name, 0)), 1);
        Assert.NotEqual(0u, table.Lookup(NodeTable.Root, "new"u8));
    }

    [Fact]
    public void Many_threads_look_up_and_forget_the_same_names_without_losing_a_count()
    {
        using Arena arena = Arena.Create("test", 64L << 20);
        var table = new NodeTable(arena);
        Parallel.For(0, 4, worker =>
        {
            byte[] name = new byte[100];
            var random = new Random(worker);
            Span<uint> held = stackalloc uint[64];
            held.Clear();
            for (int i = 0; i < 50_000; i++)
            {
                int at = random.Next(held.Length);
                if (held[at] != 0)
                    table.Forget(held[at], 1);
                held[at] = table.Lookup(NodeTable.Root, Name(name, random.Next(300)));
            }
            foreach (uint slot in held)
            {
                if (slot != 0)
                    table.Forget(slot, 1);
            }
        });
        Assert.Equal(1, table.CountLive());
        Assert.Equal(0, table.NodeAt(NodeTable.Root).Children);
    }

    private static ReadOnlySpan<byte> Name(byte[] room, int i)
    {
        // Short names and some that need a block of their own.
        int length = i % 50 == 0 ? 100 : 10;
        room.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes($"{i:D7}", room);
        return room.AsSpan(0, length);
    }

    private sealed record Step(int Kind, byte First, byte Second, byte Third);

    private sealed class ModelRun
    {
        private readonly NodeTable _table;
        private readonly Dictionary<uint, ModelNode> _model = new() { [NodeTable.Root] = new ModelNode { Lookups = 1 } };

        private int _steps;

        public ModelRun(NodeTable table) => _table = table;

        public void Do(Step step)
        {
            uint parent = Pick(step.First);
            byte[] name = NameOf(step.Second);
            uint newParent = Pick(step.Third);
            byte[] newName = NameOf((byte)(step.Third / 7));
            switch (step.Kind)
            {
                case < 5:
                    uint slot = _table.Lookup(parent, name);
                    if (Child(parent, name) is var child && child != 0)
                        Assert.Equal(child, slot);
                    else
                        _model.Add(slot, new ModelNode { Parent = parent, Name = name });
                    _model[slot].Lookups++;
                    break;
                case 5 when parent != NodeTable.Root:
                    ulong count = Math.Min(_model[parent].Lookups, (ulong)step.Second % 3);
                    _table.Forget(parent, count);
                    _model[parent].Lookups -= count;
                    Sweep();
                    break;
                case 6 or 7:
                    uint moved = Child(parent, name);
                    if (moved != 0 && IsBelow(newParent, moved))
                        break;
                    Assert.True(_table.Move(parent, name, newParent, newName));
                    Move(parent, name, newParent, newName);
                    break;
                case 8:
                    uint one = Child(parent, name);
                    uint two = Child(newParent, newName);
                    if (one != 0 && IsBelow(newParent, one) || two != 0 && IsBelow(parent, two))
                        break;
                    Assert.True(_table.Exchange(parent, name, newParent, newName));
                    Set(one, newParent, newName);
                    Set(two, parent, name);
                    break;
                case 9:
                    _table.Unname(parent, name);
                    Set(Child(parent, name), 0, []);
                    Sweep();
                    break;
            }
            // Each time would take long: it walks all nodes for each node.
            if (++_steps % 8 == 0)
                Verify(_table);
        }

        public void Verify(NodeTable table)
        {
            byte[] buffer = new byte[NodeTable.PathMax];
            Assert.Equal(_model.Count, table.CountLive());
            foreach ((uint slot, ModelNode node) in _model)
            {
                Assert.Equal(node.Lookups, table.NodeAt(slot).Lookups);
                Assert.Equal(_model.Values.Count(n => n.Parent == slot), table.NodeAt(slot).Children);
                Errno error = table.PathOf(slot, default, buffer, out ReadOnlySpan<byte> path);
                Assert.Equal(PathOf(slot), error == Errno.Success ? Encoding.UTF8.GetString(path) : null);
                if (node.Parent != 0)
                    Assert.Equal(slot, table.Find(node.Parent, node.Name));
            }
        }

        public void ForgetAll()
        {
            foreach ((uint slot, ModelNode node) in _model.Where(p => p.Key != NodeTable.Root).ToList())
            {
                if (node.Lookups > 0)
                    _table.Forget(slot, node.Lookups);
            }
            Assert.Equal(1, _table.CountLive());
        }

        private static byte[] NameOf(byte seed) => Encoding.UTF8.GetBytes(seed % 5 == 0 ? new string('l', 81 + seed % 3) : $"n{seed % 4}");

        private uint Pick(byte seed)
        {
            // The kernel works below a node only while it knows the node.
            uint[] known = [.. _model.Where(p => p.Value.Lookups > 0 && DepthOf(p.Key) is >= 0 and < 30).Select(p => p.Key).Order()];
            return known[seed % known.Length];
        }

        private uint Child(uint parent, byte[] name) =>
            _model.FirstOrDefault(p => p.Value.Parent == parent && p.Value.Name.AsSpan().SequenceEqual(name)).Key;

        private void Set(uint slot, uint parent, byte[] name)
        {
            if (slot == 0)
                return;
            _model[slot].Parent = parent;
            _model[slot].Name = name;
        }

        private void Move(uint parent, byte[] name, uint newParent, byte[] newName)
        {
            uint moved = Child(parent, name);
            uint replaced = Child(newParent, newName);
            if (moved == replaced)
                return;
            Set(replaced, 0, []);
            Set(moved, newParent, newName);
            Sweep();
        }

        private bool IsBelow(uint slot, uint ancestor)
        {
            for (; slot != 0; slot = _model[slot].Parent)
            {
                if (slot == ancestor)
                    return true;
            }
            return false;
        }

        private int DepthOf(uint slot)
        {
            int depth = 0;
            for (; slot is not NodeTable.Root and not 0; slot = _model[slot].Parent)
                depth++;
            return slot == 0 ? -1 : depth;
        }

        private string? PathOf(uint slot)
        {
            string path = "";
            for (; slot != NodeTable.Root; slot = _model[slot].Parent)
            {
                if (_model[slot].Parent == 0)
                    return null;
                path = "/" + Encoding.UTF8.GetString(_model[slot].Name) + path;
            }
            return path.Length == 0 ? "/" : path;
        }

        private void Sweep()
        {
            while (_model.FirstOrDefault(p => p.Key != NodeTable.Root && p.Value.Lookups == 0 && _model.Values.All(n => n.Parent != p.Key)) is { Value: not null } dead)
                _model.Remove(dead.Key);
        }
    }

    private sealed class ModelNode
    {
        public uint Parent { get; set; }

        public byte[] Name { get; set; } = [];

        public ulong Lookups { get; set; }
    }
}
