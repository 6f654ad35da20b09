using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Zufs.Arenas;
using Zufs.Channels;
using Zufs.Protocol;

namespace Zufs.CompatTests.Channels;

/// <summary>
/// A dispatcher of a few operations right on a channel: a root with the files <c>data</c> (filled replies), <c>lent</c> (the same bytes, lent),
/// <c>deferred</c> (reads wait until another thread completes them) and <c>waiting</c> (reads hold their thread until released).
/// </summary>
internal sealed unsafe class RawFileSystem : IDisposable
{
    public const int Size = 8 << 20;

    private static readonly string[] s_names = ["data", "lent", "deferred", "waiting"];

    private readonly byte* _data = (byte*)NativeMemory.AlignedAlloc(Size, 4096);

    public RawFileSystem()
    {
        for (int i = 0; i < Size / 4; i++)
            ((uint*)_data)[i] = (uint)i * 2654435761;
    }

    public ReadOnlySpan<byte> Data => new(_data, Size);

    /// <summary>What waits for <see cref="CompleteAll"/>.</summary>
    public ConcurrentQueue<(Channel Channel, DeferredFrame Frame, int Length)> Deferred { get; } = new();

    /// <summary>Requests that TryDefer refused.</summary>
    public int NotDeferred;

    public ManualResetEventSlim Release { get; } = new(false);

    public int Waiting;

    public int CompleteAll()
    {
        int count = 0;
        while (Deferred.TryDequeue(out var waiting))
        {
            new Span<byte>(waiting.Frame.Room, waiting.Length).Fill((byte)'D');
            DeferredFrame frame = waiting.Frame;
            frame.Length = waiting.Length;
            waiting.Channel.Complete(in frame);
            count++;
        }
        return count;
    }

    public void Serve(Channel channel, ref RequestFrame frame, ref RawReplies replies)
    {
        switch ((FuseOpcode)frame.Header->Opcode)
        {
            case FuseOpcode.FUSE_FORGET or FuseOpcode.FUSE_BATCH_FORGET or FuseOpcode.FUSE_INTERRUPT or FuseOpcode.FUSE_NOTIFY_REPLY:
                frame.Reply = ReplyKind.None;
                break;
            case FuseOpcode.FUSE_LOOKUP:
                Lookup(ref frame);
                break;
            case FuseOpcode.FUSE_GETATTR:
                ref FuseAttrOut attr = ref Body<FuseAttrOut>(ref frame);
                Fill(ref attr.Attr, frame.Header->NodeId);
                break;
            case FuseOpcode.FUSE_OPEN:
                Body<FuseOpenOut>(ref frame).OpenFlags = 1; // FOPEN_DIRECT_IO: every read and write comes here.
                break;
            case FuseOpcode.FUSE_READ:
                Read(channel, ref frame, ref replies);
                break;
            case FuseOpcode.FUSE_WRITE:
                Write(ref frame);
                break;
            case FuseOpcode.FUSE_RELEASE:
                Answer(ref frame, 0);
                break;
            default:
                Answer(ref frame, 38);
                break;
        }
    }

    public void Dispose()
    {
        Release.Dispose();
        NativeMemory.AlignedFree(_data);
    }

    private void Read(Channel channel, ref RequestFrame frame, ref RawReplies replies)
    {
        ref FuseReadIn read = ref *(FuseReadIn*)frame.Fixed;
        int offset = (int)Math.Min(read.Offset, Size);
        int length = (int)Math.Min(read.Size, Size - offset);
        switch (frame.Header->NodeId)
        {
            case 3:
                replies.Piece[0] = new UnmanagedMemory((nint)(_data + offset), length / 2);
                replies.Piece[1] = new UnmanagedMemory((nint)(_data + offset + length / 2), length - length / 2);
                frame.Lent = replies.Piece;
                frame.LentCount = 2;
                frame.Length = length;
                frame.Reply = ReplyKind.Lent;
                break;
            case 4:
                if (channel.TryDefer(ref frame, out DeferredFrame deferred))
                {
                    Deferred.Enqueue((channel, deferred, length));
                    break;
                }
                Interlocked.Increment(ref NotDeferred);
                Answer(ref frame, 37); // ENOLCK
                break;
            case 5:
                Interlocked.Increment(ref Waiting);
                Release.Wait();
                goto default;
            default:
                Buffer.MemoryCopy(_data + offset, frame.Room, frame.RoomLength, length);
                frame.Length = length;
                frame.Reply = ReplyKind.Filled;
                break;
        }
    }

    private void Write(ref RequestFrame frame)
    {
        ref FuseWriteIn write = ref *(FuseWriteIn*)frame.Fixed;
        int offset = (int)Math.Min(write.Offset, Size);
        int length = (int)Math.Min(write.Size, Size - offset);
        Buffer.MemoryCopy(frame.Rest, _data + offset, Size - offset, length);
        Body<FuseWriteOut>(ref frame).Size = (uint)length;
    }

    private static void Lookup(ref RequestFrame frame)
    {
        var name = new ReadOnlySpan<byte>(frame.Rest, frame.RestLength - 1);
        for (int i = 0; i < s_names.Length; i++)
        {
            if (!Equal(name, s_names[i]))
                continue;
            ref FuseEntryOut entry = ref Body<FuseEntryOut>(ref frame);
            entry.NodeId = (ulong)i + 2;
            entry.EntryValid = 1000;
            Fill(ref entry.Attr, entry.NodeId);
            return;
        }
        Answer(ref frame, 2);
    }

    private static bool Equal(ReadOnlySpan<byte> name, string text)
    {
        if (name.Length != text.Length)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (name[i] != text[i])
                return false;
        }
        return true;
    }

    private static void Fill(ref FuseAttr attr, ulong node)
    {
        attr.Ino = node;
        attr.Nlink = 1;
        attr.Mode = node == 1 ? 0x41ED : 0x81A4u;
        attr.Size = node == 1 ? 0 : (ulong)Size;
        attr.BlkSize = 4096;
    }

    private static ref T Body<T>(ref RequestFrame frame)
        where T : unmanaged
    {
        frame.Reply = ReplyKind.Filled;
        frame.Length = sizeof(T);
        ref T body = ref *(T*)frame.Room;
        body = default;
        return ref body;
    }

    private static void Answer(ref RequestFrame frame, int errno)
    {
        frame.Reply = ReplyKind.Error;
        frame.Error = errno;
    }
}

/// <summary>A server thread's memory for the pieces of a lent reply.</summary>
internal unsafe struct RawReplies
{
    public UnmanagedMemory* Piece;
}
