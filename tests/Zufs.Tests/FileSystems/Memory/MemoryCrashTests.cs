using System.Globalization;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.Interop;

namespace Zufs.Tests.FileSystems.Memory;

/// <summary>Each operation is cut short at each of its steps: a copy of the arena at that moment is what a successor would find.</summary>
public class MemoryCrashTests
{
    private const ulong Root = MemoryMount.Root;

    [Theory]
    [InlineData("create")]
    [InlineData("mkdir")]
    [InlineData("symlink")]
    [InlineData("link")]
    [InlineData("unlink")]
    [InlineData("unlink one of two names")]
    [InlineData("rmdir")]
    [InlineData("rename")]
    [InlineData("rename over")]
    [InlineData("rename a directory")]
    [InlineData("rename a directory over one")]
    [InlineData("exchange")]
    [InlineData("exchange a file and a directory")]
    [InlineData("whiteout")]
    public void An_operation_that_is_cut_short_has_happened_or_has_not(string operation)
    {
        using MemoryMount mount = Populated(out ulong left, out ulong right, out ulong file);
        string before = Describe(mount);
        var during = new List<string>();
        int thread = Environment.CurrentManagedThreadId;
        FaultPoint.Hook = (step, detail) =>
        {
            if (step != "memory" || Environment.CurrentManagedThreadId != thread)
                return;
            using Arena copy = Copy(mount.Arena);
            using MemoryMount successor = MemoryMount.On(copy);
            during.Add(Describe(successor));
        };
        try
        {
            Assert.Equal(Errno.Success, Do(mount, operation, left, right, file));
        }
        finally
        {
            FaultPoint.Hook = null;
        }
        string after = Describe(mount);
        Assert.NotEqual(before, after);
        Assert.True(during.Count >= 3);
        Assert.All(during, state => Assert.True(state == before || state == after, $"before:\n{before}\nafter:\n{after}\nbetween:\n{state}"));
        Assert.Equal(before, during[0]);
        Assert.Equal(after, during[^1]);
    }

    private static Errno Do(MemoryMount mount, string operation, ulong left, ulong right, ulong file) => operation switch
    {
        "create" => mount.TryCreate(left, "new", out _),
        "mkdir" => mount.TryMkDir(left, "new", out _),
        "symlink" => mount.SymLink(left, "new", "target", out _),
        "link" => mount.Link(file, right, "new"),
        "unlink" => mount.Unlink(left, "a"),
        "unlink one of two names" => mount.Unlink(right, "second"),
        "rmdir" => mount.RmDir(left, "empty"),
        "rename" => mount.Rename(left, "a", right, "new"),
        "rename over" => mount.Rename(left, "a", right, "b"),
        "rename a directory" => mount.Rename(left, "empty", right, "new"),
        "rename a directory over one" => mount.Rename(left, "empty", right, "vacant"),
        "exchange" => mount.Rename(left, "a", right, "b", 2),
        "exchange a file and a directory" => mount.Rename(left, "a", right, "vacant", 2),
        "whiteout" => mount.Rename(left, "a", right, "b", 4),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "not known"),
    };

    private static MemoryMount Populated(out ulong left, out ulong right, out ulong file)
    {
        var mount = new MemoryMount();
        left = mount.MkDir(Root, "left");
        right = mount.MkDir(Root, "right");
        mount.MkDir(left, "empty");
        mount.MkDir(right, "vacant");
        mount.WriteFile(left, "a", "a"u8);
        mount.WriteFile(right, "b", "bb"u8);
        mount.WriteFile(left, "first", "two names"u8);
        file = mount.Lookup(left, "first").Node;
        mount.Link(file, right, "second");
        return mount;
    }

    /// <summary>Names, kinds, links and what is counted, with what doesn't add up said aloud.</summary>
    private static string Describe(MemoryMount mount)
    {
        var lines = new List<string>();
        var names = new Dictionary<ulong, int>();
        Walk(mount, Root, "", lines, names);
        foreach ((ulong node, int count) in names)
        {
            uint links = mount.Stat(node).Nlink;
            if (links != count)
                lines.Add($"an inode has {links} links and {count} names");
        }
        StatFs space = mount.StatFs();
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{space.Files - space.FreeFiles} inodes, {space.Blocks - space.FreeBlocks} blocks"));
        return string.Join('\n', lines);
    }

    private static void Walk(MemoryMount mount, ulong directory, string path, List<string> lines, Dictionary<ulong, int> names)
    {
        uint below = 0;
        foreach (string name in mount.Names(directory))
        {
            Entry entry = mount.Lookup(directory, name);
            mount.FileSystem.Forget(entry.Node, 1);
            lines.Add($"{path}/{name} {entry.Attributes.Mode:x} {entry.Attributes.Size}");
            if ((entry.Attributes.Mode & 0xF000) == 0x4000)
            {
                below++;
                if (mount.Lookup(entry.Node, "..").Node is var parent && parent != directory)
                    lines.Add($"{path}/{name} has another parent");
                if (directory != Root)
                    mount.FileSystem.Forget(directory, 1);
                Walk(mount, entry.Node, $"{path}/{name}", lines, names);
            }
            else
            {
                names[entry.Node] = names.GetValueOrDefault(entry.Node) + 1;
            }
        }
        if (mount.Stat(directory).Nlink is var links && links != below + 2)
            lines.Add($"{path}/ has {links} links and {below} directories");
    }

    private static Arena Copy(Arena arena)
    {
        const int AddressAt = 24;
        Arena copy = Arena.Create("copy", arena.Size);
        var bytes = new byte[arena.HighWaterMark];
        Assert.Equal(bytes.Length, RandomAccess.Read(arena.File, bytes, 0));
        Assert.Equal(8, RandomAccess.Read(copy.File, bytes.AsSpan(AddressAt, 8), AddressAt));
        RandomAccess.Write(copy.File, bytes, 0);
        return copy;
    }
}
