using System.Runtime.InteropServices;
using System.Text;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.Protocol;
using static Zufs.Protocol.FuseOpcode;

namespace Zufs.Tests.Sessions;

public sealed class DispatcherTests : IDisposable
{
    private readonly LoopbackFixture _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Every_operation_has_a_handler() =>
        Assert.All(OperationTable.Rows, row => Assert.True(_loop.Session.Dispatcher.Handles(row.Opcode), row.Name));

    [Fact]
    public void A_lookup_gives_an_entry()
    {
        string? asked = null;
        _loop.FileSystem.OnLookup = (in request, parent, name, ref entry) =>
        {
            asked = $"{parent} {Encoding.UTF8.GetString(name)} {request.Uid} {request.Gid} {request.Pid}";
            entry.Node = 9;
            entry.Generation = 3;
            entry.Attributes = ScriptedFileSystem.File(0);
            return Errno.Success;
        };
        ReadOnlySpan<byte> reply = _loop.Session.Call(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8));
        Assert.Equal("1 name 1000 100 4711", asked);
        Assert.Equal(16 + 128, reply.Length);
        FuseEntryOut entry = Wire.Body<FuseEntryOut>(reply);
        Assert.Equal((9ul, 3ul, 1ul, 1ul), (entry.NodeId, entry.Generation, entry.EntryValid, entry.AttrValid));
        // No inode number was given: the node's is shown. A time before 1970 is negative.
        Assert.Equal((9ul, -5L, 7u), (entry.Attr.Ino, (long)entry.Attr.Mtime, entry.Attr.MtimeNsec));
    }

    [Theory]
    [InlineData(null, Errno.Success)]
    [InlineData(1000u, Errno.Success)]
    [InlineData(1001u, Errno.EACCES)]
    public void Only_root_and_an_owner_that_was_named_are_served(uint? owner, Errno expected)
    {
        using var loop = new LoopbackFixture(owner: owner);
        Assert.Equal(-(int)expected, Wire.Header(loop.Session.Call(Wire.Request(FUSE_GETATTR, 5, new FuseGetattrIn()))).Error);
        byte[] asRoot = Wire.Request(FUSE_GETATTR, 5, new FuseGetattrIn());
        asRoot.AsSpan(24, 4).Clear();
        Assert.Equal(0, Wire.Header(loop.Session.Call(asRoot)).Error);
        // Whoever was handed an open file reads it: EBADF is the answer to this one.
        Assert.Equal(-(int)Errno.EBADF, Wire.Header(loop.Session.Call(Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = 77, Size = 10 }))).Error);
    }

    [Fact]
    public void A_lookup_may_say_that_there_is_nothing()
    {
        _loop.FileSystem.OnLookup = (in _, _, _, ref entry) => Errno.Success;
        Assert.Equal(0ul, Wire.Body<FuseEntryOut>(_loop.Session.Call(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8))).NodeId);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("name")]
    [InlineData("a/b\0")]
    [InlineData(".\0")]
    [InlineData("..\0")]
    [InlineData("name\0more")]
    public void A_bad_name_is_refused_and_counted(string name)
    {
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_LOOKUP, 1, Encoding.UTF8.GetBytes(name)));
        Assert.Equal(1, _loop.Session.Counters.Malformed);
        // The session goes on.
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_LOOKUP, 1, "name\0"u8))).Error);
    }

    [Fact]
    public void A_name_of_1025_bytes_is_too_long() =>
        _loop.Refuses(Errno.ENAMETOOLONG, Wire.Request(FUSE_LOOKUP, 1, [.. Enumerable.Repeat((byte)'x', 1025), 0]));

    [Fact]
    public void Dots_are_looked_up_for_NFS_export()
    {
        using var loop = new LoopbackFixture(FileSystemFeatures.Export);
        loop.FileSystem.OnLookup = (in _, _, _, ref entry) =>
        {
            entry.Node = 1;
            entry.Attributes = new Attributes { Mode = 0x41ED };
            return Errno.Success;
        };
        Assert.Equal(1ul, Wire.Body<FuseEntryOut>(loop.Session.Call(Wire.Request(FUSE_LOOKUP, 5, "..\0"u8))).NodeId);
        loop.Refuses(Errno.EIO, Wire.Request(FUSE_LOOKUP, 5, "name\0"u8));
    }

    [Fact]
    public void An_unknown_opcode_is_answered_by_ENOSYS()
    {
        _loop.Refuses(Errno.ENOSYS, Wire.Request((FuseOpcode)63, 1, []));
        _loop.Refuses(Errno.ENOSYS, Wire.Request(CUSE_INIT, 1, []));
        Assert.Equal(2, _loop.Session.Counters.Unknown);
    }

    [Fact]
    public void An_exception_becomes_EIO_and_names_the_operation()
    {
        _loop.FileSystem.OnGetAttr = () => throw new InvalidOperationException("out of ideas");
        _loop.Refuses(Errno.EIO, Wire.Request(FUSE_GETATTR, 5, new FuseGetattrIn()));
        Assert.Contains(_loop.Log, line => line.Contains("GETATTR") && line.Contains("out of ideas"));
        Assert.Equal(1, _loop.Session.Counters.Exceptions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_entry_that_makes_no_sense_becomes_EIO(int wrong)
    {
        _loop.FileSystem.OnLookup = (in _, _, _, ref entry) =>
        {
            entry.Node = wrong switch { 0 => 1, 1 => 1UL << 63, _ => 5 };
            entry.Attributes = ScriptedFileSystem.File(5);
            if (wrong == 2)
                entry.Attributes.Atime = new Timestamp(0, 1_000_000_000);
            if (wrong == 3)
                entry.Attributes.Mode = 0x1A4;
            return Errno.Success;
        };
        _loop.Refuses(Errno.EIO, Wire.Request(FUSE_LOOKUP, 1, "name\0"u8));
        Assert.Contains(_loop.Log, line => line.Contains("LOOKUP"));
        Assert.Equal(1, _loop.Session.Counters.BrokenReplies);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(512)]
    [InlineData(200)]
    public void An_errno_that_is_none_becomes_EIO(int errno)
    {
        _loop.FileSystem.OnAccess = (in _, _) => (Errno)errno;
        _loop.Refuses(Errno.EIO, Wire.Request(FUSE_ACCESS, 5, new FuseAccessIn { Mask = 4 }));
    }

    [Fact]
    public void The_kernel_sees_a_handle_of_the_sessions()
    {
        ulong fh = _loop.Open();
        Assert.NotEqual(77ul, fh);
        ulong seen = 0;
        _loop.FileSystem.OnRead = (in _, _, handle, _, ref _) =>
        {
            seen = handle;
            return Errno.Success;
        };
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = 10 }))).Error);
        Assert.Equal(77ul, seen);
        // Another node's, one that was never given, and one that was released.
        _loop.Refuses(Errno.EBADF, Wire.Request(FUSE_READ, 6, new FuseReadIn { Fh = fh, Size = 10 }));
        _loop.Refuses(Errno.EBADF, Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = 0, Size = 10 }));
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_RELEASE, 5, new FuseReleaseIn { Fh = fh }))).Error);
        _loop.Refuses(Errno.EBADF, Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = 10 }));
        _loop.Refuses(Errno.EBADF, Wire.Request(FUSE_RELEASE, 5, new FuseReleaseIn { Fh = fh }));
        Assert.Equal(["release 5 77"], _loop.FileSystem.Calls);
    }

    [Fact]
    public void After_ENOSYS_of_OPEN_requests_come_without_a_handle()
    {
        _loop.FileSystem.OnOpen = () => Errno.ENOSYS;
        _loop.Refuses(Errno.ENOSYS, Wire.Request(FUSE_OPEN, 5, new FuseOpenIn()));
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_READ, 5, new FuseReadIn { Size = 10 }))).Error);
    }

    [Fact]
    public void Open_flags_that_were_not_agreed_on_become_EIO_and_the_file_is_released()
    {
        _loop.FileSystem.Opened = new OpenFile { Handle = 8, Options = OpenOptions.Passthrough, BackingId = 1 };
        _loop.Refuses(Errno.EIO, Wire.Request(FUSE_CREATE, 1, new FuseCreateIn(), "name\0"u8));
        Assert.Equal(["create name groups ", "release 6 8", "forget 6 1"], _loop.FileSystem.Calls);
        Assert.Equal(0, _loop.Session.Dispatcher.OpenFiles.Count);
    }

    [Fact]
    public void A_create_gives_entry_and_open_file()
    {
        byte[] groups = [16, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0x67, 0x12, 0, 0];
        var input = new FuseCreateIn { Flags = 0x8241, Mode = 0x81A4 };
        byte[] body = [.. MemoryMarshal.AsBytes(new ReadOnlySpan<FuseCreateIn>(in input)), .. "name\0"u8, .. groups];
        ReadOnlySpan<byte> reply = _loop.Session.Call(Wire.Request(FUSE_CREATE, 1, body, extensions: 2));
        Assert.Equal(16 + 128 + 16, reply.Length);
        Assert.Equal(6ul, Wire.Body<FuseEntryOut>(reply).NodeId);
        ulong fh = Wire.Body<FuseOpenOut>(reply, 128).Fh;
        Assert.True(_loop.Session.Dispatcher.OpenFiles.TryFind(fh, 6, out Zufs.Sessions.OpenHandle handle));
        Assert.Equal((77ul, 0x8241u), (handle.Own, handle.Flags));
        Assert.Equal(["create name groups 4711"], _loop.FileSystem.Calls);
    }

    [Fact]
    public unsafe void A_read_is_filled_or_lent()
    {
        ulong fh = _loop.Open();
        _loop.FileSystem.OnRead = (in _, _, _, offset, ref reply) =>
        {
            "0123456789"u8[(int)offset..].CopyTo(reply.Room);
            reply.Fill(10 - (int)offset);
            return Errno.Success;
        };
        byte[] request = Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = 100, Offset = 4 });
        Assert.Equal("456789"u8, _loop.Session.Call(request)[16..]);

        byte* memory = (byte*)NativeMemory.Alloc(8);
        "lent out"u8.CopyTo(new Span<byte>(memory, 8));
        var lease = new CountingLease();
        _loop.FileSystem.OnRead = (in _, _, _, _, ref reply) =>
        {
            reply.Lend(new UnmanagedMemory((nint)memory, 4));
            reply.Lend(new UnmanagedMemory((nint)memory + 5, 3));
            reply.LeasedBy(lease, 42);
            return Errno.Success;
        };
        Assert.Equal("lentout"u8, _loop.Session.Call(request)[16..]);
        Assert.Equal([42ul], lease.Released);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void A_read_of_more_than_was_agreed_on_is_refused()
    {
        ulong fh = _loop.Open();
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = uint.MaxValue }));
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_READ, 5, new FuseReadIn { Fh = fh, Size = 1, Offset = ulong.MaxValue }));
    }

    [Fact]
    public void A_write_whose_size_and_data_differ_is_refused()
    {
        ulong fh = _loop.Open();
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_WRITE, 5, new FuseWriteIn { Fh = fh, Size = 4 }, "abc"u8));
        ReadOnlySpan<byte> reply = _loop.Session.Call(Wire.Request(FUSE_WRITE, 5, new FuseWriteIn { Fh = fh, Size = 3 }, "abc"u8));
        Assert.Equal((24, 3u), (reply.Length, Wire.Body<FuseWriteOut>(reply).Size));
        _loop.FileSystem.OnWrite = (in _, _, _, _, data, out written) =>
        {
            written = 4;
            return Errno.Success;
        };
        _loop.Refuses(Errno.EIO, Wire.Request(FUSE_WRITE, 5, new FuseWriteIn { Fh = fh, Size = 3 }, "abc"u8));
        Assert.Equal(3, _loop.Session.Counters.BytesWritten);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_and_input_survive_a_room_that_is_their_memory(bool roomIsRest)
    {
        using var loop = new LoopbackFixture(roomIsRest: roomIsRest);
        ReadOnlySpan<byte> reply = loop.Session.Call(Wire.Request(FUSE_GETXATTR, 5, new FuseGetxattrIn { Size = 100 }, "user.a/b\0"u8));
        Assert.Equal("value of user.a/b"u8, reply[16..]);
        reply = loop.Session.Call(Wire.Request(FUSE_GETXATTR, 5, new FuseGetxattrIn(), "user.a/b\0"u8));
        Assert.Equal(17u, Wire.Body<FuseGetxattrOut>(reply).Size);
        loop.Refuses(Errno.ERANGE, Wire.Request(FUSE_GETXATTR, 5, new FuseGetxattrIn { Size = 4 }, "user.a/b\0"u8));

        ulong fh = loop.Open();
        reply = loop.Session.Call(Wire.Request(FUSE_IOCTL, 5, new FuseIoctlIn { Fh = fh, InSize = 4, OutSize = 8 }, "abcd"u8));
        Assert.Equal(3, Wire.Body<FuseIoctlOut>(reply).Result);
        Assert.Equal("dcba"u8, reply[32..]);
    }

    [Fact]
    public void A_setxattr_bears_its_extended_flags()
    {
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_SETXATTR, 5, new FuseSetxattrIn { Size = 2, Flags = 1, SetxattrFlags = 1 }, "user.x\0hi"u8))).Error);
        Assert.Equal(["setxattr user.x=hi 1 True"], _loop.FileSystem.Calls);
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_SETXATTR, 5, new FuseSetxattrIn { Size = 3 }, "user.x\0hi"u8));
    }

    [Fact]
    public void A_rename_names_both_directories()
    {
        Assert.Equal(0, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_RENAME2, 1, new FuseRename2In { NewDir = 7, Flags = 2 }, "old\0new\0"u8))).Error);
        // Before an exchange both names are asked for: only the state tells afterwards whether it has happened.
        Assert.Equal("rename 1 old 7 new 2", _loop.FileSystem.Calls[^1]);
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_RENAME2, 1, new FuseRename2In { NewDir = 0 }, "old\0new\0"u8));
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_RENAME2, 1, new FuseRename2In { NewDir = 7 }, "old\0"u8));
    }

    [Fact]
    public void Forgets_have_no_reply_and_leave_the_root_alone()
    {
        Assert.True(_loop.Session.Call(Wire.Request(FUSE_FORGET, 5, new FuseForgetIn { Nlookup = 3 })).IsEmpty);
        FuseForgetOne[] many = [new() { NodeId = 1, Nlookup = 1 }, new() { NodeId = 6, Nlookup = 2 }];
        Assert.True(_loop.Session.Call(Wire.Request(FUSE_BATCH_FORGET, 0, new FuseBatchForgetIn { Count = 2 }, MemoryMarshal.AsBytes(many.AsSpan()))).IsEmpty);
        Assert.Equal(["forget 5 3", "forget 6 2"], _loop.FileSystem.Calls);
    }

    [Fact]
    public void A_node_id_that_cannot_be_one_is_refused()
    {
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_GETATTR, 0, new FuseGetattrIn()));
        _loop.Refuses(Errno.EINVAL, Wire.Request(FUSE_GETATTR, 1UL << 63, new FuseGetattrIn()));
    }

    [Fact]
    public void A_request_that_comes_again_says_so()
    {
        var seen = new List<(bool, ulong)>();
        _loop.FileSystem.OnAccess = (in request, _) =>
        {
            seen.Add((request.IsResend, request.Unique));
            return Errno.Success;
        };
        byte[] request = Wire.Request(FUSE_ACCESS, 5, new FuseAccessIn());
        _loop.Session.Call(request);
        ulong again = FuseConstants.UniqueResend | 2;
        Assert.Equal(again, Wire.Header(_loop.Session.Call(Wire.Request(FUSE_ACCESS, 5, new FuseAccessIn(), unique: again))).Unique);
        Assert.Equal([(false, 2ul), (true, 2ul)], seen);
    }

    private sealed class CountingLease : ILease
    {
        public List<ulong> Released { get; } = [];

        public void Release(ulong token) => Released.Add(token);
    }
}
