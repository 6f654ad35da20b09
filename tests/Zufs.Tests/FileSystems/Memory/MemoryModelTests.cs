using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zufs.FileSystems;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>Any sequence of operations has the same results, errors and tree as on the model. A failure is shrunk to a short sequence.</summary>
public class MemoryModelTests
{
    private static readonly string[] Paths = ["a", "b", "c", "a/a", "a/b", "b/a", "b/c", "a/b/c", "a/a/a", "c/b/a"];
    private static readonly int[] Offsets = [0, 1, 63, 100, 4095, 4096, 5000, 65_536, 262_143, 262_144, 300_000];
    private static readonly int[] Lengths = [1, 10, 64, 4096, 5000, 70_000];

    private enum Kind
    {
        Create, Write, WriteAgain, Truncate, Punch, Rename, NoReplace, Exchange, Link, Unlink, MkDir, MkDirAgain, RmDir, SymLink, Read, List,
    }

    [Fact]
    public void Any_sequence_of_operations_does_what_the_model_does()
    {
        Gen<int[]> steps = Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1));
        Prop.ForAll(Arb.From(steps, ArbMap.Default.ArbFor<int[]>().Shrinker), Holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(300));
    }

    private static void Holds(int[] steps)
    {
        using var mount = new MemoryMount(arenaSize: 1L << 30);
        var model = new ModelTree();
        var run = new Run(mount, model);
        foreach (int step in steps)
            run.Step(step);
        Compare(run, model.Root, "");
        run.RemoveAll(model.Root, "");
        StatFs empty = mount.StatFs();
        if (empty.FreeBlocks != empty.Blocks || empty.FreeFiles != empty.Files - 1)
            throw new InvalidDataException($"Not everything was freed: {empty.Blocks - empty.FreeBlocks} blocks, {empty.Files - empty.FreeFiles - 1} inodes.");
    }

    private static void Compare(Run run, ModelTree.Node node, string path)
    {
        run.CheckNode(node, path);
        foreach ((string name, ModelTree.Node child) in node.Children ?? [])
            Compare(run, child, path.Length == 0 ? name : $"{path}/{name}");
    }

    private sealed class Run(MemoryMount mount, ModelTree model)
    {
        public void Step(int seed)
        {
            var random = new Random(seed);
            var kind = (Kind)random.Next((int)Kind.List + 1);
            string path = Paths[random.Next(Paths.Length)];
            string other = Paths[random.Next(Paths.Length)];
            int offset = Offsets[random.Next(Offsets.Length)];
            int length = Lengths[random.Next(Lengths.Length)];
            (Errno expected, Errno actual) = kind switch
            {
                Kind.Create => (model.Add(path, new() { Target = null }), Make(path, (p, n) => Forget(mount.TryCreate(p, n, out ulong made), made, isOpen: true))),
                Kind.MkDir or Kind.MkDirAgain => (model.Add(path, new() { Children = [] }), Make(path, (p, n) => Forget(mount.TryMkDir(p, n, out Entry e), e.Node))),
                Kind.SymLink => (model.Add(path, new() { Target = other }), Make(path, (p, n) => Forget(mount.SymLink(p, n, other, out Entry e), e.Node))),
                Kind.Unlink => (model.Remove(path, directory: false), Make(path, mount.Unlink)),
                Kind.RmDir => (model.Remove(path, directory: true), Make(path, mount.RmDir)),
                Kind.Rename or Kind.NoReplace or Kind.Exchange => Rename(path, other, (uint)(kind - Kind.Rename)),
                Kind.Link => Link(path, other),
                Kind.Read or Kind.List => Look(path),
                _ => Change(kind, path, offset, length, (byte)(seed % 255 + 1)),
            };
            if (expected != actual)
                throw new InvalidDataException($"{kind} {path} {other}: {expected} was expected, {actual} came.");
        }

        public void CheckNode(ModelTree.Node node, string path)
        {
            Errno error = With(path, id =>
            {
                Attributes attributes = mount.Stat(id);
                Same("nlink", node.Nlink, attributes.Nlink, path);
                if (node.Children is not null)
                    Same("names", string.Join(',', node.Children.Keys), string.Join(',', mount.Names(id)), path);
                else if (node.Target is not null)
                    Same("target", node.Target, mount.ReadLink(id), path);
                else
                    CheckContent(node, id, attributes, path);
                return Errno.Success;
            });
            Same("lookup", Errno.Success, error, path);
        }

        public void RemoveAll(ModelTree.Node node, string path)
        {
            foreach ((string name, ModelTree.Node child) in node.Children ?? [])
            {
                string below = path.Length == 0 ? name : $"{path}/{name}";
                RemoveAll(child, below);
                Same("remove", Errno.Success, Make(below, child.Children is null ? mount.Unlink : mount.RmDir), below);
            }
        }

        private static void Same<T>(string what, T expected, T actual, string path)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
                throw new InvalidDataException($"{what} of '{path}': {expected} was expected, {actual} came.");
        }

        private void CheckContent(ModelTree.Node node, ulong id, Attributes attributes, string path)
        {
            Same("size", (ulong)node.Content.Length, attributes.Size, path);
            if (!mount.Read(id, 0, node.Content.Length + 1).AsSpan().SequenceEqual(node.Content))
                throw new InvalidDataException($"The content of '{path}' differs.");
        }

        private (Errno, Errno) Change(Kind kind, string path, int offset, int length, byte value)
        {
            Errno expected = model.Resolve(path, out ModelTree.Node node);
            bool isFile = expected == Errno.Success && node.Children is null && node.Target is null;
            if (expected == Errno.Success && !isFile)
                expected = node.Children is not null ? Errno.EISDIR : Errno.EINVAL;
            byte[] data = [.. Enumerable.Repeat(value, length)];
            Errno actual = With(path, id => kind switch
            {
                Kind.Truncate => mount.Truncate(id, offset),
                Kind.Punch => mount.FAllocate(id, offset, length, mode: 3),
                _ => mount.TryWrite(id, offset, data, out _),
            });
            if (isFile && kind == Kind.Truncate)
                node.Resize(offset);
            else if (isFile && kind == Kind.Punch)
                node.Content.AsSpan(Math.Min(offset, node.Content.Length), Math.Clamp(node.Content.Length - offset, 0, length)).Clear();
            else if (isFile)
                node.Write(offset, data);
            return (expected, actual);
        }

        private (Errno, Errno) Rename(string path, string other, uint flags)
        {
            Errno actual = Make(path, (from, name) => Make(other, (to, newName) => mount.Rename(from, name, to, newName, flags)));
            return (model.Rename(path, other, flags), actual);
        }

        private (Errno, Errno) Link(string path, string other)
        {
            Errno expected = model.Resolve(path, out ModelTree.Node node);
            if (expected == Errno.Success)
            {
                // The kernel looks both up before it asks; of the file system's own errors EEXIST comes first.
                expected = model.Parent(other, out ModelTree.Node parent, out string name);
                if (expected == Errno.Success && node.Children is not null)
                    expected = parent.Children!.ContainsKey(name) ? Errno.EEXIST : Errno.EPERM;
                else if (expected == Errno.Success)
                    expected = model.Add(other, node);
            }
            return (expected, With(path, id => Make(other, (parent, name) => mount.Link(id, parent, name))));
        }

        private (Errno, Errno) Look(string path)
        {
            Errno expected = model.Resolve(path, out ModelTree.Node node);
            if (expected == Errno.Success)
                CheckNode(node, path);
            return (expected, With(path, _ => Errno.Success));
        }

        private Errno Make(string path, Func<ulong, string, Errno> operation)
        {
            int slash = path.LastIndexOf('/');
            return With(slash < 0 ? "" : path[..slash], parent => Zufs.FileSystems.FileMode.IsDirectory(mount.Stat(parent).Mode)
                ? operation(parent, path[(slash + 1)..])
                : Errno.ENOTDIR);
        }

        // Finds a node as the kernel does, uses it, and forgets all that was looked up.
        private Errno With(string path, Func<ulong, Errno> operation)
        {
            ulong node = MemoryMount.Root;
            var found = new List<ulong>();
            Errno error = Errno.Success;
            foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                error = mount.TryLookup(node, part, out Entry entry);
                if (error != Errno.Success)
                    break;
                node = entry.Node;
                found.Add(node);
            }
            if (error == Errno.Success)
                error = operation(node);
            found.ForEach(n => mount.FileSystem.Forget(n, 1));
            return error;
        }

        private Errno Forget(Errno error, ulong node, bool isOpen = false)
        {
            if (error == Errno.Success && isOpen)
                mount.Close(node);
            if (error == Errno.Success)
                mount.FileSystem.Forget(node, 1);
            return error;
        }
    }
}
