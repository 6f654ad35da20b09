using System.Runtime.InteropServices;
using Zufs.FileSystems;
using Zufs.Protocol;

namespace Zufs.Tests.Fuzzing;

/// <summary>Whether the kernel would take a reply: what fs/fuse/dev.c checks before it believes a server.</summary>
internal static class KernelView
{
    private const int HeaderSize = 16;

    /// <summary>Null, or what is wrong with a reply.</summary>
    public static string? WhatIsWrong(ReadOnlySpan<byte> request, ReadOnlySpan<byte> reply, int room)
    {
        // Not even a header: a kernel never sends that, and there is no id to answer.
        if (request.Length < 40)
            return null;
        FuseInHeader asked = MemoryMarshal.Read<FuseInHeader>(request);
        Operation? row = OperationTable.Find(asked.Opcode);
        bool isInterrupt = row?.Opcode == FuseOpcode.FUSE_INTERRUPT;
        if (reply.IsEmpty)
            return row?.Body == ReplyBody.NoReply ? null : "there is no reply";
        if (reply.Length < HeaderSize)
            return "the reply is shorter than its header";
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(reply);
        if (header.Len != reply.Length)
            return $"the header says {header.Len} bytes of {reply.Length}";
        if (header.Unique != asked.Unique)
            return $"it answers {header.Unique}, not {asked.Unique}";
        if (header.Error is > 0 or <= -512)
            return $"{header.Error} is no error";
        if (header.Error != 0)
            return reply.Length == HeaderSize ? null : "an error with data";
        int body = reply.Length - HeaderSize;
        return row?.Body switch
        {
            null => "an unknown operation succeeded",
            ReplyBody.NoReply => isInterrupt ? "an INTERRUPT succeeded aloud" : "an operation without reply was answered",
            ReplyBody.Nothing => body == 0 ? null : $"{body} bytes where none belong",
            ReplyBody.Structures => body == row.ReplySize ? null : $"{body} bytes where {row.ReplySize} belong",
            _ => body <= room ? null : $"{body} bytes where at most {room} fit",
        };
    }

    /// <summary>The error of a reply.</summary>
    public static Errno ErrorOf(ReadOnlySpan<byte> reply) => reply.Length < HeaderSize ? Errno.Success : (Errno)(-MemoryMarshal.Read<FuseOutHeader>(reply).Error);
}
