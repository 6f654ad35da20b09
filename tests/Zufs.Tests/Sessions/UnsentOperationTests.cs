using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;
using Zufs.Arenas;
using Zufs.FileSystems;
using Zufs.Protocol;
using Zufs.Sessions;
using Zufs.Tests.Architecture;

namespace Zufs.Tests.Sessions;

/// <summary>
/// What Linux never sends on an ordinary mount, by loopback: the file system gets what was asked, and the kernel what it answered. Every operation that the table calls
/// unsent must be here; what it calls sent must come from a mount (compat-tests, <c>Operations</c>).
/// </summary>
public sealed class UnsentOperationTests : IDisposable
{
    private readonly Arena _arena = Arena.Create("zufs-unsent", 64 << 20);
    private readonly Recording _files = new();
    private readonly LoopbackSession _session;
    private readonly ulong _fh;

    public UnsentOperationTests()
    {
        _session = new LoopbackSession(_files, _arena);
        _fh = Wire.Body<FuseOpenOut>(_session.Call(Wire.Request(FuseOpcode.FUSE_OPEN, 5, new FuseOpenIn()))).Fh;
    }

    public static TheoryData<FuseOpcode> Unsent => [.. OperationTable.Rows.Where(r => !r.SentByLinux).Select(r => r.Opcode)];

    public void Dispose()
    {
        _session.Dispose();
        _arena.Dispose();
    }

    [Theory]
    [MemberData(nameof(Unsent))]
    public void It_reaches_the_file_system_and_its_answer_the_kernel(FuseOpcode opcode)
    {
        byte[] request = opcode switch
        {
            FuseOpcode.FUSE_BMAP => Wire.Request(opcode, 5, new FuseBmapIn { Block = 7, Blocksize = 512 }),
            FuseOpcode.FUSE_DESTROY => Wire.Request(opcode, 0, []),
            FuseOpcode.FUSE_SYNCFS => Wire.Request(opcode, 1, new FuseSyncfsIn()),
            FuseOpcode.FUSE_SETUPMAPPING => Wire.Request(opcode, 5, new FuseSetupmappingIn { Fh = _fh, Foffset = 1, Len = 2, Flags = 3, Moffset = 4 }),
            FuseOpcode.FUSE_REMOVEMAPPING => Wire.Request(
                opcode, 5, new FuseRemovemappingIn { Count = 2 }, MemoryMarshal.AsBytes([new FuseRemovemappingOne { Moffset = 1, Len = 2 }, new() { Moffset = 3, Len = 4 }])),
            _ => throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "Linux doesn't send it, and nothing here asks for it."),
        };
        ReadOnlySpan<byte> reply = _session.Call(request);
        Assert.Equal(0, Wire.Header(reply).Error);
        Assert.Equal(OperationTable.Find((uint)opcode)!.ReplySize, reply.Length - 16);
        string[] expected = opcode switch
        {
            FuseOpcode.FUSE_BMAP => ["bmap 5 512 7"],
            FuseOpcode.FUSE_SYNCFS => ["syncfs 1"],
            FuseOpcode.FUSE_SETUPMAPPING => ["setup 5 77 1 2 3 4"],
            FuseOpcode.FUSE_REMOVEMAPPING => ["remove 1 2", "remove 3 4"],
            _ => [],
        };
        Assert.Equal(expected, _files.Calls);
        if (opcode == FuseOpcode.FUSE_BMAP)
            Assert.Equal(8UL, Wire.Body<FuseBmapOut>(reply).Block);
        if (opcode != FuseOpcode.FUSE_DESTROY)
            return;
        // The kernel's word isn't needed for the end, which is told once, however it comes.
        _session.Call(request);
        Assert.Equal(1, _files.Destroyed);
    }

    [Theory]
    [MemberData(nameof(Unsent))]
    public void An_error_of_it_is_told(FuseOpcode opcode)
    {
        _files.Answer = Errno.EDOM;
        byte[] body = opcode switch
        {
            FuseOpcode.FUSE_REMOVEMAPPING => [1, 0, 0, 0, .. new byte[16]],
            FuseOpcode.FUSE_SETUPMAPPING => [.. BitConverter.GetBytes(_fh), .. new byte[32]],
            _ => new byte[OperationTable.Find((uint)opcode)!.FixedSize],
        };
        ReadOnlySpan<byte> reply = _session.Call(Wire.Request(opcode, 5, body));
        Assert.Equal(opcode == FuseOpcode.FUSE_DESTROY ? 0 : -(int)Errno.EDOM, Wire.Header(reply).Error);
    }

    [Fact]
    public void An_unrestricted_ioctl_and_modes_of_fallocate_that_Linux_refuses_itself_are_handed_on_with_their_flags()
    {
        const uint Unrestricted = 2, CollapseRange = 8;
        ReadOnlySpan<byte> reply = _session.Call(Wire.Request(FuseOpcode.FUSE_IOCTL, 5, new FuseIoctlIn { Fh = _fh, Cmd = 9, Arg = 8, Flags = Unrestricted }));
        Assert.Equal(0, Wire.Header(reply).Error);
        Assert.Equal((3, 0u), (Wire.Body<FuseIoctlOut>(reply).Result, Wire.Body<FuseIoctlOut>(reply).Flags));
        reply = _session.Call(Wire.Request(FuseOpcode.FUSE_FALLOCATE, 5, new FuseFallocateIn { Fh = _fh, Offset = 4096, Length = 8192, Mode = CollapseRange }));
        Assert.Equal(0, Wire.Header(reply).Error);
        Assert.Equal(["ioctl 9 8 2", "fallocate 4096 8192 8"], _files.Calls);
    }

    [Fact]
    public void The_page_on_the_protocol_marks_just_these()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/protocol.md"));
        string section = page.Split("## Operations that Linux doesn't send on an ordinary mount")[1].Split("\n## ")[0];
        var marked = Regex.Matches(section, @"^\| ([A-Z_0-9, ]+) \|", RegexOptions.Multiline).SelectMany(m => m.Groups[1].Value.Split(", ")).Order();
        Assert.Equal(OperationTable.Rows.Where(r => !r.SentByLinux).Select(r => r.Name).Order(), marked);
    }

    private sealed class Recording : FileSystemBase
    {
        public override FileSystemTraits Traits { get; } = new() { Name = "recording", Concurrency = Concurrency.Parallel };

        public List<string> Calls { get; } = [];

        public Errno Answer { get; set; }

        public int Destroyed { get; private set; }

        public override Errno Open(in Request request, ulong node, uint flags, ref OpenFile file)
        {
            file.Handle = 77;
            return Errno.Success;
        }

        public override Errno Bmap(in Request request, ulong node, uint blockSize, ref ulong block) => Note($"bmap {node} {blockSize} {block++}");

        public override Errno SyncFs(in Request request, ulong node) => Note($"syncfs {node}");

        public override Errno SetupMapping(in Request request, ulong node, ulong handle, ulong fileOffset, ulong length, ulong flags, ulong memoryOffset) =>
            Note($"setup {node} {handle} {fileOffset} {length} {flags} {memoryOffset}");

        public override Errno RemoveMapping(in Request request, ulong memoryOffset, ulong length) => Note($"remove {memoryOffset} {length}");

        public override Errno Ioctl(in Request request, ulong node, ulong handle, uint command, ulong argument, uint flags, ReadOnlySpan<byte> input, ref IoctlReply reply)
        {
            reply.Result = 3;
            return Note($"ioctl {command} {argument} {flags}");
        }

        public override Errno FAllocate(in Request request, ulong node, ulong handle, ulong offset, ulong length, uint mode) => Note($"fallocate {offset} {length} {mode}");

        public override void Destroy(in Request request) => Destroyed++;

        private Errno Note(string call)
        {
            Calls.Add(call);
            return Answer;
        }
    }
}
