using System.Buffers.Binary;
using System.Text;
using Xunit;
using Zufs.FileSystems;
using Zufs.FuseShim.Paths;
using FileMode = Zufs.FileSystems.FileMode;

namespace Zufs.Tests.FuseShim.Paths;

public sealed class DirectoryListingTests
{
    [Fact]
    public void A_one_shot_listing_is_taken_once_and_handed_out_in_pieces()
    {
        var lister = new Lister([".", "..", .. Enumerable.Range(0, 100).Select(i => $"name-{i}")]);
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        Assert.Equal(lister.Names, ListAll(mount, handle, room: 200));
        Assert.Equal([0ul], lister.Offsets);
    }

    [Fact]
    public void Reading_from_the_beginning_takes_the_listing_again()
    {
        var lister = new Lister(["a"]);
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        Assert.Equal(["a"], ListAll(mount, handle, 4096));
        lister.Names = ["b", "c"];
        Assert.Equal(["b", "c"], ListAll(mount, handle, 4096));
    }

    [Fact]
    public void A_position_that_was_told_leads_back_to_its_entry_in_whatever_order()
    {
        var lister = new Lister(Enumerable.Range(0, 50).Select(i => $"n{i}"));
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        List<Listed> all = Read(mount, handle, 0, 1 << 16);
        Assert.Equal("n31", Read(mount, handle, all[30].Next, 40)[0].Name);
        Assert.Equal("n11", Read(mount, handle, all[10].Next, 40)[0].Name);
        Assert.Equal("n12", Read(mount, handle, all[11].Next, 40)[0].Name);
        Assert.Empty(Read(mount, handle, all[49].Next, 40));
        Assert.Empty(Read(mount, handle, 12345, 40));
        Assert.Empty(Read(mount, handle, ulong.MaxValue, 40));
        Assert.Single(lister.Offsets);
    }

    [Fact]
    public void Two_open_directories_have_listings_of_their_own()
    {
        var lister = new Lister(["a", "b"]);
        using var mount = new PathMount(lister);
        ulong one = OpenDir(mount);
        ulong two = OpenDir(mount);
        List<Listed> first = Read(mount, one, 0, 32);
        lister.Names = ["c", "d", "e"];
        Assert.Equal(["c", "d", "e"], ListAll(mount, two, 4096));
        Assert.Equal("b", Read(mount, one, first[^1].Next, 32)[0].Name);
    }

    [Fact]
    public void An_unopened_directory_is_listed_anew_for_each_piece()
    {
        var lister = new Lister(["a", "b", "c"]);
        using var mount = new PathMount(lister);
        Assert.Equal(lister.Names, ListAll(mount, 0, room: 32));
        Assert.True(lister.Offsets.Count > 3);
    }

    [Fact]
    public void A_listing_by_offset_is_asked_to_go_on_where_the_reply_was_full()
    {
        var lister = new Lister(Enumerable.Range(0, 20).Select(i => $"n{i}")) { ByOffset = true };
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        Assert.Equal(lister.Names, ListAll(mount, handle, room: 100));
        Assert.Equal([0ul, 1003, 1006, 1009, 1012, 1015, 1018, 1020], lister.Offsets);
    }

    [Theory]
    [InlineData("", Errno.EIO)]
    [InlineData("a/b", Errno.EIO)]
    [InlineData("a\0", Errno.EIO)]
    public void A_name_that_cannot_be_fails_the_listing(string name, Errno expected)
    {
        var lister = new Lister(["good", name]);
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        var writer = new DirectoryWriter(new byte[4096], false, default, default);
        Assert.Equal(expected, mount.FileSystem.ReadDir(default, 1, handle, 0, ref writer));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public void A_name_longer_than_the_kernel_takes_fails_the_listing()
    {
        using var mount = new PathMount(new Lister([new string('n', 1025)]));
        ulong handle = OpenDir(mount);
        var writer = new DirectoryWriter(new byte[4096], false, default, default);
        Assert.Equal(Errno.ENAMETOOLONG, mount.FileSystem.ReadDir(default, 1, handle, 0, ref writer));
    }

    [Fact]
    public void Entries_show_the_numbers_of_known_nodes_and_no_type_unless_it_was_given()
    {
        var lister = new Lister([".", "..", "known", "unknown"]);
        using var mount = new PathMount(lister);
        ulong known = mount.Walk("/known");
        ulong handle = OpenDir(mount);
        List<Listed> all = Read(mount, handle, 0, 4096);
        Assert.Equal([1, 1, known, 0xFFFF_FFFF], all.Select(e => e.Ino));
        Assert.All(all, e => Assert.Equal(0u, e.Type));
        lister.Mode = FileMode.S_IFREG;
        Assert.All(Read(mount, handle, 0, 4096), e => Assert.Equal(8u, e.Type));
    }

    [Fact]
    public void Entries_with_attributes_count_as_lookups_in_readdirplus_only()
    {
        var lister = new Lister([".", "a", "b"]) { WithAttributes = true, Mode = FileMode.S_IFREG };
        using var mount = new PathMount(lister);
        ulong handle = OpenDir(mount);
        Read(mount, handle, 0, 4096);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
        // Room for two of the three.
        var writer = new DirectoryWriter(new byte[2 * 160], true, default, default);
        Assert.Equal(Errno.Success, mount.FileSystem.ReadDir(default, 1, handle, 0, ref writer));
        Assert.Equal(2, mount.FileSystem.Nodes.CountLive());
        uint a = mount.FileSystem.Nodes.Find(1, "a"u8);
        mount.FileSystem.Forget(mount.FileSystem.Nodes.IdOf(a), 1);
        Assert.Equal(1, mount.FileSystem.Nodes.CountLive());
    }

    [Fact]
    public void A_closed_directory_gives_its_memory_back()
    {
        var lister = new Lister(Enumerable.Range(0, 1000).Select(i => $"name-{i}"));
        using var mount = new PathMount(lister);
        mount.FileSystem.ReleaseDir(default, 1, ListedOnce(mount), 0);
        long mark = mount.Arena.HighWaterMark;
        for (int i = 0; i < 500; i++)
            mount.FileSystem.ReleaseDir(default, 1, ListedOnce(mount), 0);
        // Free blocks belong to the CPU that freed them: a few per CPU may be taken anew.
        Assert.InRange(mount.Arena.HighWaterMark - mark, 0, 64L * 1024 * Environment.ProcessorCount * 4);
    }

    private static ulong ListedOnce(PathMount mount)
    {
        ulong handle = OpenDir(mount);
        Read(mount, handle, 0, 4096);
        return handle;
    }

    private static ulong OpenDir(PathMount mount)
    {
        OpenFile directory = default;
        Assert.Equal(Errno.Success, mount.FileSystem.OpenDir(default, 1, 0, ref directory));
        return directory.Handle;
    }

    private static List<string> ListAll(PathMount mount, ulong handle, int room)
    {
        List<string> names = [];
        for (ulong offset = 0; ;)
        {
            List<Listed> piece = Read(mount, handle, offset, room);
            if (piece.Count == 0)
                return names;
            names.AddRange(piece.Select(e => e.Name));
            offset = piece[^1].Next;
        }
    }

    private static List<Listed> Read(PathMount mount, ulong handle, ulong offset, int room)
    {
        byte[] bytes = new byte[room];
        var writer = new DirectoryWriter(bytes, false, default, default);
        Assert.Equal(Errno.Success, mount.FileSystem.ReadDir(default, 1, handle, offset, ref writer));
        List<Listed> entries = [];
        for (int at = 0; at < writer.Length;)
        {
            ReadOnlySpan<byte> entry = bytes.AsSpan(at);
            int length = BinaryPrimitives.ReadInt32LittleEndian(entry[16..]);
            entries.Add(new Listed(
                Encoding.UTF8.GetString(entry.Slice(24, length)),
                BinaryPrimitives.ReadUInt64LittleEndian(entry),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[20..])));
            at += 24 + length + 7 & ~7;
        }
        return entries;
    }

    private sealed record Listed(string Name, ulong Ino, ulong Next, uint Type);

    private sealed class Lister(IEnumerable<string> names) : PathFileSystemBase
    {
        public override PathTraits Traits { get; } = new() { Name = "lister" };

        public string[] Names { get; set; } = [.. names];

        public List<ulong> Offsets { get; } = [];

        public bool ByOffset { get; init; }

        public bool WithAttributes { get; init; }

        public uint Mode { get; set; }

        public override Errno GetAttr(in Request request, ReadOnlySpan<byte> path, ref PathFile file, ref Attributes attributes)
        {
            attributes.Mode = FileMode.S_IFREG;
            return Errno.Success;
        }

        public override Errno ReadDir(in Request request, ReadOnlySpan<byte> path, ulong offset, bool wantsAttributes, DirectoryFiller filler, ref PathFile file)
        {
            Offsets.Add(offset);
            for (int i = ByOffset && offset > 0 ? (int)offset - 1000 : 0; i < Names.Length; i++)
            {
                byte[] name = Encoding.UTF8.GetBytes(Names[i]);
                ulong next = ByOffset ? 1001 + (ulong)i : 0;
                bool taken = WithAttributes ? filler.Add(name, next, new Attributes { Mode = Mode }) : filler.Add(name, next, 0, Mode);
                if (!taken)
                    break;
            }
            return Errno.Success;
        }
    }
}
