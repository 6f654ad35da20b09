using System.Text;
using Zufs.Conformance.Interop;
using static Zufs.CompatTests.Recovery.FaultScene;
using static Zufs.Conformance.Interop.Flags;

namespace Zufs.CompatTests.Recovery;

/// <summary>The operations that a worker is let die in.</summary>
internal static class FaultedOperations
{
    private static readonly string[] s_ours = ["memory", "passthrough"];
    // What passthrough's files hold the kernel moves itself.
    private static readonly string[] s_carried = ["memory", "tmds-directory"];

    private static readonly string s_long = new('x', 40_000);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FaultedOperation> All { get; } = [.. Names(), .. Files(), .. Questions()];

    // What changes names and links: what must not happen twice.
    private static IEnumerable<FaultedOperation> Names() =>
    [
        new("MKDIR", s => s.MakeDirectory("d")) { IsJournalled = true, IsShort = true, SetUp = s => s.Noted = LinksOfRoot(s), Adds = ["d"], Verify = VerifyDirectory },
        new("MKNOD", s => s.MakeNode("n")) { IsJournalled = true, Adds = ["n"], Verify = s => Expect(1u, s.Status("n").Links, "the number of links") },
        new("SYMLINK", s => s.Symlink("s")) { IsJournalled = true, Adds = ["s"], Verify = s => Expect(S_IFLNK, s.Status("s").Mode & S_IFMT, "the type") },
        new("LINK", s => s.Link("a", "b")) { IsJournalled = true, SetUp = s => s.Make("a"), Adds = ["b"], Verify = s => ExpectLinks(s, "a", 2) },
        new("CREATE", s => s.Open("c", O_CREAT | O_EXCL | O_RDWR)) { IsJournalled = true, IsShort = true, Adds = ["c"], Verify = VerifyOpen },
        new("CREATE", s => s.Open("c", O_CREAT | O_TRUNC | O_RDWR)) { Variant = "not exclusive", IsJournalled = true, Adds = ["c"], Verify = VerifyOpen },
        new("TMPFILE", s => s.OpenRoot(O_TMPFILE | O_RDWR)) { IsJournalled = true, Kinds = s_ours, Verify = VerifyUnnamed },
        new("UNLINK", s => s.Unlink("a")) { IsJournalled = true, SetUp = s => s.Make("a"), Removes = ["a"] },
        new("UNLINK", s => s.Unlink("a"))
        {
            Variant = "of one of three links", IsJournalled = true, IsShort = true, SetUp = MakeThreeLinks, Removes = ["a"], Verify = s => ExpectLinks(s, "b", 2),
        },
        new("UNLINK", s => s.Unlink("a")) { Variant = "of an open file", IsJournalled = true, SetUp = OpenOne, Removes = ["a"], Verify = VerifyUnnamed },
        new("RMDIR", s => s.RemoveDirectory("d"))
        {
            IsJournalled = true, SetUp = s => Must(s.MakeDirectory("d"), "mkdir"), Removes = ["d"], Verify = s => s.Noted = 0,
        },
        new("RENAME", s => s.Rename("a", "b"))
        {
            IsJournalled = true, SetUp = s => s.Make("a", "aa"), Adds = ["b"], Removes = ["a"], Verify = s => Expect("aa", s.Content("b"), "what was renamed"),
        },
        new("RENAME", s => s.Rename("a", "b"))
        {
            Variant = "over another", IsJournalled = true, IsShort = true, SetUp = MakeTwoAndALink, Removes = ["a"],
            Verify = s =>
            {
                Expect("aa", s.Content("b"), "what was renamed");
                ExpectLinks(s, "b", 1);
                Expect("bb", s.Content("other"), "what was renamed over");
                ExpectLinks(s, "other", 1);
            },
        },
        new("RENAME", s => s.Rename("d", "e"))
        {
            Variant = "of a directory", IsJournalled = true, SetUp = s => Must(s.MakeDirectory("d"), "mkdir"), Adds = ["e"], Removes = ["d"],
        },
        new("RENAME2", s => s.Rename("a", "b", RENAME_NOREPLACE))
        {
            Variant = "not replacing", IsJournalled = true, SetUp = s => s.Make("a", "aa"), Adds = ["b"], Removes = ["a"],
            Verify = s => Expect("aa", s.Content("b"), "what was renamed"),
        },
        new("RENAME2", s => s.Rename("a", "b", RENAME_EXCHANGE))
        {
            Variant = "exchanging", IsJournalled = true, IsShort = true, SetUp = MakeTwoAndALink,
            Verify = s => Expect(("bb", "aa", "bb"), (s.Content("a"), s.Content("b"), s.Content("other")), "what was exchanged"),
        },
        new("SETXATTR", s => Sys.SetXAttr(s.At("a"), "user.x", "value"u8, XATTR_CREATE))
        {
            IsJournalled = true, Kinds = s_ours, SetUp = s => s.Make("a"), Verify = s => ExpectAttribute(s, "value"),
        },
        new("REMOVEXATTR", s => Sys.RemoveXAttr(s.At("a"), "user.x"))
        {
            IsJournalled = true, Kinds = s_ours, SetUp = MakeWithAttribute, Verify = s => ExpectAttribute(s, null),
        },
        new("OPEN", s => s.Open("a", O_RDWR)) { IsJournalled = true, SetUp = s => s.Make("a", "old"), Verify = VerifyOpen },
        new("OPENDIR", s => s.OpenRoot(O_RDONLY | O_DIRECTORY)) { IsJournalled = true, Verify = VerifyListing },
    ];

    // What changes files: it bears its place or its values.
    private static IEnumerable<FaultedOperation> Files() =>
    [
        new("WRITE", s => Sys.Write(s.File, "one line\n"u8))
        {
            Variant = "appending", Kinds = s_carried,
            SetUp = s =>
            {
                s.Make("a");
                Must(s.Open("a", O_WRONLY | O_APPEND), "open");
            },
            Verify = s => Expect("one line\n", s.Content("a"), "what was appended"),
        },
        new("SETATTR", s => Sys.Truncate(s.At("a"), 3)) { SetUp = s => s.Make("a", "abcdef"), Verify = s => Expect("abc", s.Content("a"), "what was truncated") },
        new("SETATTR", s => Sys.ChangeMode(-100, s.At("a"), Octal(600)))
        {
            Variant = "of the mode", SetUp = s => s.Make("a"), Verify = s => Expect("0600", s.Status("a").PermissionText, "the mode"),
        },
        new("FALLOCATE", s => Sys.Allocate(s.File, 0, 0, 10_000)) { Kinds = s_ours, SetUp = OpenOne, Verify = s => Expect(10_000L, s.Status().Size, "the size") },
        new("FSYNC", s => Sys.Sync(s.File)) { SetUp = OpenOne, Kinds = ["passthrough", "tmds-directory"] },
        new("RELEASE", s => s.CloseFile()) { SetUp = OpenOne, Verify = s => Expect("old", s.Content("a"), "what was closed") },
    ];

    // What changes nothing: the answer must be right.
    private static IEnumerable<FaultedOperation> Questions() =>
    [
        new("LOOKUP", s => Sys.Access(-100, s.At("a"), F_OK, 0)) { SetUp = s => s.Make("a") },
        new("GETATTR", s => Sys.Status(s.File, out _)) { SetUp = OpenOne },
        new("READLINK", s => Sys.ReadLink(-100, s.At("s"), new byte[100])) { SetUp = s => Must(s.Symlink("s"), "symlink") },
        new("READ", s => s.ContentOfOpen() == s_long ? default : new Outcome(-1, Errno.EIO))
        {
            Kinds = s_carried,
            SetUp = s =>
            {
                s.Make("a", s_long);
                Must(s.Open("a", O_RDONLY), "open");
                Sys.DropCache(s.File);
            },
        },
        new("GETXATTR", s => Sys.GetXAttr(s.At("a"), "user.x", new byte[10])) { Kinds = s_ours, SetUp = MakeWithAttribute },
        new("LISTXATTR", s => Sys.ListXAttr(s.At("a"), new byte[100])) { Kinds = s_ours, SetUp = MakeWithAttribute },
        new("STATFS", s => Sys.FileSystem(s.File, out _)) { SetUp = OpenOne },
        new("LSEEK", s => Sys.Seek(s.File, 0, SEEK_HOLE)) { Kinds = s_ours, SetUp = OpenOne },
        new("READDIRPLUS", s => s.ListOf(s.File).Count > 0 ? default : new Outcome(-1, Errno.EIO))
        {
            Kinds = s_ours,
            SetUp = s =>
            {
                s.Make("a");
                Must(s.OpenRoot(O_RDONLY | O_DIRECTORY), "open of the root");
            },
        },
        new("RELEASEDIR", s => s.CloseFile()) { SetUp = s => Must(s.OpenRoot(O_RDONLY | O_DIRECTORY), "open of the root") },
    ];

    private static ulong LinksOfRoot(FaultScene scene)
    {
        Must(Sys.Status(-100, scene.Root, 0, out FileStatus status), "stat of the root");
        return status.Links;
    }

    private static void VerifyDirectory(FaultScene scene)
    {
        // Not every file system below counts the links of directories.
        if (scene.Kind == "memory")
            Expect((2u, scene.Noted + 1), (scene.Status("d").Links, LinksOfRoot(scene)), "the numbers of links");
    }

    private static void ExpectLinks(FaultScene scene, string name, uint links) => Expect(links, scene.Status(name).Links, $"the number of links of {name}");

    private static void OpenOne(FaultScene scene)
    {
        scene.Make("a", "old");
        Must(scene.Open("a", O_RDWR), "open");
    }

    private static void MakeThreeLinks(FaultScene scene)
    {
        scene.Make("a");
        Must(scene.Link("a", "b"), "link");
        Must(scene.Link("a", "c"), "link");
    }

    private static void MakeTwoAndALink(FaultScene scene)
    {
        scene.Make("a", "aa");
        scene.Make("b", "bb");
        Must(scene.Link("b", "other"), "link");
    }

    private static void MakeWithAttribute(FaultScene scene)
    {
        scene.Make("a");
        Must(Sys.SetXAttr(scene.At("a"), "user.x", "value"u8, XATTR_CREATE), "setxattr");
    }

    private static void ExpectAttribute(FaultScene scene, string? value)
    {
        var buffer = new byte[100];
        Outcome got = Sys.GetXAttr(scene.At("a"), "user.x", buffer);
        Expect(value, got.Failed ? null : Encoding.ASCII.GetString(buffer, 0, (int)got.Value), "the attribute");
    }

    private static void VerifyOpen(FaultScene scene)
    {
        Must(Sys.PWrite(scene.File, "new"u8, 0), "write");
        Expect("new", scene.ContentOfOpen(), "what was written");
        Expect(1u, scene.Status().Links, "the number of links");
    }

    private static void VerifyUnnamed(FaultScene scene)
    {
        Must(Sys.PWrite(scene.File, "new"u8, 0), "write");
        Expect("new", scene.ContentOfOpen(), "what was written");
        // A file system that works by path keeps a name for it till it is closed.
        if (scene.Kind != "tmds-directory")
            Expect(0u, scene.Status().Links, "the number of links");
    }

    private static void VerifyListing(FaultScene scene) => Expect(string.Join(' ', scene.Names()), string.Join(' ', scene.ListOf(scene.File)), "the listing");
}
